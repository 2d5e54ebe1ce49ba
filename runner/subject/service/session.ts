import { toReply } from '../module.ts'
import { blamingStalls } from '../stalls.ts'
import type { SubjectCall, SubjectProblem, SubjectReply, SubjectSession } from '../subject.ts'
import type { NotReady } from './process.ts'
import { NoAnswer, type ServiceAnswer, type ServiceClient, type ServiceRequest } from './client.ts'
import { fill, missingName, readRequestLine, valuesIn } from './tenant.ts'
import { valuesOf, type TenantDescription, type TenantValues } from './tenant.ts'

/** What serves a trial: one process, or one that somebody else runs. */
export interface Serving {
  client: ServiceClient
  origins: readonly string[]
  /** Kept when it has answered something that asks nothing of it. */
  turn: () => Promise<void>
  /** What stands before every path, where a service is reached by a URL that has one. */
  basePath: string
  /** Why it went down, if it did; waits a moment for one that is just going down. */
  findEnding: () => Promise<SubjectProblem | undefined>
  /** One of its requests timed out: is it alone in that, or does nothing answer any more? The latter is ended. */
  suspect: () => Promise<void>
  /** A request is over: what it writes from here on belongs to another. */
  forgetOutput: () => void
  /** The last of what it wrote to stderr, where that is this trial's alone. */
  stderr: () => string
}

export interface SessionOptions {
  tenant: TenantDescription | undefined
  timeoutMs: number
  startMs: number
  url: string
  env: Readonly<Record<string, string>>
  signal: AbortSignal
}

/** One trial on a service. */
export class ServiceSession implements SubjectSession {
  readonly origins: readonly string[]
  readonly #serving: Serving
  readonly #options: SessionOptions
  readonly #host: string
  readonly #over = new AbortController()
  readonly #interrupt = (): void => this.#over.abort()
  #underWay = 0
  /** Something in it never answered: nothing more is asked of it. */
  #isStuck = false
  #values: TenantValues
  #failed: SubjectReply | undefined

  private constructor(serving: Serving, options: SessionOptions) {
    this.#serving = serving
    this.#options = options
    this.#host = new URL(options.url).host
    // Not AbortSignal.any: the run's signal outlives thousands of trials.
    options.signal.addEventListener('abort', this.#interrupt)
    if (options.signal.aborted) this.#interrupt()
    this.#values = valuesOf(options.url, options.env)
    this.origins = serving.origins
  }

  /** Begins a trial; when the service does not take it, every request of the trial says why. */
  static async open(serving: Serving, options: SessionOptions): Promise<ServiceSession> {
    const session = new ServiceSession(serving, options)
    await session.#openTenant()
    return session
  }

  /** Whether a request is still waiting for its answer, and so can't be trusted with another trial. */
  get isBusy(): boolean {
    return this.#underWay > 0
  }

  readonly inboundPath = (path: string): string => this.#spell(path)

  async send({ method, path, headers = {}, body, text }: SubjectCall): Promise<SubjectReply> {
    if (this.#failed !== undefined) return this.#failed
    // An address of an event is whole already.
    const isEvent = text !== undefined
    const json = body === undefined ? undefined : JSON.stringify(body)
    const type = json === undefined ? {} : { 'content-type': 'application/json' }
    return blamingStalls(
      this.#ask(
        {
          method,
          path: isEvent ? path : this.#spell(path),
          headers: isEvent ? headers : { accept: 'application/json', ...type },
          body: text ?? json,
        },
        this.#options.timeoutMs,
      ),
    )
  }

  async end(): Promise<void> {
    const { tenant } = this.#options
    const isCut = this.isBusy
    this.#options.signal.removeEventListener('abort', this.#interrupt)
    this.#over.abort()
    if (tenant?.close === undefined || this.#failed !== undefined || isCut || this.#isStuck) return
    // Whether it forgets a trial that is over is its own affair.
    const line = fill(tenant.close, this.#values, encodeURIComponent)
    await this.#exchange(this.#outgoing({ ...readRequestLine(line), headers: {} }), {
      timeoutMs: this.#options.timeoutMs,
      signal: this.#options.signal,
    }).catch(() => {})
  }

  async #openTenant(): Promise<void> {
    const { tenant, env, url, startMs } = this.#options
    if (tenant === undefined) return
    if (tenant.open !== undefined) {
      const headers = { 'content-type': 'application/json', accept: 'application/json' }
      const body = JSON.stringify({ trial: this.#values['trial'], url, env })
      const asked = { ...readRequestLine(tenant.open), headers, body }
      const reply = await blamingStalls(
        this.#ask({ ...asked, path: this.#serving.basePath + asked.path }, startMs),
      )
      if (reply.problem !== undefined) return void (this.#failed = reply)
      if (reply.status >= 300) {
        return this.#fail(`took no trial: ${tenant.open} was answered ${reply.status}`)
      }
      this.#values = { ...valuesIn(JSON.stringify(reply.body ?? null)), ...this.#values }
    }
    const missing = missingName(tenant, this.#values)
    if (missing !== undefined) {
      this.#fail(`answered ${tenant.open ?? 'nothing'} without the field "${missing}"`)
    }
  }

  #fail(why: string): void {
    const problem = { kind: 'bad-reply' as const, why }
    this.#failed = { status: 0, body: undefined, problem, stderr: this.#serving.stderr() }
  }

  #spell(path: string): string {
    const before = fill(this.#options.tenant?.path ?? '', this.#values, encodeURIComponent)
    return this.#serving.basePath + before + path
  }

  async #ask(request: ServiceRequest, timeoutMs: number): Promise<SubjectReply> {
    const options = { timeoutMs, signal: this.#over.signal }
    try {
      return toSubjectReply(await this.#exchange(this.#outgoing(request), options))
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error
      return this.#explain(error)
    }
  }

  async #exchange(
    request: ServiceRequest,
    options: { timeoutMs: number; signal: AbortSignal },
  ): Promise<ServiceAnswer> {
    this.#underWay++
    try {
      return await this.#serving.client.ask(request, options)
    } finally {
      this.#underWay--
      this.#serving.forgetOutput()
    }
  }

  #outgoing(request: ServiceRequest): ServiceRequest {
    const headers: Record<string, string> = { host: this.#host }
    for (const [name, text] of Object.entries(this.#options.tenant?.headers ?? {})) {
      headers[name.toLowerCase()] = fill(text, this.#values)
    }
    return { ...request, headers: { ...request.headers, ...headers } }
  }

  /** Why there is no answer: a process that went down says more than its broken connection. */
  async #explain({ kind, message }: NoAnswer): Promise<SubjectReply> {
    const reply = (problem: SubjectProblem): SubjectReply => ({
      status: 0,
      body: undefined,
      problem,
      stderr: this.#serving.stderr(),
    })
    if (kind === 'interrupted') return reply({ kind: 'timed-out', why: message })
    if (kind === 'too-large') return reply({ kind: 'too-much-output', why: message })
    if (kind === 'timed-out') {
      this.#isStuck = true
      await this.#serving.suspect()
      return reply({ kind: 'timed-out', why: message })
    }
    const ending = await this.#serving.findEnding()
    return reply(ending ?? { kind: 'bad-reply', why: message })
  }
}

/** The answer of a service as any subject's: JSON as a value, anything else as text. */
function toSubjectReply({ status, body }: ServiceAnswer): SubjectReply {
  if (body === '') return toReply({ status })
  try {
    return toReply({ status, body: JSON.parse(body) as unknown })
  } catch {
    return toReply({ status, body })
  }
}

/** By these a service may spell its own address. */
export function originsOf(port: number): string[] {
  return [`http://127.0.0.1:${port}`, `http://localhost:${port}`]
}

/** A trial whose service never came to serve: every request says why. */
export function brokenSession({ problem, stderr }: NotReady): SubjectSession {
  return {
    send: () => Promise.resolve({ status: 0, body: undefined, problem, stderr }),
    end: () => Promise.resolve(),
  }
}
