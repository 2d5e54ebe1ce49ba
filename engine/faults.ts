import { createChance, draw32, drawFraction } from './chance.ts'
import type { EngineRefusal } from './call.ts'

/** A kind of "no", as the engine or a twin names it. */
export type RefusalKind = EngineRefusal | `${string}.${string}`

/** What goes wrong at one place. */
export type FaultAction =
  /**
   * The service says no, in its own words; nothing happened. `retryAfterMs` holds the refusal up for
   * so long; `tellsEnd` says instead how long the fault still lasts (with the fault's `forMs`).
   */
  | {
      kind: 'refuse'
      as: RefusalKind
      retryAfterMs?: number
      tellsEnd?: boolean
      why?: 'throttled' | 'banned'
    }
  /** Something between caller and service answers in its place; with `happens`, after it happened. */
  | {
      kind: 'answer'
      status: number
      headers?: Readonly<Record<string, string>>
      text?: string
      happens?: boolean
      tellsEnd?: boolean
    }
  /** The answer comes late. */
  | { kind: 'delay'; ms: number }
  /** Every answer comes as late as the distribution says, drawn per call from `seed`; beside whatever else strikes. */
  | { kind: 'latency'; quantiles: Quantiles; seed?: string }
  /** The connection is closed and nothing happened. */
  | { kind: 'drop-before' }
  /** It happened, but the answer is lost. */
  | { kind: 'drop-after' }
  /** The connection is reset (TCP RST); with `happens`, after it happened. */
  | { kind: 'reset'; happens?: boolean }
  /** Nobody listens. */
  | { kind: 'refused' }
  /** The call is taken and never answered; after `holdMs` the connection is closed. With `happens`, it happened. */
  | { kind: 'half-open'; holdMs: number; happens?: boolean }
  /** The connection breaks in the middle of the body. */
  | { kind: 'truncate'; atByte?: number }
  /** The answer announces so many bytes more (or, below 0, fewer) than it has. */
  | { kind: 'wrong-length'; by: number }
  /** The body is not what its content type says. */
  | { kind: 'malformed' }
  /** The body comes at this speed. */
  | { kind: 'slow'; bytesPerSecond: number }
  /** The whole answer, its head too, comes at this speed; after `holdMs` the connection is closed. */
  | { kind: 'drip'; bytesPerSecond: number; holdMs: number }
  /** A read answers from the past, but never from longer ago than this. */
  | { kind: 'stale'; behindMs: number }
  /**
   * The next `count` times "too many requests", each with `retryAfterMs`. Who comes too early more
   * often than `early` times is refused as `banAs` for `banMs`.
   */
  | {
      kind: 'throttle'
      count: number
      retryAfterMs: number
      early?: number
      banMs: number
      banAs?: RefusalKind
    }
  /** The caller's credential opens nothing any more, as the service words it: for the fault's `forMs`, or for good. */
  | { kind: 'end-token'; as: 'expired' | 'revoked' }
  /** An event is delivered so many times (only with `on: event`, as the next one). */
  | { kind: 'duplicate'; copies?: number }
  /** An event comes after the one that follows it; so much later when none does. */
  | { kind: 'reorder'; withinMs: number }

/** Points of a distribution of times, in ms: `{ p50: 80, p95: 400, max: 2000 }`. */
export type Quantiles = Readonly<Record<string, number>>

/** One thing that goes wrong at a place: never by unseeded luck. */
export interface Fault {
  /** The twin's name; any twin when absent. */
  twin?: string
  /** A vendor's operation id, `read`, `write` or `any` for calls; `event` or `event:<type>` for deliveries. */
  on: string
  /** Which of the subject's matching calls: 1 is the first. */
  at: number
  /** How many matching calls in a row from there; 1 when absent, and without end beside `forMs`. */
  times?: number
  /** How long from there, in virtual ms. */
  forMs?: number
  /** From there on, only calls of the operation that it struck first. */
  stays?: boolean
  action: FaultAction
}

/** What goes wrong, where and when. */
export interface FaultPlan {
  name: string
  faults: readonly Fault[]
}

export const noFaults: FaultPlan = { name: 'none', faults: [] }

/** A recipe from which places are drawn, once, from the seed. */
export interface FaultRecipe {
  name: string
  /** How many places to draw. */
  count: [min: number, max: number]
  /** The first `within` matching calls are in play. */
  within: number
  /** Each place draws one of these. */
  choices: readonly Omit<Fault, 'at'>[]
}

/** Draws the places of a recipe. The same recipe and seed give the same plan. */
export function drawPlan(recipe: FaultRecipe, seed: string): FaultPlan {
  const chance = createChance(`faults:${recipe.name}:${seed}`)
  const [min, max] = recipe.count
  const count = min + (draw32(chance) % (max - min + 1))
  const faults: Fault[] = []
  for (let i = 0; i < count; i++) {
    const choice = recipe.choices[Math.floor(drawFraction(chance) * recipe.choices.length)]!
    faults.push({ ...choice, at: 1 + Math.floor(drawFraction(chance) * recipe.within) })
  }
  return { name: recipe.name, faults }
}
