/** Where things stand on the axis, and what is written below it. */
export interface TimeAxis {
  width: number
  /** Of each thing, in px. */
  xs: number[]
  /** Where time from the second thing on passes: for spans that begin or end between things. */
  at: (ms: number) => number
  ticks: { x: number; ms: number }[]
  /** Long waits that are drawn shorter than they were. */
  waits: { from: number; to: number; ms: number }[]
}

/** A wait from so long on is named. */
const WAIT_MS = 400
const TICK_PX = 74
const STEP_PX = 9
/** What happens in the same millisecond, half of this apart, is still told apart. */
const UNIT_PX = 20

/**
 * Lays moments (virtual ms, in the order in which they happened) along an axis at least `width` wide.
 * To scale, distance is time. Otherwise a gap grows with the logarithm of its length: a call
 * takes a millisecond and a retry may wait for minutes, and both must be seen.
 */
export function layOutTimes(times: readonly number[], width: number, isToScale: boolean): TimeAxis {
  const moments: number[] = []
  for (const ms of times) moments.push(Math.max(ms, moments.at(-1) ?? 0))
  const gaps = moments.map((ms, i) => gapOf(ms - (moments[i - 1] ?? 0), isToScale))
  const total = gaps.reduce((sum, gap) => sum + gap, 0)
  const unit = total === 0 ? 0 : Math.max((width - 2 * STEP_PX) / total, isToScale ? 0 : UNIT_PX)
  const inner = Math.max(total * unit, width - 2 * STEP_PX)
  const xs: number[] = []
  let x = STEP_PX
  for (const gap of gaps) xs.push((x += gap * unit))
  const waits = isToScale ? [] : findWaits(moments, xs)
  return {
    width: inner + 2 * STEP_PX,
    xs,
    at: (ms) => place(ms, moments, xs),
    ticks: chooseTicks(moments, xs),
    waits,
  }
}

function gapOf(ms: number, isToScale: boolean): number {
  if (isToScale) return ms
  return ms === 0 ? 0.5 : 1 + Math.log10(ms)
}

function findWaits(moments: readonly number[], xs: readonly number[]): TimeAxis['waits'] {
  const waits: TimeAxis['waits'] = []
  for (let i = 1; i < moments.length; i++) {
    const ms = moments[i]! - moments[i - 1]!
    if (ms >= WAIT_MS) waits.push({ from: xs[i - 1]!, to: xs[i]!, ms })
  }
  return waits
}

function chooseTicks(moments: readonly number[], xs: readonly number[]): TimeAxis['ticks'] {
  const ticks: TimeAxis['ticks'] = []
  let last = -Infinity
  for (let i = 0; i < moments.length; i++) {
    if (xs[i]! - last < TICK_PX || moments[i] === moments[i - 1]) continue
    ticks.push({ x: xs[i]!, ms: moments[i]! })
    last = xs[i]!
  }
  return ticks
}

/** Between the things around a moment; the first thing of that very moment where there is one. */
function place(ms: number, moments: readonly number[], xs: readonly number[]): number {
  const next = moments.findIndex((one) => one >= ms)
  if (next === -1) return xs.at(-1) ?? STEP_PX
  if (next === 0 || moments[next] === ms) return xs[next]!
  const [a, b] = [moments[next - 1]!, moments[next]!]
  return xs[next - 1]! + ((xs[next]! - xs[next - 1]!) * (ms - a)) / (b - a)
}
