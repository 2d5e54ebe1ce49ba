import { setTimeout as wait } from 'node:timers/promises'

/** A no that will stay one: the service understood, and did nothing. */
export class Refused extends Error {
  readonly code: string
  constructor(code: string) {
    super(code)
    this.code = code
  }
}

/** Nobody knows whether it happened: the answer is lost, unreadable, or "not now". */
class Unclear extends Error {
  readonly waitMs: number | undefined
  constructor(why: string, waitMs?: number) {
    super(why)
    this.waitMs = waitMs
  }
}

/** JSON of the services, read as freely as it arrives. */
export type Json = ReturnType<typeof JSON.parse>

/** What a service answered. */
export interface Answer {
  body: Json
  /** Where the list goes on. */
  next: string | undefined
}

const ATTEMPTS = 6

/** One of the services, by plain fetch: reads are repeated, writes only after a look. */
export class Service {
  readonly #base: string
  readonly #headers: Record<string, string>
  readonly #fetch: typeof fetch

  constructor(base: string, authorization: string, fetch: typeof globalThis.fetch) {
    this.#base = base.replace(/\/$/, '')
    this.#headers = { authorization, accept: 'application/json' }
    this.#fetch = fetch
  }

  /** Asks until there is an answer. */
  read(path: string): Promise<Answer> {
    return patiently(() => this.#ask('GET', path))
  }

  /**
   * Does something that must not happen twice: after every unclear answer, `isDone` looks first.
   * Returns what was answered; nothing when only the look tells that it happened.
   */
  async write(
    method: string,
    path: string,
    body: unknown,
    isDone: () => Promise<boolean>,
  ): Promise<Json> {
    let isFirst = true
    return patiently(async () => {
      if (!isFirst && (await isDone())) return undefined
      isFirst = false
      return (await this.#ask(method, path, body)).body
    })
  }

  async #ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const url = /^https?:/.test(path) ? path : this.#base + path
    const headers = { ...this.#headers }
    if (body !== undefined) headers['content-type'] = 'application/json; charset=utf-8'
    let reply: Response
    let text: string
    try {
      reply = await this.#fetch(url, {
        method,
        headers,
        signal: AbortSignal.timeout(5000),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      text = await reply.text()
    } catch (error) {
      throw new Unclear(String(error))
    }
    if (reply.status === 429 || reply.status >= 500) {
      const waitMs = waitOf(reply)
      throw new Unclear(`${reply.status}`, waitMs)
    }
    return { body: readBody(text, reply), next: nextOf(reply) }
  }
}

/** How long the service asks us to wait. Some say at every answer when the next window begins; only a refusal means it. */
function waitOf({ status, headers }: Response): number | undefined {
  const seconds = Number(headers.get('retry-after'))
  if (seconds > 0) return seconds * 1000
  const window = Number(headers.get('x-rate-limit-reset'))
  if (status !== 429 || !(window > 0)) return undefined
  return window * 1000 - Date.parse(headers.get('date') ?? '')
}

function readBody(text: string, { status, ok }: Response): Json {
  let body: Json
  try {
    body = text === '' ? undefined : JSON.parse(text)
  } catch {
    throw new Unclear(`no JSON, status ${status}`)
  }
  if (body?.ok === false) {
    if (/^(?:ratelimited|internal_error|fatal_error|service_unavailable)$/.test(body.error)) {
      throw new Unclear(body.error)
    }
    throw new Refused(body.error)
  }
  if (!ok) throw new Refused(body?.errorCode ?? String(status))
  return body
}

/** The address of the next page, as a `Link` header says it. */
function nextOf(reply: Response): string | undefined {
  return /<([^>]+)>;\s*rel="next"/.exec(reply.headers.get('link') ?? '')?.[1]
}

async function patiently<T>(act: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act()
    } catch (error) {
      if (!(error instanceof Unclear) || attempt === ATTEMPTS) throw error
      await wait(Math.min(60_000, Math.max(0, error.waitMs ?? 20 * 2 ** attempt)))
    }
  }
}
