import { STATUS_CODES, type ServerResponse } from 'node:http'
import type { Misdirected } from './resolve.ts'

/** There is no twin where the request went. */
export function sayMisdirected(
  response: ServerResponse,
  { misdirected, status }: Misdirected,
): void {
  say(response, status, 'misdirected', { why: misdirected })
}

/** Our own mistake, such as a header that no socket takes: said in a form that no vendor would send. The stack is for who runs the server. */
export function sayCrash(response: ServerResponse, error: unknown): void {
  if (response.headersSent) response.destroy()
  else say(response, 500, 'crash', { why: String(error) })
  process.stderr.write(`Backlot broke: ${error instanceof Error ? error.stack : String(error)}\n`)
}

function say(response: ServerResponse, status: number, what: string, rest: object): void {
  const body = JSON.stringify({ backlot: what, ...rest })
  const length = Buffer.byteLength(body)
  response.writeHead(status, {
    'content-type': `application/vnd.backlot.${what}+json`,
    'content-length': length,
  })
  response.end(body)
}

/** What is said to a caller whose request could not be read at all. */
export function refusalOf(code: string | undefined): string {
  const timedOut = code === 'ERR_HTTP_REQUEST_TIMEOUT'
  const status = code === 'HPE_HEADER_OVERFLOW' ? 431 : timedOut ? 408 : 400
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`
}
