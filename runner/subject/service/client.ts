import { Agent, request as requestHttp, type ClientRequest, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** A request to a service, as it goes over the wire. */
export interface ServiceRequest {
  method: string
  path: string
  headers: Readonly<Record<string, string>>
  body?: string | undefined
}

/** What a service answered. */
export interface ServiceAnswer {
  status: number
  /** Decoded as UTF-8. */
  body: string
}

/** Why there is no answer. */
export class NoAnswer extends Error {
  override name = 'NoAnswer'
  readonly kind: 'timed-out' | 'too-large' | 'broken' | 'interrupted'
  constructor(kind: NoAnswer['kind'], message: string) {
    super(message)
    this.kind = kind
  }
}

/** Longer answers are not read to their end. */
const BODY_BYTES_MAX = 4 * 1024 * 1024

type Connected = (error: Error | null, socket: Duplex) => void

/** Keeps connections to one service, however they are made. */
class DialingAgent extends Agent {
  readonly #dial: () => Promise<Socket>

  constructor(dial: () => Promise<Socket>) {
    super({ keepAlive: true, maxFreeSockets: 256 })
    this.#dial = dial
  }

  override createConnection(_options: object, connected?: Connected): undefined {
    this.#dial().then(
      (socket) => connected?.(null, socket.setNoDelay(true)),
      (error: Error) => connected?.(error, undefined as never),
    )
  }
}

/** Asks one service over HTTP, on connections that are kept. */
export class ServiceClient {
  readonly #agent: DialingAgent

  constructor(dial: () => Promise<Socket>) {
    this.#agent = new DialingAgent(dial)
  }

  /** Rejects with `NoAnswer`. */
  async ask(
    request: ServiceRequest,
    options: { timeoutMs: number; signal?: AbortSignal },
  ): Promise<ServiceAnswer> {
    try {
      return await this.#askOnce(request, options)
    } catch (error) {
      // A service may close an idle connection in the very moment in which it is used again.
      if (!(error instanceof StaleConnection)) throw error
      return this.#askOnce(request, options)
    }
  }

  /** Cuts what is open. */
  close(): void {
    this.#agent.destroy()
  }

  #askOnce(
    { method, path, headers, body }: ServiceRequest,
    { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal },
  ): Promise<ServiceAnswer> {
    const answer = Promise.withResolvers<ServiceAnswer>()
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const request = requestHttp(
      { method, path, agent: this.#agent, headers: { ...headers, ...length }, setHost: false },
      (reply) => readAnswer(reply, request, answer),
    )
    const cut = (error: NoAnswer): void => {
      answer.reject(error)
      request.destroy()
    }
    const timer = setTimeout(() => {
      cut(new NoAnswer('timed-out', `gave no answer within ${timeoutMs} ms`))
    }, timeoutMs)
    const interrupt = (): void => cut(new NoAnswer('interrupted', 'was interrupted'))
    if (signal?.aborted) interrupt()
    signal?.addEventListener('abort', interrupt)
    request.on('error', (error: NodeJS.ErrnoException) => answer.reject(toNoAnswer(error, request)))
    request.end(body)
    return answer.promise.finally(() => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', interrupt)
    })
  }
}

/** A kept connection was gone before the request was heard. */
class StaleConnection extends NoAnswer {}

function toNoAnswer({ code, message }: NodeJS.ErrnoException, request: ClientRequest): NoAnswer {
  const why = `broke the connection off without an answer (${code ?? message})`
  const isStale = request.reusedSocket && code === 'ECONNRESET'
  return isStale ? new StaleConnection('broken', why) : new NoAnswer('broken', why)
}

function readAnswer(
  reply: IncomingMessage,
  request: ClientRequest,
  answer: PromiseWithResolvers<ServiceAnswer>,
): void {
  const chunks: Buffer[] = []
  let bytes = 0
  reply.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    chunks.push(chunk)
    if (bytes <= BODY_BYTES_MAX) return
    answer.reject(new NoAnswer('too-large', 'answered with more than 4 MiB'))
    request.destroy()
  })
  reply.on('end', () =>
    answer.resolve({ status: reply.statusCode!, body: Buffer.concat(chunks).toString('utf8') }),
  )
  reply.on('error', ({ message }) =>
    answer.reject(new NoAnswer('broken', `broke off in the middle of its answer (${message})`)),
  )
}
