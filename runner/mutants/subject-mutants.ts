import { isDeepStrictEqual } from 'node:util'
import type { CallEntry } from '../../engine/journal.ts'
import type { World } from '../../engine/world.ts'
import { hasEffect, onCalls, operationOf, rehearse, type Broken, type Mutant } from './mutant.ts'
import type { Observed } from './observe.ts'
import type { Usage } from './twin-mutants.ts'
import { argumentsOf, otherThan, withArgument } from './values.ts'

/** What the subject does with one operation, done wrong in one way at a time. */
export function subjectMutants(usage: Usage): Mutant[] {
  const { twin, op, calls } = usage
  const mutants: Mutant[] = []
  const breaking = (kind: string, about: string, broken: Broken): void => {
    const lay: Mutant['lay'] = (world, strike) => onCalls(world, usage, broken(world, strike))
    mutants.push({ id: `${twin}.${op}:${kind}`, side: 'subject', twin, op, about, lay })
  }
  const isEffective = calls.some(({ effects }) => effects.length > 0)
  if (isEffective) {
    breaking('dropped', 'is not called, as if it had been', dropped)
    breaking('repeated', 'is called twice', repeated)
  }
  for (const [name, path] of isEffective ? argumentNames(calls) : []) {
    breaking(`argument:${name}`, `is called with another ${name}`, withOther(path))
  }
  const sound = calls.find(({ entry }) => entry.refusal === undefined && entry.reply.status < 400)
  const isRefused = calls.some(({ entry }) => entry.refusal !== undefined)
  if (sound !== undefined && isRefused) {
    const { reply } = sound.entry
    breaking('swallowed', 'is taken to have succeeded when it is refused', swallowed(reply))
  }
  return mutants
}

/** The call is not made; the caller goes on as if it had been. */
export const dropped: Broken = (world, strike) => (call, play) => {
  strike()
  return rehearse(world, () => play(call))
}

const repeated: Broken = (world, strike) => (call, play) => {
  const entry = play(call)
  const before = world.rows.snapshot()
  const again = play(call)
  // To do once more what is done already makes no difference.
  if (hasEffect(world, before, again)) strike()
  return entry
}

const withOther =
  (path: readonly string[]): Broken =>
  (_world, strike) =>
  (call, play) => {
    const found = argumentsOf(call).find((one) => isDeepStrictEqual(one.path, path))
    if (found === undefined) return play(call)
    strike()
    return play(withArgument(call, path, otherThan(found.value)))
  }

const swallowed =
  (reply: CallEntry['reply']): Broken =>
  (_world, strike) =>
  (call, play) => {
    const entry = play(call)
    if (entry.refusal === undefined) return entry
    strike()
    // What the caller makes of it: the journal keeps what it was told.
    return { ...entry, reply: structuredClone(reply) }
  }

/** By name, the first place of each argument that these calls have. */
function argumentNames(calls: Usage['calls']): Map<string, string[]> {
  const names = new Map<string, string[]>()
  for (const { entry } of calls) {
    for (const { path } of argumentsOf(entry.call)) {
      const name = path
        .slice(1)
        .filter((part) => !/^\d+$/.test(part))
        .join('.')
      if (name !== '' && name !== 'token' && !names.has(name)) names.set(name, path)
    }
  }
  return names
}

/** Two calls that follow each other and of which one has an effect, in the opposite order. */
export function swapMutants(trials: readonly Observed[]): Mutant[] {
  const mutants = new Map<string, Mutant>()
  for (const { calls, effects } of trials) {
    for (const [i, first] of calls.entries()) {
      const second = calls[i + 1]
      if (second === undefined || first.op === undefined || second.op === undefined) continue
      if (!effects.has(first.n) || (first.twin === second.twin && first.op === second.op)) continue
      const { twin, op } = first
      const after = `${second.twin}.${second.op}`
      const id = `${twin}.${op}:after:${after}`
      const about = `is called only after ${after}`
      const lay: Mutant['lay'] = (world, strike, sound) =>
        swapFirst(world, strike, placeOf(sound, first, second))
      mutants.set(id, { id, side: 'subject', twin, op, about, lay })
    }
  }
  return [...mutants.values()]
}

/** Which call of a trial, from 1, is the first of a pair; 0 where there is no such pair. */
function placeOf({ calls }: Observed, first: CallEntry, second: CallEntry): number {
  const isSame = (a: CallEntry | undefined, b: CallEntry): boolean =>
    a?.twin === b.twin && a.op === b.op
  return calls.findIndex((one, i) => isSame(one, first) && isSame(calls[i + 1], second)) + 1
}

function swapFirst(world: World, strike: () => void, place: number): void {
  let count = 0
  let held: { twin: string; play: () => void } | undefined
  world.between = (twin, call, play) => {
    if (++count === place && operationOf(world, twin, call) !== undefined) {
      held = { twin, play: () => void play(twin, call) }
      return rehearse(world, () => play(twin, call))
    }
    const entry = play(twin, call)
    if (held === undefined) return entry
    const late = held
    held = undefined
    strike()
    late.play()
    return entry
  }
}
