import type { ServerResponse } from 'node:http'

/** Tells the client that no answer came: in a form that no service would send. */
export function sayFailed(response: ServerResponse, error: NodeJS.ErrnoException): void {
  const status = error.code === 'ETIMEDOUT' ? 504 : 502
  say(response, status, { why: `${error.code ?? error.name}: ${error.message}` })
}

/** Tells the client that it asked the recorder for something that it does not do. */
export function sayMisused(response: ServerResponse, why: string): void {
  say(response, 400, { why })
}

function say(response: ServerResponse, status: number, rest: object): void {
  const body = JSON.stringify({ backlot: 'record', ...rest })
  response.writeHead(status, {
    'content-type': 'application/vnd.backlot.record+json',
    'content-length': Buffer.byteLength(body),
  })
  response.end(body)
}
