import type { Reply } from '../call.ts'
import { isShallower } from '../depth.ts'
import type { Exchange } from '../exchange.ts'
import { answerGenerically } from '../generic/answer.ts'
import { notImplemented } from '../not-implemented.ts'

/** Lets the operation act: by hand-written behaviour, else by what the contract alone tells. Too shallow for the world: a loud 501. */
export function behave(exchange: Exchange): Reply {
  const { op, twin, world, depth } = exchange
  if (op === undefined)
    throw new Error('behave needs an operation: does the order begin with match?')
  if (world.minDepth !== 'spec' && isShallower(depth, world.minDepth)) {
    return notImplemented(
      exchange,
      `its depth is "${depth}" and at least "${world.minDepth}" is asked for`,
    )
  }
  const behavior = twin.definition.behaviors[op.id]
  return behavior === undefined ? answerGenerically(exchange) : behavior(exchange)
}
