import type { Reply } from '../call.ts'
import type { Exchange } from '../exchange.ts'
import { notImplemented } from '../not-implemented.ts'

/** Answers an operation from the contract alone. */
export function answerGenerically(exchange: Exchange): Reply {
  return notImplemented(exchange, 'generic behaviour is being written')
}
