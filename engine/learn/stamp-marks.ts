import type { Reply } from '../call.ts'
import type { Exchange } from '../exchange.ts'
import { takeFrom, type Limit } from '../limits.ts'
import { instantiate } from './instantiate.ts'
import type { WireMarks } from './knowledge.ts'
import { spellTime } from './times.ts'

/** The limit that a call counts against, where recordings show one. */
export function limitOf(
  { op, twin }: Exchange,
  marks: WireMarks | undefined,
): (Limit & { kind: 'window' }) | undefined {
  const rate = marks?.rate
  if (rate === undefined || op === undefined || !Object.hasOwn(rate.limits, op.id)) return undefined
  const capacity = rate.limits[op.id]!
  const { name } = twin.definition
  const bucket = `${name}:${rate.isShared ? capacity : op.id}`
  return { bucket, capacity, windowMs: rate.windowMs, kind: 'window' }
}

/** Writes what every reply of the service carries: the request's own id, and what is left of the limit. */
export function stampMarks(exchange: Exchange, reply: Reply, marks: WireMarks | undefined): void {
  if (marks === undefined || exchange.by === 'scenario') return
  for (const [name, mask] of Object.entries(marks.requestIds ?? {}))
    reply.headers[name] ??= String(instantiate(`«new ${mask}»`, fillingOf(exchange)))
  const limit = limitOf(exchange, marks)
  if (limit === undefined) return
  // Where nothing is limited the headers count all the same: clients read them.
  const state = exchange.limit ?? takeFrom(exchange.rows, limit, exchange.at)
  const { names, resetAs } = marks.rate!
  if (names.limit !== undefined) reply.headers[names.limit] = String(state.capacity)
  if (names.remaining !== undefined) reply.headers[names.remaining] = String(state.remaining)
  if (names.reset === undefined) return
  const left = Math.ceil((state.resetAt - exchange.at) / 1000)
  reply.headers[names.reset] = String(
    resetAs === 'seconds' ? left : spellTime(state.resetAt, resetAs),
  )
}

function fillingOf(exchange: Exchange) {
  return {
    origin: exchange.origin,
    now: exchange.at,
    path: {},
    query: {},
    body: undefined,
    thing: undefined,
    sibling: undefined,
    random: () => exchange.world.random(),
  }
}
