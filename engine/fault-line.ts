import type { Fault, FaultAction, FaultPlan } from './faults.ts'
import { latencyAt } from './quantiles.ts'

/** Faults that count the same calls. */
interface Lane {
  twin: string | undefined
  /** Places in the plan, by `at`. */
  faults: readonly number[]
}

/** A plan read once for all worlds that are forked with it. */
interface Course {
  lanes: ReadonlyMap<string, readonly number[]>
  all: readonly Lane[]
  keepsPast: boolean
}

/** How one fault of the plan stands. */
interface Standing {
  /** Virtual ms until which it holds; -1 while it does not. */
  until: number
  /** The operation that it struck first. */
  op?: string | undefined
  /** Of a throttle: how often it has refused, how often somebody came too early, and until when they are banned. */
  refused?: number
  early?: number
  bannedUntil?: number
}

/** Where in a lane the calls have come to. */
interface Progress {
  seen: number
  /** How many of the lane's faults have begun. */
  begun: number
  /** Those that have begun and may still strike. */
  active: number[]
}

/** A call as the faults see it. */
export interface FaultTarget {
  twin: string
  op: string | undefined
  writes: boolean
  /** Virtual ms. */
  now: number
}

const courses = new WeakMap<FaultPlan, Course>()
const noCourse: Course = { lanes: new Map(), all: [], keepsPast: false }
const noProgress: Progress[] = []
const noStandings = new Map<number, Standing>()

function begin(): Progress {
  return { seen: 0, begun: 0, active: [] }
}

/**
 * Counts matching calls and says which fault strikes. One per world; its state is part of a
 * snapshot. What a call costs does not grow with the plan: only faults that have begun and are not
 * spent are looked at.
 */
export class FaultLine {
  readonly plan: FaultPlan
  readonly isEmpty: boolean
  readonly #course: Course
  #progress: Progress[]
  #standings: Map<number, Standing>
  /** Credentials that were ended: until when, and how. */
  #ended: Map<string, { until: number; as: 'expired' | 'revoked'; fault: Fault }> | undefined

  constructor(plan: FaultPlan) {
    this.plan = plan
    this.isEmpty = plan.faults.length === 0
    // Every trial has a line, and most have no faults: those share what is never written to.
    this.#course = this.isEmpty ? noCourse : courseOf(plan)
    this.#progress = this.isEmpty ? noProgress : this.#course.all.map(begin)
    this.#standings = this.isEmpty ? noStandings : new Map()
  }

  /** Whether stale reads may come, so that the past must be kept. */
  get keepsPast(): boolean {
    return this.#course.keepsPast
  }

  /**
   * The fault for a call of the subject, if one stands at this place: at most one, the first of the
   * plan. Beside it, by how many ms the answer is late anyway.
   */
  strike(target: FaultTarget): { fault: Fault | undefined; lateMs: number } {
    return this.#meet([target.op, target.writes ? 'write' : 'read', 'any'], target)
  }

  /** The fault for one delivery of an event. */
  strikeEvent(twin: string, type: string, now: number): Fault | undefined {
    if (this.isEmpty) return undefined
    const target = { twin, op: type, writes: true, now }
    return this.#meet([`event:${type}`, 'event'], target).fault
  }

  /** Ends a credential as a fault says. */
  endToken(token: string, fault: Fault, now: number): void {
    if (fault.action.kind !== 'end-token') return
    this.#ended ??= new Map()
    const until = fault.forMs === undefined ? Infinity : now + fault.forMs
    this.#ended.set(token, { until, as: fault.action.as, fault })
  }

  /** How a credential was ended, while it is. */
  endOf(token: string, now: number): { as: 'expired' | 'revoked'; fault: Fault } | undefined {
    const ended = this.#ended?.get(token)
    return ended !== undefined && now < ended.until ? ended : undefined
  }

  copy(): FaultLine {
    const copy = new FaultLine(this.plan)
    if (this.isEmpty) return copy
    copy.#progress = this.#progress.map((one) => ({ ...one, active: [...one.active] }))
    copy.#standings = new Map([...this.#standings].map(([i, one]) => [i, { ...one }]))
    if (this.#ended !== undefined) copy.#ended = new Map(this.#ended)
    return copy
  }

  #meet(
    keys: readonly (string | undefined)[],
    target: FaultTarget,
  ): { fault: Fault | undefined; lateMs: number } {
    let first = Infinity
    let lateMs = 0
    for (const key of keys) {
      if (key === undefined) continue
      for (const number of this.#course.lanes.get(key) ?? none) {
        const lane = this.#course.all[number]!
        if (lane.twin !== undefined && lane.twin !== target.twin) continue
        const progress = this.#progress[number]!
        this.#advance(progress, lane, target)
        for (const index of progress.active) {
          lateMs += latencyAt(this.plan.faults[index]!, progress.seen)
          if (index < first && this.#stands(index, progress, target)) first = index
        }
      }
    }
    const fault = first === Infinity ? undefined : this.#carryOut(first, target.now)
    return { fault, lateMs }
  }

  /** Counts a call of a lane, lets faults begin whose place it is, and forgets those that are spent. */
  #advance(progress: Progress, lane: Lane, target: FaultTarget): void {
    const { faults } = this.plan
    const seen = ++progress.seen
    if (progress.active.some((index) => this.#isSpent(index, seen, target.now))) {
      progress.active = progress.active.filter((one) => !this.#isSpent(one, seen, target.now))
    }
    for (; progress.begun < lane.faults.length; progress.begun++) {
      const index = lane.faults[progress.begun]!
      const { at, forMs } = faults[index]!
      if (at > seen) break
      const until = forMs === undefined ? -1 : target.now + forMs
      this.#standings.set(index, { until, op: target.op })
      progress.active.push(index)
    }
  }

  #isSpent(index: number, seen: number, now: number): boolean {
    const fault = this.plan.faults[index]!
    const standing = this.#standings.get(index)!
    if (fault.action.kind === 'latency') return false
    if (fault.action.kind === 'throttle') return isThrottleSpent(fault.action, standing, now)
    return !isInSpan(fault, seen, standing, now) && now >= standing.until
  }

  #stands(index: number, { seen }: Progress, { op, now }: FaultTarget): boolean {
    const fault = this.plan.faults[index]!
    const standing = this.#standings.get(index)!
    if (fault.action.kind === 'latency') return false
    if (fault.stays === true && standing.op !== op) return false
    return !this.#isSpent(index, seen, now)
  }

  /** The fault as it strikes now, with what is left of its time. */
  #carryOut(index: number, now: number): Fault {
    const fault = this.plan.faults[index]!
    const standing = this.#standings.get(index)!
    const { action } = fault
    if (action.kind === 'throttle') return { ...fault, action: throttle(action, standing, now) }
    if (action.kind === 'refuse' && action.retryAfterMs !== undefined && now >= standing.until) {
      standing.until = now + action.retryAfterMs
    }
    return withEnd(fault, standing.until - now)
  }
}

const none: readonly number[] = []

function isInSpan(fault: Fault, seen: number, { until }: Standing, now: number): boolean {
  const { at, forMs } = fault
  const times = fault.times ?? (forMs === undefined ? 1 : Infinity)
  return seen >= at && seen < at + times && (forMs === undefined || now < until)
}

/** A fault that says when it ends, with the time that is left. */
function withEnd(fault: Fault, leftMs: number): Fault {
  const { action } = fault
  if ((action.kind !== 'refuse' && action.kind !== 'answer') || action.tellsEnd !== true)
    return fault
  const retryAfterMs = Math.max(0, leftMs)
  if (action.kind === 'refuse') return { ...fault, action: { ...action, retryAfterMs } }
  const headers = { ...action.headers, 'retry-after': String(Math.ceil(retryAfterMs / 1000)) }
  return { ...fault, action: { ...action, headers } }
}

function isThrottleSpent(
  { count }: FaultAction & { kind: 'throttle' },
  { bannedUntil, until, refused = 0 }: Standing,
  now: number,
): boolean {
  if (bannedUntil !== undefined) return now >= bannedUntil
  return refused >= count && now >= until
}

/** What a throttled caller hears now; who comes too early too often is banned. */
function throttle(
  action: FaultAction & { kind: 'throttle' },
  standing: Standing,
  now: number,
): FaultAction {
  const { retryAfterMs, early = 1, banMs, banAs = 'limited' } = action
  if (standing.bannedUntil === undefined && now < standing.until) {
    standing.early = (standing.early ?? 0) + 1
    if (standing.early > early) standing.bannedUntil = now + banMs
  } else if (standing.bannedUntil === undefined) {
    standing.refused = (standing.refused ?? 0) + 1
    standing.until = now + retryAfterMs
  }
  if (standing.bannedUntil !== undefined) {
    const leftMs = standing.bannedUntil - now
    return { kind: 'refuse', as: banAs, retryAfterMs: leftMs, why: 'banned' }
  }
  const leftMs = standing.until - now
  return { kind: 'refuse', as: 'limited', retryAfterMs: leftMs, why: 'throttled' }
}

function courseOf(plan: FaultPlan): Course {
  let course = courses.get(plan)
  if (course === undefined) courses.set(plan, (course = readCourse(plan)))
  return course
}

function readCourse({ faults }: FaultPlan): Course {
  const byKey = new Map<string, { on: string; twin: string | undefined; faults: number[] }>()
  for (const [index, { on, twin }] of faults.entries()) {
    const key = `${on}\u0001${twin ?? ''}`
    const lane = byKey.get(key) ?? { on, twin, faults: [] }
    byKey.set(key, lane)
    lane.faults.push(index)
  }
  const all = [...byKey.values()]
  const lanes = new Map<string, number[]>()
  for (const [number, lane] of all.entries()) {
    lane.faults.sort((a, b) => faults[a]!.at - faults[b]!.at || a - b)
    lanes.set(lane.on, [...(lanes.get(lane.on) ?? []), number])
  }
  return { lanes, all, keepsPast: faults.some(({ action }) => action.kind === 'stale') }
}
