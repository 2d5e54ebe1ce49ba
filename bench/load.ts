import { connect } from 'node:net'

/** What to ask for, over and over. */
export interface LoadOptions {
  port: number
  path: string
  headers?: Record<string, string>
  connections: number
  ms: number
}

/** How it went. */
export interface LoadResult {
  requests: number
  perSecond: number
  /** Answers that were not 2xx; a comparison with any is worth nothing. */
  failed: number
}

/**
 * Asks as fast as answers come: so many keep-alive connections, one request at a time on each, on
 * bare sockets, so that the generator costs less than what it measures.
 */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const request = Buffer.from(
    [
      `GET ${options.path} HTTP/1.1`,
      `host: 127.0.0.1:${options.port}`,
      ...Object.entries(options.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
      '\r\n',
    ].join('\r\n'),
  )
  const end = performance.now() + options.ms
  const counts = { requests: 0, failed: 0 }
  const begin = performance.now()
  const lines = Array.from({ length: options.connections }, () =>
    runLine(options.port, request, end, counts),
  )
  await Promise.all(lines)
  const seconds = (performance.now() - begin) / 1000
  return { ...counts, perSecond: Math.round(counts.requests / seconds) }
}

function runLine(
  port: number,
  request: Buffer,
  end: number,
  counts: { requests: number; failed: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    let answerBytes = 0
    let received = 0
    socket.on('connect', () => socket.write(request))
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      // All answers have the length of the first one: its head says how long that is.
      if (answerBytes === 0) answerBytes = wholeLength(chunk)
      if (received === 0 && chunk[9] !== 50) counts.failed++
      received += chunk.length
      if (received < answerBytes) return
      received = 0
      counts.requests++
      if (performance.now() < end) socket.write(request)
      else socket.end(() => resolve())
    })
  })
}

function wholeLength(chunk: Buffer): number {
  const text = chunk.toString('latin1')
  const head = text.indexOf('\r\n\r\n') + 4
  const length = /\r\ncontent-length: (\d+)/i.exec(text)?.[1]
  if (head < 4 || length === undefined)
    throw new Error(`No length in the answer: ${text.slice(0, 200)}`)
  return head + Number(length)
}

// As a process of its own: takes its options as JSON, prints its result as JSON.
if (import.meta.main) {
  console.log(JSON.stringify(await load(JSON.parse(process.argv[2]!) as LoadOptions)))
}
