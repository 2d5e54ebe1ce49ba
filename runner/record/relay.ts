import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http'
import { hasBody } from '../../fronts/read-body.ts'
import { ExchangeLog } from './exchange-log.ts'
import type { Recorder } from './recorder.ts'
import { sayFailed } from './own-words.ts'
import { requestTo, urlAt, type Target, type Upstream } from './target.ts'
import { onward } from './wire-headers.ts'

/** What every exchange of a recorder shares. */
export interface Relay {
  recorder: Pick<Recorder, 'capture' | 'add'>
  upstream: Upstream
  /** Exchanges that have begun and not ended: called when the recorder ends before they do. */
  underWay: Set<() => void>
}

/** What makes one way in differ from another. */
export interface Route {
  target: Target
  path: string
  /** Changes a header of the answer on its way to the client; the recording has it as it came. */
  changeHeader?: (name: string, value: string) => string
}

/** Passes one exchange through, byte by byte as it comes, and records it when it ends. */
export function relay(
  shared: Relay,
  route: Route,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { recorder, upstream, underWay } = shared
  const { target, path } = route
  const log = new ExchangeLog(recorder, request, urlAt(target, path), target.host)
  const giveUp = (): void => log.end('The recorder was ended before the exchange was.')
  underWay.add(giveUp)
  log.onEnd = () => underWay.delete(giveUp)
  const method = request.method ?? 'GET'
  const headers = onward(request.rawHeaders, (name, value) => {
    return name === 'host' ? target.host : value
  })
  const send = (once: boolean): ClientRequest => {
    return requestTo(target, upstream, { method, path, headers, once })
  }
  const exchange = { route, upstream, response, log }
  const isRepeatable = /^(?:GET|HEAD|OPTIONS)$/.test(method) && !hasBody(request)
  const outgoing = send(!isRepeatable)
  // A kept connection may turn out to have been closed by the service: then once more, over a new one.
  pass(exchange, outgoing, isRepeatable ? () => pass(exchange, send(true)).end() : undefined)
  if (!hasBody(request)) {
    // Ended at once, or Node would announce a body in chunks.
    outgoing.end()
    log.sent()
    request.resume()
    return
  }
  request.on('data', (chunk: Buffer) => log.request.add(chunk))
  request.on('end', () => log.sent())
  request.pipe(outgoing)
}

interface Exchange {
  route: Route
  upstream: Upstream
  response: ServerResponse
  log: ExchangeLog
}

function pass(exchange: Exchange, outgoing: ClientRequest, onStale?: () => void): ClientRequest {
  const { upstream, response, log } = exchange
  outgoing.on('timeout', () => {
    outgoing.destroy(coded('ETIMEDOUT', `no answer for ${upstream.timeoutMs} ms`))
  })
  outgoing.on('error', (error: NodeJS.ErrnoException) => {
    const isStale = outgoing.reusedSocket && /^(?:ECONNRESET|EPIPE)$/.test(error.code ?? '')
    if (onStale !== undefined && isStale && !response.headersSent && !log.isEnded) return onStale()
    log.end(`${error.code ?? error.name}: ${error.message}`)
    if (response.headersSent) return void response.destroy()
    sayFailed(response, error)
  })
  outgoing.on('response', (incoming) => {
    // A stream may be silent for as long as it likes.
    outgoing.setTimeout(0)
    passBack(exchange, incoming)
  })
  response.on('close', () => {
    if (response.writableFinished) return
    log.end('The client went away before the exchange ended.')
    outgoing.destroy()
  })
  return outgoing
}

function passBack({ route, response, log }: Exchange, incoming: IncomingMessage): void {
  log.answered(incoming)
  response.sendDate = false
  const headers = onward(incoming.rawHeaders, route.changeHeader)
  response.writeHead(incoming.statusCode ?? 502, incoming.statusMessage ?? '', headers)
  // Who waits for the first event of a stream sees the head of it now.
  response.flushHeaders()
  incoming.on('data', (chunk: Buffer) => log.response.add(chunk))
  incoming.on('end', () => log.end())
  incoming.on('aborted', () => {
    log.end('ECONNRESET: the service cut the answer off')
    response.destroy()
  })
  incoming.on('error', () => response.destroy())
  incoming.pipe(response)
}

function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}
