import { refuse } from '../../engine/call.ts'
import type { Operation } from '../../engine/contract/contract.ts'
import type { Exchange } from '../../engine/exchange.ts'
import { checkInput } from '../../engine/stages/check-input.ts'

/** Holds the input of an operation without a behaviour against the contract; behaviours read theirs as Okta does. */
export function checkUnbehaved(exchange: Exchange): undefined {
  const { op, twin } = exchange
  if (op === undefined || twin.definition.behaviors[op.id] !== undefined) return
  return checkInput(exchange)
}

const jsonOnly = new WeakMap<Operation, boolean>()

/** FACTS: accept. Who takes no JSON gets none. */
export function checkAccept(exchange: Exchange): undefined {
  const accept = exchange.headers['accept']
  const { op } = exchange
  if (accept === undefined || accept === 'application/json' || accept === '*/*') return
  if (op === undefined || /\*\/\*|application\/\*|json/i.test(accept)) return
  let isJsonOnly = jsonOnly.get(op)
  if (isJsonOnly === undefined) jsonOnly.set(op, (isJsonOnly = answersJsonOnly(op)))
  if (isJsonOnly) refuse('okta.E0000122')
}

function answersJsonOnly(op: Operation): boolean {
  const types = Object.entries(op.replies)
    .filter(([status]) => status.startsWith('2'))
    .flatMap(([, reply]) => Object.keys(reply.types))
  return types.length > 0 && types.every((type) => type === 'application/json')
}
