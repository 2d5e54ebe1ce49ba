import type { Reply } from '../call.ts'
import type { Exchange } from '../exchange.ts'
import type { FaultAction } from '../faults.ts'

/** The fault point where it has happened: the answer is late, cut, garbled or lost. */
export function faultAfter(exchange: Exchange, reply: Reply): void {
  const action = exchange.fault?.action
  if (action !== undefined) spoil(reply, action)
  if (exchange.lateMs === undefined) return
  const { transport } = reply
  reply.transport = { ...transport, delayMs: (transport?.delayMs ?? 0) + exchange.lateMs }
}

function spoil(reply: Reply, action: FaultAction): void {
  switch (action.kind) {
    case 'drop-after':
      reply.transport = { lost: true }
      break
    case 'reset':
      reply.transport = { lost: true, reset: true }
      break
    case 'half-open':
      reply.transport = { lost: true, silentMs: action.holdMs }
      break
    case 'delay':
      reply.transport = { ...reply.transport, delayMs: action.ms }
      break
    case 'slow':
      reply.transport = { ...reply.transport, bytesPerSecond: action.bytesPerSecond }
      break
    case 'drip': {
      const { bytesPerSecond, holdMs } = action
      reply.transport = { ...reply.transport, bytesPerSecond, dripMs: holdMs }
      break
    }
    case 'truncate':
      reply.transport = { ...reply.transport, truncateAtByte: action.atByte ?? 10 }
      break
    case 'wrong-length':
      reply.transport = { ...reply.transport, lengthOff: action.by }
      break
    case 'malformed':
      reply.headers['content-type'] ??= 'application/json'
      replaceBody(reply, '<html><body><h1>upstream connect error</h1></body></html>')
      break
    case 'answer':
      answerInstead(reply, action)
      break
    default:
      break
  }
}

/** What a proxy says bears no mark of the service; only the depth stays, which is ours. */
function answerInstead(reply: Reply, action: FaultAction & { kind: 'answer' }): void {
  const { status, headers, text = '' } = action
  const depth = reply.headers['x-backlot-depth']
  reply.status = status
  reply.headers = { 'content-type': 'text/html', ...headers }
  if (depth !== undefined) reply.headers['x-backlot-depth'] = depth
  replaceBody(reply, text)
}

/** What a proxy in trouble sends: a body that is not the service's. */
function replaceBody(reply: Reply, text: string): void {
  delete reply.json
  delete reply.bytes
  reply.text = text
}
