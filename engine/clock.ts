/**
 * Virtual time, in milliseconds since 1970. It stands still between calls and moves by `stepMs`
 * with each, or follows a wall clock that is handed in from outside (the engine itself never looks
 * at one), and it jumps when it is told to.
 */
export interface Clock {
  /** Where virtual time stands, not counting the wall clock. */
  at: number
  /** By how much each call moves time; 0 lets it stand. */
  stepMs: number
  /** Milliseconds on the wall, when time follows it. */
  wall?: (() => number) | undefined
  /** The wall's reading that `at` belongs to. */
  wallAt: number
}

/** The default beginning of a world: Monday 2026-01-05, 09:00 UTC. */
export const defaultStart = 1767603600000

export function createClock(options: {
  start?: number | undefined
  stepMs?: number | undefined
  wall?: (() => number) | undefined
}): Clock {
  const { start = defaultStart, wall } = options
  const stepMs = options.stepMs ?? stepBeside(wall)
  return { at: start, stepMs, wall, wallAt: wall?.() ?? 0 }
}

/** The clock of a fork: begins where its origin's stands, and goes on as that one does unless told otherwise. */
export function forkClock(
  clock: Clock,
  options: { stepMs?: number | undefined; wall?: (() => number) | undefined },
): Clock {
  const wall = options.wall ?? clock.wall
  const ownStep = options.wall === undefined ? clock.stepMs : stepBeside(options.wall)
  const stepMs = options.stepMs ?? ownStep
  return { at: readClock(clock), stepMs, wall, wallAt: wall?.() ?? 0 }
}

/** A clock on the wall moves by itself: thousands of calls must not make it run ahead. */
function stepBeside(wall: Clock['wall']): number {
  return wall === undefined ? 1 : 0
}

/** Virtual now. */
export function readClock(clock: Clock): number {
  if (clock.wall === undefined) return clock.at
  return clock.at + Math.max(0, Math.floor(clock.wall() - clock.wallAt))
}

/** Moves time forward by so many milliseconds. */
export function advanceClock(clock: Clock, ms: number): void {
  clock.at += ms
}

/** Makes time stand still at what it reads now. */
export function freezeClock(clock: Clock): void {
  clock.at = readClock(clock)
  clock.wall = undefined
  clock.stepMs = 0
}

const units: Record<string, number> = {
  ms: 1,
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
}

/**
 * Reads a length of time: milliseconds as a number, or words such as `31 days` or `1.5 hours`.
 * Throws a RangeError that shows the forms it takes.
 */
export function readDuration(text: number | string): number {
  if (typeof text === 'number' && Number.isFinite(text) && text >= 0) return text
  const match = /^\s*(\d+(?:\.\d+)?)\s*(ms|second|minute|hour|day|week)s?\s*$/.exec(String(text))
  if (match === null) {
    throw new RangeError(
      `"${text}" is no length of time. Write milliseconds (1500) or words ("31 days", "90 seconds").`,
    )
  }
  return Math.round(Number(match[1]) * units[match[2]!]!)
}
