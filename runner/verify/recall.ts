import { isRecord } from '../../engine/contract/schema.ts'
import { giveThing } from '../../engine/generic/given.ts'
import { idOf, idsIn, type Existing } from '../../engine/learn/before.ts'
import type { Recorded } from '../../engine/learn/recorded.ts'
import type { Credentials, Given, TwinDefinition } from '../../engine/twin.ts'
import type { World } from '../../engine/world.ts'
import { ownAuthorization, ownNames, ownRecalls } from './own-twins.ts'

/** What of a recording's past came into a world. */
export interface Recalled {
  /** Recorded ids and what we call them. */
  pairs: readonly (readonly [string, string])[]
  /** The exchanges that gave to it. */
  seeding: ReadonlySet<number>
}

/** Puts into a world what a recording shows to have existed before. */
export type Recall = (
  world: World,
  existing: readonly Existing[],
  entries: readonly Recorded[],
) => Recalled

/** How a twin is told of the past: by its own maker, by ours for the twins in the house, else thing by thing. */
export function recallFor(definition: TwinDefinition): Recall {
  const { name, given } = definition
  const makers = given as Readonly<Record<string, Given<never, unknown>>>
  const own = isOwn(definition) ? ownRecalls[name] : undefined
  if (own !== undefined) {
    return (world, existing, entries) => {
      const recalled = recallEach(
        world,
        existing,
        (one, ...more) => own(one, ...more) ?? recallThing(one, world, name),
      )
      return {
        ...recalled,
        pairs: [...recalled.pairs, ...recallNames(world, name, entries, recalled)],
      }
    }
  }
  const whole = makers['recording'] as Given<{ entries: readonly Recorded[] }, Recalled> | undefined
  if (whole !== undefined) return (world, _existing, entries) => whole(world, { entries })
  return (world, existing) => recallEach(world, existing, (one) => recallThing(one, world, name))
}

/** What calls that succeeded name, and nothing in the recording made or showed. */
function recallNames(
  world: World,
  name: string,
  entries: readonly Recorded[],
  { pairs }: Recalled,
): [string, string][] {
  const make = ownNames[name]
  const known = new Set(pairs.map(([recorded]) => recorded))
  const out: [string, string][] = []
  for (const recorded of entries) {
    const { method, status, json } = recorded
    // Services that say no with a success status: what they refuse proves nothing.
    const isGood = status < 300 && !(isRecord(json) && json['ok'] === false)
    if (isGood && make !== undefined) {
      for (const pair of make(recorded, world, known)) {
        out.push(pair)
        known.add(pair[0])
      }
    }
    if (method !== 'GET') for (const text of idsIn(json)) known.add(text)
  }
  return out
}

/** What only the contract tells of, as the generic behaviour keeps it. */
function recallThing(one: Existing, world: World, twin: string): string | undefined {
  if (one.as === 'single') return undefined
  const { path, value } = one
  const collection = one.as === 'item' ? path.slice(0, path.lastIndexOf('/')) : path
  return idOf(giveThing(world, twin, { collection, value }))
}

/** A twin of the house, not a learned one or a document that goes by its name. */
function isOwn({ name, given }: TwinDefinition): boolean {
  return Object.hasOwn(ownRecalls, name) && !('recording' in given) && !('thing' in given)
}

/** Makes one thing as recorded; returns our id of it, or undefined when it can't. */
export type RecallOne = (
  existing: Existing,
  world: World,
  ours: ReadonlyMap<string, string>,
) => string | undefined

function recallEach(world: World, existing: readonly Existing[], recall: RecallOne): Recalled {
  const pairs = new Map<string, string>()
  const seeding = new Set<number>()
  for (const one of existing) {
    try {
      const id = recall(one, world, pairs)
      if (id === undefined) continue
      if (one.id !== undefined && !pairs.has(one.id)) pairs.set(one.id, id)
      seeding.add(one.n)
    } catch {
      // What can't be put into the world is missing there, and shows as a difference.
    }
  }
  return { pairs: [...pairs], seeding }
}

/** The Authorization header that opens a world, in the scheme that the recording used. */
export function authorizationFor(
  definition: TwinDefinition,
  credentials: Credentials,
  scheme: string | undefined,
): string {
  const own = isOwn(definition) ? ownAuthorization[definition.name] : undefined
  if (own !== undefined) return own(credentials)
  if (scheme?.toLowerCase() === 'basic' && credentials['basic'] !== undefined)
    return `Basic ${credentials['basic']}`
  return `Bearer ${credentials['bearer'] ?? Object.values(credentials)[0] ?? ''}`
}
