import { isEpoch, isTimeText } from './looks.ts'

/** So near to the exchange, a moment is taken for the exchange's own. */
const nearMs = 150_000
/** A service's clock and the recorder's differ by so much, and by the way between them. */
const skewMs = 2500

const day = 86_400_000
const units: readonly [name: string, ms: number][] = [
  ['d', day],
  ['h', 3_600_000],
  ['m', 60_000],
]

const date = /^\d{4}-\d\d-\d\d$/

/** Milliseconds since 1970 of a text or number that tells a moment; undefined for any other. */
export function momentOf(value: unknown): number | undefined {
  if (typeof value === 'string' && isTimeText(value)) {
    const time = Date.parse(value.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'))
    return Number.isNaN(time) ? undefined : time
  }
  if (typeof value !== 'number' || !isEpoch(value)) return undefined
  return value < 1e11 ? value * 1000 : value
}

/** What moments are told by: when the exchange took place, the same thing's moment before, moments beside it. */
export interface Clock {
  at: number | undefined
  /** The reply tells what a write made: its moments may be counted from now. */
  isWrite: boolean
  /** Moments of the same reply that are the exchange's own, in ms. */
  nows: readonly number[]
}

/** Every moment in a reply that is the exchange's own. */
export function nowsIn(value: unknown, at: number | undefined, into: number[] = []): number[] {
  if (at === undefined || into.length > 20) return into
  if (typeof value === 'object' && value !== null)
    for (const one of Object.values(value)) nowsIn(one, at, into)
  else {
    const time = momentOf(value)
    if (time !== undefined && Math.abs(time - at) < nearMs) into.push(time)
  }
  return into
}

/**
 * `«now …»` for the moment of the exchange, `«now iso +14d»` for one counted from it, and
 * `«later /dueAt +14d iso»` for one counted from what it was before.
 */
export function timeTemplate(
  value: unknown,
  pointer: string,
  before: unknown,
  clock: Clock,
): string | undefined {
  const { at, isWrite } = clock
  if (at === undefined) return undefined
  if (typeof value === 'string' && date.test(value))
    return dateTemplate(value, before, pointer, clock)
  const time = momentOf(value)
  if (time === undefined) return undefined
  const format = typeof value === 'string' ? formatOf(value) : (value as number) < 1e11 ? 's' : 'ms'
  const wrap = (text: string): string =>
    typeof value === 'number' ? `«number ${text}»` : `«${text}»`
  if (Math.abs(time - at) < nearMs) return wrap(`now ${format}`)
  if (!isWrite) return undefined
  const old = momentOf(before)
  const later = old === undefined ? undefined : spellSpan(time - old, 0)
  if (later !== undefined) return wrap(`later ${pointer} ${later} ${format}`)
  const step = format === 's' || format === 'second' ? 1000 : 1
  for (const now of clock.nows) {
    const span = spellSpan(time - now, step)
    if (span !== undefined) return wrap(`now ${format} ${span}`)
  }
  const span = spellSpan(time - at, skewMs)
  return span === undefined ? undefined : wrap(`now ${format} ${span}`)
}

function dateTemplate(
  value: string,
  before: unknown,
  pointer: string,
  { at, isWrite }: Clock,
): string | undefined {
  if (!isWrite) return undefined
  const time = Date.parse(value)
  if (typeof before === 'string' && date.test(before)) {
    const span = spellSpan(time - Date.parse(before), 0)
    return span === undefined ? undefined : `«later ${pointer} ${span} date»`
  }
  const days = Math.round((time - (at! - (at! % day))) / day)
  if (Math.abs(days) > 800) return undefined
  return days === 0 ? '«now date»' : `«now date ${days > 0 ? '+' : ''}${days}d»`
}

function formatOf(text: string): string {
  if (/[+-]\d{4}$/.test(text)) return 'offset'
  if (/[+-]\d\d:\d\d$/.test(text)) return 'zone'
  if (!text.endsWith('Z')) return /^[A-Z]/.test(text) ? 'http' : 'local'
  return text.includes('.') ? 'iso' : 'second'
}

/** `+14d`, `-90m` for spans that people choose; undefined for the others. */
function spellSpan(ms: number, slackMs: number): string | undefined {
  if (Math.abs(ms) < 60_000 - slackMs || Math.abs(ms) > 800 * day) return undefined
  for (const [name, size] of units) {
    const count = Math.round(ms / size)
    // Minutes come in fives: else any moment would be one that somebody chose.
    if (count === 0 || (name === 'm' && count % 5 !== 0)) continue
    if (Math.abs(ms - count * size) <= slackMs) return `${count > 0 ? '+' : ''}${count}${name}`
  }
  return undefined
}

/** Milliseconds of `+14d`; 0 for anything else. */
export function spanMs(text: string | undefined): number {
  const match = /^([+-]\d{1,6})([dhm])$/.exec(text ?? '')
  if (match === null) return 0
  return Number(match[1]) * units.find(([name]) => name === match[2])![1]
}

/** A moment in one of the formats that templates name. */
export function spellTime(ms: number, format: string | undefined): unknown {
  if (format === 'ms') return ms
  if (format === 's') return Math.floor(ms / 1000)
  const iso = new Date(ms).toISOString()
  switch (format) {
    case 'second':
      return `${iso.slice(0, 19)}Z`
    case 'offset':
      return `${iso.slice(0, -1)}+0000`
    case 'zone':
      return `${iso.slice(0, 19)}+00:00`
    case 'local':
      return iso.slice(0, 19)
    case 'date':
      return iso.slice(0, 10)
    case 'http':
      return new Date(ms).toUTCString()
    default:
      return iso
  }
}
