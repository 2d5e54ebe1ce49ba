import * as http from 'node:http'
import * as https from 'node:https'
import { isIP } from 'node:net'
import { getCACertificates } from 'node:tls'

/** Some services say more in their headers than Node's 16 kB. */
export const headerBytesMax = 128 * 1024

/** Where requests go. */
export interface Target {
  secure: boolean
  /** Without brackets. */
  hostname: string
  port: number
  /** As the Host header and addresses have it. */
  host: string
  /** What stands before every path, without a slash at its end. */
  prefix: string
}

/** The way to the services: connections that are kept, and whom they may trust. */
export interface Upstream {
  kept: Agents
  /** For requests with a body: a kept connection may just have been closed, and they can't be sent twice. */
  fresh: Agents
  /** A service that says nothing for so long is given up. */
  timeoutMs: number
}

interface Agents {
  http: http.Agent
  https: https.Agent
}

/** Opens the way to the services. */
export function openUpstream(timeoutMs: number, trusted: readonly string[] = []): Upstream {
  const keep = { keepAlive: true, maxSockets: Infinity }
  // Naming authorities replaces the usual ones: these have to be named along.
  const ca = trusted.length === 0 ? {} : { ca: [...getCACertificates(), ...trusted] }
  return {
    kept: { http: new http.Agent(keep), https: new https.Agent({ ...keep, ...ca }) },
    fresh: { http: new http.Agent(), https: new https.Agent(ca) },
    timeoutMs,
  }
}

/** Where an http or https address points. */
export function toTarget(url: URL): Target {
  const secure = url.protocol === 'https:'
  return {
    secure,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    host: url.host,
    prefix: url.pathname.replace(/\/+$/, ''),
  }
}

/** The address of a path at a target, as the recording shows it. */
export function urlAt(target: Target, path: string): string {
  const shown = pathAt(target, path).replace(/^(?!\/)/, '/')
  return `${target.secure ? 'https' : 'http'}://${target.host}${shown}`
}

/** A request to a target, not yet sent. */
export function requestTo(
  target: Target,
  { kept, fresh, timeoutMs }: Upstream,
  message: { method: string; path: string; headers: readonly string[]; once: boolean },
): http.ClientRequest {
  const { secure, hostname, port } = target
  const options: https.RequestOptions = {
    hostname,
    port,
    method: message.method,
    path: pathAt(target, message.path),
    headers: message.headers,
    setHost: false,
    timeout: timeoutMs,
    maxHeaderSize: headerBytesMax,
    // Addresses have no server name in TLS.
    ...(secure && isIP(hostname) === 0 ? { servername: hostname } : {}),
  }
  const agents = message.once ? fresh : kept
  if (secure) return https.request({ ...options, agent: agents.https })
  return http.request({ ...options, agent: agents.http })
}

function pathAt(target: Target, path: string): string {
  return target.prefix === '' || !path.startsWith('/') ? path : target.prefix + path
}
