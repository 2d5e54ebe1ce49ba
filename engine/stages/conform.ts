import type { Reply } from '../call.ts'
import type { Operation } from '../contract/contract.ts'
import type { Exchange } from '../exchange.ts'

// A body that was held against its operation once need not be again: rows and views are never changed in place.
const conforming = new WeakMap<object, Operation>()

/** Holds our own reply against the contract and notes every divergence, so that a twin can't drift in silence. */
export function conform(exchange: Exchange, reply: Reply): void {
  const { op, twin } = exchange
  if (op === undefined || reply.transport?.lost) return
  // Whatever a proxy says is not ours.
  if (exchange.fault?.action.kind === 'answer') return
  const body = reply.json
  const isObject = typeof body === 'object' && body !== null
  if (isObject && conforming.get(body) === op) return
  const problems = twin.validator.checkReply(op, reply.status, mediaTypeOf(reply), body)
  if (problems.length > 0) {
    exchange.divergences = problems.map(({ pointer, rule, message }) => ({
      pointer,
      rule,
      message,
    }))
  } else if (isObject) conforming.set(body, op)
}

function mediaTypeOf(reply: Reply): string | undefined {
  const header = reply.headers['content-type']
  if (typeof header !== 'string') return reply.json === undefined ? undefined : 'application/json'
  const cut = header.indexOf(';')
  return (cut === -1 ? header : header.slice(0, cut)).trim().toLowerCase()
}
