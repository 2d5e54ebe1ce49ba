import { tokens } from '../auth.ts'
import type { Reply } from '../call.ts'
import type { Exchange, Stage } from '../exchange.ts'
import type { Fault } from '../faults.ts'

/** The fault that has ended, now or earlier, the credential that this call shows. */
export function endedToken(exchange: Exchange, fault: Fault | undefined): Fault | undefined {
  const { world, caller, at } = exchange
  const id = caller?.token?.id
  if (id === undefined) return undefined
  const { faultLine } = world
  if (fault?.action.kind === 'end-token') faultLine.endToken(id, fault, at)
  return faultLine.endOf(id, at)?.fault
}

/**
 * Lets the twin meet the call once more with the credential expired or revoked, so that it says so
 * in the service's own words, or goes on where the service lets anybody in. The rows of the world
 * are untouched: a credential that a fault has ended is no change that anybody made. `here` is the
 * stage of the faults, before which all are met again.
 */
export function withoutToken(
  exchange: Exchange,
  { action }: Fault,
  here: Stage,
): Reply | undefined {
  const { world, twin, caller, at } = exchange
  if (action.kind !== 'end-token') return undefined
  const token = caller!.token!
  const rows = world.rows.fork()
  const revoked = twin.definition.revokedAs?.(token) ?? 'revoked'
  rows.update(tokens, token.id, action.as === 'expired' ? { expiresAt: at } : { revoked })
  exchange.rows = rows
  exchange.caller = undefined
  for (const stage of twin.before) {
    if (stage === here) break
    const reply = stage(exchange)
    if (reply !== undefined) return reply
  }
  exchange.rows = world.rows
  return undefined
}
