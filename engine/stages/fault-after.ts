import type { Reply } from '../call.ts'
import type { Exchange } from '../exchange.ts'

/** The fault point where it has happened: the answer is late, cut, garbled or lost. */
export function faultAfter(exchange: Exchange, reply: Reply): void {
  const action = exchange.fault?.action
  if (action === undefined) return
  switch (action.kind) {
    case 'drop-after':
      reply.transport = { lost: true }
      break
    case 'delay':
      reply.transport = { ...reply.transport, delayMs: action.ms }
      break
    case 'slow':
      reply.transport = { ...reply.transport, bytesPerSecond: action.bytesPerSecond }
      break
    case 'truncate':
      reply.transport = { ...reply.transport, truncateAtByte: action.atByte ?? 10 }
      break
    case 'malformed':
      garble(reply)
      break
    default:
      break
  }
}

/** What a proxy in trouble sends: the right status and type, and a body that is neither. */
function garble(reply: Reply): void {
  reply.headers['content-type'] ??= 'application/json'
  delete reply.json
  delete reply.bytes
  reply.text = '<html><body><h1>upstream connect error</h1></body></html>'
}
