import { Refusal, type Call } from '../../engine/call.ts'
import { Exchange } from '../../engine/exchange.ts'
import type { Fault } from '../../engine/faults.ts'
import { Journal, type CallEntry } from '../../engine/journal.ts'
import type { Rows } from '../../engine/rows.ts'
import { match } from '../../engine/stages/match.ts'
import type { Between } from '../../engine/world-options.ts'
import type { World } from '../../engine/world.ts'
import { differences, tablesOf } from '../collateral.ts'
import type { Observed } from './observe.ts'

/** One thing broken on purpose: a rule of a twin, or a call of the subject. */
export interface Mutant {
  /** `slack.chat.postMessage:dropped`; the same in every run of the same trials. */
  id: string
  side: 'twin' | 'subject'
  twin: string
  /** The operation; the type of an event with `event:` before it. */
  op: string
  /** In words, after the operation. */
  about: string
  /** Breaks it in one trial's world. `strike` is called whenever it makes a difference to a call. */
  lay: (world: World, strike: () => void, sound: Observed) => void
}

/** Answers one call of the operation that is broken, in the place of the twins. */
export type Breaking = (call: Call, play: (call: Call) => CallEntry) => CallEntry

/** Breaks the calls of one trial's world. `strike` is called whenever it makes a difference. */
export type Broken = (world: World, strike: () => void) => Breaking

/** Puts `breaking` in the way of every call of one operation; others pass. */
export function onCalls(
  world: World,
  { twin, op }: Pick<Mutant, 'twin' | 'op'>,
  breaking: Breaking,
): void {
  world.between = (name, call, play) =>
    name === twin && operationOf(world, name, call) === op
      ? breaking(call, (sent) => play(name, sent))
      : play(name, call)
}

/** The operation that a call is for; undefined when there is none. */
export function operationOf(world: World, twin: string, call: Call): string | undefined {
  const exchange = new Exchange(world, world.twins.get(twin)!, call, 'subject', 0, world.now())
  try {
    match(exchange)
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
  }
  return exchange.op?.id
}

/** Lays a fault on every call or event of one kind, besides those that are laid already. */
export function layAlways(world: World, fault: Omit<Fault, 'at' | 'times'>): void {
  const { plan } = world.faultLine
  const always = { ...fault, at: 1, times: Number.MAX_SAFE_INTEGER }
  world.setFaults({ ...plan, faults: [...plan.faults, always] })
}

/** Plays a call and undoes it: nobody sees that it was made but who reads its answer. */
export function rehearse(world: World, play: () => CallEntry): CallEntry {
  const { journal } = world
  const before = world.snapshot()
  world.journal = new Journal()
  try {
    return play()
  } finally {
    world.journal = journal
    world.restore(before)
  }
}

/** Ends what a mutant has set going without end: after so many calls, each gets no answer. */
export function boundCalls(world: World, most: number): void {
  const { between } = world
  let calls = 0
  const bounded: Between = (twin, call, play) => {
    if (++calls > most) return unanswered(world, twin, call)
    return between === undefined ? play(twin, call) : between(twin, call, play)
  }
  world.between = bounded
}

function unanswered(world: World, twin: string, call: Call): CallEntry {
  const reply = { status: 503, headers: {}, text: '', transport: { lost: true as const } }
  return { kind: 'call', n: 0, at: world.now(), by: 'subject', twin, depth: 'spec', call, reply }
}

/** Whether a call has left any row otherwise than it was before. */
export function hasEffect(world: World, before: Rows, { n }: CallEntry): boolean {
  const tables = tablesOf(world)
  return world.rows.changes().some(({ table, id, by }) => {
    const own = tables.get(table)
    if (own === undefined || !by.includes(n)) return false
    const { byproduct } = own
    if (byproduct === true) return false
    const paths = differences(before.get(own, id), world.rows.get(own, id))
    return paths.some(([field]) => field === undefined || !byproduct?.includes(field))
  })
}
