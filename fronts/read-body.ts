import type { IncomingMessage } from 'node:http'

/** What came of reading a request's body. */
export interface ReadBody {
  bytes: Buffer | undefined
  /** It was longer than allowed; the rest was thrown away. */
  tooLarge: boolean
}

const nothing: ReadBody = { bytes: undefined, tooLarge: false }

/** Whether a request has a body at all; most reads have none, and need not wait for one. */
export function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length']
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')
}

/**
 * Collects a body of at most `bytesMax`. A longer one is read to its end all the same, as far as
 * eight times that, since a client that is still sending would not see the answer. Never calls back
 * when the caller goes away in the middle.
 */
export function readBody(
  request: IncomingMessage,
  bytesMax: number,
  done: (body: ReadBody) => void,
): void {
  const chunks: Buffer[] = []
  let length = 0
  let isDone = false
  const finish = (body: ReadBody) => {
    if (isDone) return
    isDone = true
    done(body)
  }
  request.on('data', (chunk: Buffer) => {
    length += chunk.length
    if (length <= bytesMax) chunks.push(chunk)
    else chunks.length = 0
    if (length <= bytesMax * 8) return
    request.pause()
    finish({ bytes: undefined, tooLarge: true })
  })
  request.on('end', () => {
    if (length > bytesMax) finish({ bytes: undefined, tooLarge: true })
    else if (length === 0) finish(nothing)
    else finish({ bytes: joined(chunks), tooLarge: false })
  })
  // An aborted upload ends here: nobody waits for an answer.
  request.on('error', () => {
    isDone = true
  })
}

/** One buffer of its own, so that the journal does not hold on to the larger one it was read into. */
function joined(chunks: Buffer[]): Buffer {
  const [first] = chunks
  if (chunks.length > 1 || first!.buffer.byteLength > first!.length * 2)
    return Buffer.concat(chunks)
  return first!
}
