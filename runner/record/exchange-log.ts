import type { IncomingMessage } from 'node:http'
import { noBody, type WireExchange } from './exchange.ts'
import type { Recorder } from './recorder.ts'
import type { Relay } from './relay.ts'
import { withHost } from './wire-headers.ts'

/** What is gathered of one exchange until it ends, in whichever way it does. */
export class ExchangeLog {
  readonly request
  readonly response
  onEnd: () => void = () => {}
  readonly #recorder: Pick<Recorder, 'add'>
  readonly #asked: IncomingMessage
  readonly #url: string
  readonly #host: string
  readonly #startedMs = Date.now()
  readonly #began = performance.now()
  #sentAt: number | undefined
  #answeredAt: number | undefined
  #answer: IncomingMessage | undefined
  #isEnded = false

  constructor(recorder: Relay['recorder'], asked: IncomingMessage, url: string, host: string) {
    this.#recorder = recorder
    this.#asked = asked
    this.#url = url
    this.#host = host
    this.request = recorder.capture()
    this.response = recorder.capture()
  }

  get isEnded(): boolean {
    return this.#isEnded
  }

  sent(): void {
    this.#sentAt ??= performance.now()
  }

  answered(answer: IncomingMessage): void {
    this.#answer = answer
    this.#answeredAt = performance.now()
  }

  /** The first end counts; the ones that follow from it do not. */
  end(error?: string): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.onEnd()
    const { method = 'GET', httpVersion } = this.#asked
    const rawHeaders = withHost(this.#asked.rawHeaders, this.#host)
    const body = this.request.finish()
    const received = this.response.finish()
    this.#recorder.add({
      startedMs: this.#startedMs,
      timings: this.#timings(),
      request: { method, url: this.#url, httpVersion, rawHeaders, body },
      response: this.#answer && toResponse(this.#answer, received),
      ...(error === undefined ? {} : { error }),
    })
  }

  #timings(): WireExchange['timings'] {
    const now = performance.now()
    // An answer may come before all of a request is sent.
    const sentAt = Math.min(this.#sentAt ?? now, this.#answeredAt ?? now)
    const answeredAt = this.#answeredAt ?? now
    return {
      send: round(sentAt - this.#began),
      wait: round(answeredAt - sentAt),
      receive: round(now - answeredAt),
    }
  }
}

function toResponse(answer: IncomingMessage, body = noBody): NonNullable<WireExchange['response']> {
  const { statusCode: status = 0, statusMessage: statusText = '', httpVersion, rawHeaders } = answer
  return { status, statusText, httpVersion, rawHeaders, body }
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
