import { isIPv4 } from 'node:net'

/** Whether a host name is this very machine, whatever a name server says of it. */
export function isLoopback(hostname: string): boolean {
  const name = hostname.toLowerCase().replace(/\.$/, '')
  if (isLocalName(name) || name === '[::1]' || name === '::1') return true
  return isIPv4(name) && name.startsWith('127.')
}

/** The address to connect to: names under `localhost` are never asked of a name server (RFC 6761). */
export function loopbackAddress(hostname: string): string {
  const name = hostname.toLowerCase().replace(/\.$/, '')
  if (name === '[::1]') return '::1'
  return name.endsWith('.localhost') ? 'localhost' : name
}

function isLocalName(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost')
}
