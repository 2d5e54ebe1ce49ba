import type { IncomingMessage, ServerResponse } from 'node:http'
import type { EscapeAttempt } from '../wall.ts'

/** So much of a body is kept for the report, and so much is swallowed before the connection is cut. */
const keptChars = 200
const swallowedBytesMax = 64 * 1024

/** Takes what was meant for somebody else, keeps the beginning and lets nothing further. */
export class Sink {
  readonly #note: (attempt: EscapeAttempt, ids: ReadonlySet<string>) => void
  readonly #underWay = new Set<() => void>()

  constructor(note: (attempt: EscapeAttempt, ids: ReadonlySet<string>) => void) {
    this.#note = note
  }

  /** Answers 502 when the body has been heard, and notes the attempt however it ends. */
  swallow(
    request: IncomingMessage,
    response: ServerResponse,
    target: string,
    ids: ReadonlySet<string>,
  ): void {
    let sent = ''
    let bytes = 0
    const tell = (): void => {
      if (!this.#underWay.delete(tell)) return
      this.#note({ target, how: request.method ?? 'GET', sent: sent.slice(0, keptChars) }, ids)
    }
    this.#underWay.add(tell)
    request.on('data', (data: Buffer) => {
      if (sent.length < keptChars) sent += data.toString('utf8')
      bytes += data.length
      if (bytes <= swallowedBytesMax) return
      tell()
      request.destroy()
    })
    request.once('close', tell)
    request.on('error', tell)
    request.once('end', () => {
      tell()
      refuse(response, target)
    })
  }

  /** Notes what is still being sent as far as it was heard. */
  flush(): void {
    for (const tell of this.#underWay) tell()
  }
}

function refuse(response: ServerResponse, target: string): void {
  const why = `${target} is no twin of this trial; nothing leaves this place.`
  const body = JSON.stringify({ backlot: 'refused', why })
  response.writeHead(502, {
    'content-type': 'application/vnd.backlot.refused+json',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  })
  response.end(body)
}
