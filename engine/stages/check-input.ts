import { refuse } from '../call.ts'
import type { Exchange } from '../exchange.ts'

/** Holds the decoded input against the contract. Refuses with `invalid` (detail `problems`). */
export function checkInput(exchange: Exchange): undefined {
  const { op, twin } = exchange
  if (op === undefined) return
  if (exchange.params !== undefined) {
    const problems = twin.validator.checkParams(op, exchange.params)
    if (problems.length > 0) refuse('invalid', { problems })
  }
  if (op.body === undefined || exchange.mediaType === undefined || exchange.body === undefined)
    return
  const inBody = twin.validator.checkBody(op, exchange.mediaType, exchange.body)
  if (inBody.length > 0) refuse('invalid', { problems: inBody })
}
