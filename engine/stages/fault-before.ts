import { refuse, type Reply, type Transport } from '../call.ts'
import type { Exchange } from '../exchange.ts'
import type { FaultAction } from '../faults.ts'
import { endedToken, withoutToken } from './fault-token.ts'

/**
 * The fault point where nothing has happened yet. Finds the fault that strikes this call, and
 * carries out those that keep the call from its behaviour; the others wait for the way out.
 */
export function faultBefore(exchange: Exchange): Reply | undefined {
  const { world } = exchange
  if (world.faultLine.isEmpty || exchange.by === 'scenario') return
  return meetFault(exchange)
}

function meetFault(exchange: Exchange): Reply | undefined {
  const { world, twin, op, at } = exchange
  const writes = op !== undefined && twin.writes(op)
  const target = { twin: twin.definition.name, op: op?.id, writes, now: at }
  const { fault, lateMs } = world.faultLine.strike(target)
  if (lateMs > 0) exchange.lateMs = lateMs
  const ended = endedToken(exchange, fault)
  if (ended !== undefined) {
    exchange.fault = ended
    return withoutToken(exchange, ended, faultBefore)
  }
  // A credential that a caller does not show can't be ended.
  if (fault === undefined || fault.action.kind === 'end-token') return
  exchange.fault = fault
  const { action } = fault
  if (action.kind === 'refuse') refuse(action.as, { retryAfterMs: action.retryAfterMs, fault })
  if (action.kind === 'stale' && !writes)
    exchange.rows = world.rowsAsOf(exchange.at - action.behindMs)
  return insteadOf(action)
}

/** What the caller gets where the call never reaches its behaviour. */
function insteadOf(action: FaultAction): Reply | undefined {
  switch (action.kind) {
    case 'drop-before':
      return unheard({})
    case 'refused':
      return unheard({ refused: true })
    case 'reset':
      return action.happens === true ? undefined : unheard({ reset: true })
    case 'half-open':
      return action.happens === true ? undefined : unheard({ silentMs: action.holdMs })
    case 'answer':
      return action.happens === true ? undefined : { status: action.status, headers: {}, text: '' }
    default:
      return undefined
  }
}

function unheard(how: Transport): Reply {
  return { status: 503, headers: {}, text: '', transport: { lost: true, ...how } }
}
