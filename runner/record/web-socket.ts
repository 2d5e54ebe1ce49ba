import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { noBody } from './exchange.ts'
import type { Relay, Route } from './relay.ts'
import { requestTo, urlAt } from './target.ts'
import { withHost } from './wire-headers.ts'

/**
 * Passes a change of protocol through, WebSocket as a rule: noted when it happens, so that it is in the
 * recording however it ends. What is then said is in no words that HAR has, and is not kept.
 */
export function relayUpgrade(
  { recorder, upstream }: Relay,
  { target, path }: Route,
  request: IncomingMessage,
  client: Duplex,
  head: Buffer,
): void {
  const startedMs = Date.now()
  const began = performance.now()
  const headers = withHost(request.rawHeaders, target.host)
  const { method = 'GET', httpVersion } = request
  const outgoing = requestTo(target, upstream, { method, path, headers, once: true })
  const note = (answer: IncomingMessage | undefined, error?: string): void => {
    const asked = {
      method,
      url: urlAt(target, path),
      httpVersion,
      rawHeaders: headers,
      body: noBody,
    }
    const comment = 'The protocol was changed here; what followed was passed through, and not kept.'
    recorder.add({
      startedMs,
      timings: { send: 0, wait: Math.round(performance.now() - began), receive: 0 },
      request: asked,
      response: answer && {
        status: answer.statusCode ?? 0,
        statusText: answer.statusMessage ?? '',
        httpVersion: answer.httpVersion,
        rawHeaders: answer.rawHeaders,
        body: noBody,
      },
      ...(error === undefined ? {} : { error }),
      ...(answer?.statusCode === 101 ? { comment } : {}),
    })
  }
  client.on('error', () => outgoing.destroy())
  outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time')))
  outgoing.on('upgrade', (answer, service, first) => {
    outgoing.setTimeout(0)
    note(answer)
    client.write(headText(answer))
    if (first.length > 0) client.write(first)
    if (head.length > 0) service.write(head)
    join(client, service)
  })
  // The service would rather not: its answer is one like any other.
  outgoing.on('response', (answer) => {
    outgoing.setTimeout(0)
    note(answer)
    client.write(headText(answer))
    answer.pipe(client)
  })
  outgoing.on('error', (error: NodeJS.ErrnoException) => {
    note(undefined, `${error.code ?? error.name}: ${error.message}`)
    client.end('HTTP/1.1 502 Bad Gateway\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
  })
  outgoing.end()
}

/** Whatever one side says goes to the other, until either is gone. */
export function join(one: Duplex, other: Duplex): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.pipe(to)
    from.on('error', () => to.destroy())
    from.on('close', () => to.destroy())
  }
}

function headText({ statusCode, statusMessage, rawHeaders }: IncomingMessage): string {
  const lines = [`HTTP/1.1 ${statusCode} ${statusMessage}`]
  const isUpgrade = statusCode === 101
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    // The body of a refusal is passed on unpacked from its chunks, and ends with the connection.
    if (!isUpgrade && /^(?:transfer-encoding|connection)$/i.test(rawHeaders[at]!)) continue
    lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`)
  }
  if (!isUpgrade) lines.push('connection: close')
  return `${lines.join('\r\n')}\r\n\r\n`
}
