import { createServer, type IncomingMessage, type Server } from 'node:http'
import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createServer as createSecureServer } from 'node:tls'
import type { Authority } from './authority/authority.ts'
import { Budget, Capture } from './capture.ts'
import { sayMisused } from './own-words.ts'
import { relay, type Relay, type Route } from './relay.ts'
import { headerBytesMax, toTarget } from './target.ts'
import { join, relayUpgrade } from './web-socket.ts'

/** What a forward proxy is given. */
export interface ForwardOptions {
  authority: Authority
  /** Hosts to record, `*.okta.com` with all below; others are passed through unread. All, when empty. */
  only: readonly string[]
  /** A client went away as soon as it had seen our certificate: it may not trust the authority. */
  onDistrust: (host: string) => void
}

const tlsHandshake = 0x16

/** Takes part in an exchange that is none of our business. */
const nobody: Relay['recorder'] = {
  capture: () => new Capture(0, new Budget(0)),
  add: () => {},
}

interface Tunnels {
  /** Where each leads: what is said inside names it too, but need not be believed. */
  origins: WeakMap<Duplex, string>
  /** Those through which something was asked. */
  used: WeakSet<Duplex>
}

/**
 * A proxy for clients that honour HTTP_PROXY and HTTPS_PROXY. What they say inside of TLS is read by
 * showing a certificate of our own for the name they asked for.
 */
export function forwardProxy(shared: Relay, options: ForwardOptions): Server {
  const server = createServer({
    keepAliveTimeout: 60_000,
    requestTimeout: 0,
    maxHeaderSize: headerBytesMax,
  })
  const tunnels: Tunnels = { origins: new WeakMap(), used: new WeakSet() }
  const routeOf = (request: IncomingMessage): Route | undefined => {
    const { url = '/', socket } = request
    tunnels.used.add(socket)
    const origin = tunnels.origins.get(socket)
    const address = origin !== undefined && url.startsWith('/') ? origin + url : url
    if (!/^https?:\/\/[^/]/i.test(address) || !URL.canParse(address)) return undefined
    const parsed = new URL(address)
    const target = { ...toTarget(parsed), prefix: '' }
    // The path as it was sent: `URL` would have cleaned it.
    return { target, path: address.replace(/^https?:\/\/[^/?]*/i, '').replace(/^(?!\/)/, '/') }
  }
  server.on('request', (request, response) => {
    const route = routeOf(request)
    if (route === undefined) {
      const why = 'This is a proxy: set HTTP_PROXY and HTTPS_PROXY to its address.'
      return sayMisused(response, why)
    }
    const isRecorded = isMeant(route.target.hostname, options.only)
    relay(isRecorded ? shared : { ...shared, recorder: nobody }, route, request, response)
  })
  server.on('upgrade', (request, socket, head) => {
    const route = routeOf(request)
    if (route === undefined) return void socket.destroy()
    relayUpgrade(shared, route, request, socket, head)
  })
  server.on('connect', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    openTunnel(server, options, tunnels, { authority: request.url ?? '', socket, head })
  })
  return server
}

function openTunnel(
  server: Server,
  { authority, only, onDistrust }: ForwardOptions,
  tunnels: Tunnels,
  asked: { authority: string; socket: Socket; head: Buffer },
): void {
  const { socket, head } = asked
  socket.on('error', () => socket.destroy())
  const [, bracketed, plain, port = '443'] =
    /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(asked.authority) ?? []
  const host = bracketed ?? plain
  if (host === undefined) return void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')
  if (!isMeant(host, only)) return passUnread(socket, head, host, Number(port))
  socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
  if (head.length > 0) socket.unshift(head)
  const enter = (inner: Socket, origin: string): void => {
    tunnels.origins.set(inner, origin)
    server.emit('connection', inner)
  }
  // Else a client that leaves in the middle of the handshake would never be let go.
  socket.allowHalfOpen = false
  // Some clients tunnel plain HTTP as well: the first byte tells.
  socket.once('data', (first: Buffer) => {
    socket.pause()
    socket.unshift(first)
    if (first[0] === tlsHandshake) {
      const origin = `https://${asked.authority.replace(/:443$/, '')}`
      let inner: Socket | undefined
      // Some say why in an alert, Node says nothing: what all have in common is that they leave.
      socket.once('close', () => {
        if (inner === undefined || !tunnels.used.has(inner)) onDistrust(host)
      })
      unwrap(socket, host, authority, (secure) => {
        inner = secure
        enter(secure, origin)
      })
      return
    }
    enter(socket, `http://${asked.authority.replace(/:80$/, '')}`)
    socket.resume()
  })
}

/** Ends the TLS of one tunnel. The server listens nowhere: it is handed the connection it is for. */
function unwrap(
  socket: Socket,
  host: string,
  authority: Authority,
  onSecure: (inner: Socket) => void,
): void {
  const server = createSecureServer({
    ...authority.credentialsFor(host),
    ALPNProtocols: ['http/1.1'],
    handshakeTimeout: 20_000,
    SNICallback: (name, done) => done(null, authority.contextFor(name)),
  })
  server.on('secureConnection', onSecure)
  server.on('tlsClientError', () => socket.destroy())
  server.emit('connection', socket)
}

function passUnread(socket: Socket, head: Buffer, host: string, port: number): void {
  const service = connect(port, host)
  service.once('connect', () => {
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
    if (head.length > 0) service.write(head)
    join(socket, service)
  })
  service.once('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'))
}

/** Whether a host is one of those to record. */
function isMeant(host: string, only: readonly string[]): boolean {
  const name = host.toLowerCase()
  return (
    only.length === 0 ||
    only.some((one) => {
      const meant = one.toLowerCase()
      return meant.startsWith('*.') ? name.endsWith(meant.slice(1)) : name === meant
    })
  )
}
