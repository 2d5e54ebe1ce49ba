import { createServer, type Server } from 'node:http'
import { relay, type Relay, type Route } from './relay.ts'
import { headerBytesMax, type Target } from './target.ts'
import { relayUpgrade } from './web-socket.ts'

/** A server that stands for one service: every path of it is that path at the service. */
export function reverseProxy(shared: Relay, target: Target): Server {
  const server = createServer({
    keepAliveTimeout: 60_000,
    requestTimeout: 0,
    maxHeaderSize: headerBytesMax,
  })
  server.on('request', (request, response) => {
    relay(shared, routeOf(target, request.url, request.headers.host), request, response)
  })
  server.on('upgrade', (request, socket, head) => {
    relayUpgrade(shared, routeOf(target, request.url, undefined), request, socket, head)
  })
  return server
}

function routeOf(target: Target, url = '/', ownHost: string | undefined): Route {
  // Some clients take a base address for a proxy and send all of it.
  const path = /^https?:\/\//i.test(url) ? url.replace(/^https?:\/\/[^/]*/i, '') || '/' : url
  if (ownHost === undefined) return { target, path }
  return { target, path, changeHeader: (name, value) => homeward(target, ownHost, name, value) }
}

/**
 * Links to the service lead back through the recorder, and its cookies are taken by a client that knows
 * it under another name; else the next page would be fetched past us. Bodies are never touched.
 */
function homeward(target: Target, ownHost: string, name: string, value: string): string {
  if (name === 'set-cookie') return value.replace(/;\s*domain=[^;]*/i, '')
  if (!/^(?:location|link|content-location)$/.test(name)) return value
  const origin = `${target.secure ? 'https' : 'http'}://${target.host}${target.prefix}`
  // `https://api.example.com.evil` begins with the origin, and is another one.
  const parts = value.split(origin)
  return parts.reduce((done, part) => {
    const isOrigin = part === '' || /^[/?#>;,\s"]/.test(part)
    return `${done}${isOrigin ? `http://${ownHost}` : origin}${part}`
  })
}
