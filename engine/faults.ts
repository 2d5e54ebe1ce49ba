import { createChance, draw32, drawFraction } from './chance.ts'
import type { EngineRefusal } from './call.ts'

/** What goes wrong at one place. */
export type FaultAction =
  /** The service says no, in its own words; nothing happened. `retryAfterMs` holds the refusal up for so long. */
  | { kind: 'refuse'; as: EngineRefusal | `${string}.${string}`; retryAfterMs?: number }
  /** The answer comes late. */
  | { kind: 'delay'; ms: number }
  /** The connection breaks and nothing happened. */
  | { kind: 'drop-before' }
  /** It happened, but the answer is lost. */
  | { kind: 'drop-after' }
  /** The connection breaks in the middle of the body. */
  | { kind: 'truncate'; atByte?: number }
  /** The body is not what its content type says. */
  | { kind: 'malformed' }
  | { kind: 'slow'; bytesPerSecond: number }
  /** A read answers from the past, but never from longer ago than this. */
  | { kind: 'stale'; behindMs: number }
  /** An event is delivered so many times (only with `on: event`). */
  | { kind: 'duplicate'; copies?: number }

/** One thing that goes wrong at a place: never by unseeded luck. */
export interface Fault {
  /** The twin's name; any twin when absent. */
  twin?: string
  /** A vendor's operation id, `read`, `write` or `any` for calls; `event` or `event:<type>` for deliveries. */
  on: string
  /** Which of the subject's matching calls: 1 is the first. */
  at: number
  /** How many matching calls in a row from there; 1 when absent. */
  times?: number
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

/** A fault's place in words: `slack chat.postMessage #3: drop-after`. */
export function describeFault(fault: Fault): string {
  const { action, times } = fault
  const where = `${fault.twin ?? 'any twin'} ${fault.on} #${fault.at}`
  const span = times !== undefined && times > 1 ? `–${fault.at + times - 1}` : ''
  const what =
    action.kind === 'refuse'
      ? `refuse as ${action.as}`
      : action.kind === 'delay'
        ? `delay ${action.ms} ms`
        : action.kind
  return `${where}${span}: ${what}`
}

/** Counts matching calls and says which fault strikes. One per world; its state is part of a snapshot. */
export class FaultLine {
  readonly plan: FaultPlan
  #seen: number[]
  #heldUntil: number[]

  constructor(plan: FaultPlan) {
    this.plan = plan
    this.#seen = plan.faults.map(() => 0)
    this.#heldUntil = plan.faults.map(() => -1)
  }

  /** The fault for a call of the subject, if one stands at this place. At most one strikes. */
  strike(twin: string, op: string | undefined, writes: boolean, now: number): Fault | undefined {
    const kind = writes ? 'write' : 'read'
    return this.#first(now, (fault) => {
      if (fault.twin !== undefined && fault.twin !== twin) return false
      return fault.on === 'any' || fault.on === kind || fault.on === op
    })
  }

  /** The fault for one delivery of an event. */
  strikeEvent(twin: string, type: string, now: number): Fault | undefined {
    return this.#first(now, (fault) => {
      if (fault.twin !== undefined && fault.twin !== twin) return false
      return fault.on === 'event' || fault.on === `event:${type}`
    })
  }

  copy(): FaultLine {
    const copy = new FaultLine(this.plan)
    copy.#seen = [...this.#seen]
    copy.#heldUntil = [...this.#heldUntil]
    return copy
  }

  #first(now: number, matches: (fault: Fault) => boolean): Fault | undefined {
    let struck: Fault | undefined
    const { faults } = this.plan
    for (let i = 0; i < faults.length; i++) {
      const fault = faults[i]!
      if (!matches(fault)) continue
      const ordinal = ++this.#seen[i]!
      const here = ordinal >= fault.at && ordinal < fault.at + (fault.times ?? 1)
      if (struck !== undefined || !(here || now < this.#heldUntil[i]!)) continue
      struck = fault
      const { action } = fault
      if (here && action.kind === 'refuse' && action.retryAfterMs !== undefined) {
        this.#heldUntil[i] = now + action.retryAfterMs
      }
    }
    return struck
  }
}
