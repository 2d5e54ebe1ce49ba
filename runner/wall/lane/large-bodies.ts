import type { IncomingMessage, ServerResponse } from 'node:http'

/** A body that announces so much, or does not say how much, counts. */
const largeBytes = 1 << 20
const atOnceMax = 64

/** Bounds how many large bodies are read at once: each may be held in memory until it is whole. */
export class LargeBodies {
  #underWay = 0

  /** Whether a request may be read; one too many is answered 503. */
  mayCome(request: IncomingMessage, response: ServerResponse): boolean {
    const { headers } = request
    const announced = Number(headers['content-length'] ?? 0)
    if (announced < largeBytes && headers['transfer-encoding'] === undefined) return true
    if (this.#underWay >= atOnceMax) {
      response.writeHead(503, { connection: 'close', 'retry-after': '1', 'content-length': '0' })
      response.end(() => request.destroy())
      return false
    }
    this.#underWay++
    request.once('close', () => this.#underWay--)
    return true
  }
}
