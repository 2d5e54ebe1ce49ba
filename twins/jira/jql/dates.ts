import { fromLocal, toLocal } from '../wire-time.ts'

const forms = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?$/
const units = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

/** Reads a date of a query: a day, a day and a time, or a period from now (`-5d`, `4w 2d`); undefined when it is none. */
export function readDate(text: string, now: number, zone: string): number | undefined {
  const trimmed = text.trim()
  const match = forms.exec(trimmed)
  if (match !== null) {
    const [, year, month, day, hour = '0', minute = '0', second = '0'] = match
    const local = Date.UTC(
      Number(year),
      Number(month) - 1,
      Number(day),
      Number(hour),
      Number(minute),
      Number(second),
    )
    const made = new Date(local)
    if (
      made.getUTCMonth() !== Number(month) - 1 ||
      made.getUTCDate() !== Number(day) ||
      Number(hour) > 23
    )
      return undefined
    return fromLocal(local, zone)
  }
  const period = readPeriod(trimmed)
  return period === undefined ? undefined : now + period
}

/** Reads `-5d`, `4w 2d`, `+1h` as milliseconds. */
export function readPeriod(text: string): number | undefined {
  const match = /^([+-]?)((?:\s*\d+\s*[mhdw])+)$/.exec(text)
  if (match === null) return undefined
  let ms = 0
  for (const [, amount, unit] of match[2]!.matchAll(/(\d+)\s*([mhdw])/g))
    ms += Number(amount) * units[unit as 'd']
  return match[1] === '-' ? -ms : ms
}

export type Span = 'Day' | 'Week' | 'Month' | 'Year'

/** The beginning or the last millisecond of a day, week, month or year around now, moved by an offset such as `-1d` or `2`. */
export function edgeOf(
  span: Span,
  edge: 'start' | 'end',
  offset: string | undefined,
  { now, zone, weekStart }: { now: number; zone: string; weekStart: number },
): number | undefined {
  const moved = moveBy(toLocal(now, zone), span, offset)
  if (moved === undefined) return undefined
  const start = startOf(moved, span, weekStart)
  if (edge === 'start') return fromLocal(start, zone)
  return fromLocal(startOf(nextOf(start, span), span, weekStart) - 1, zone)
}

/** The offset's unit defaults to the function's own; `M` is months, `m` minutes. */
function moveBy(local: number, span: Span, offset: string | undefined): number | undefined {
  if (offset === undefined) return local
  const match = /^\s*([+-]?)(\d+)\s*([yMwdhm]?)\s*$/.exec(offset)
  if (match === null) return undefined
  const amount = Number(match[2]) * (match[1] === '-' ? -1 : 1)
  const unit = match[3] || { Day: 'd', Week: 'w', Month: 'M', Year: 'y' }[span]
  if (unit === 'M' || unit === 'y') {
    const date = new Date(local)
    const months = date.getUTCMonth() + (unit === 'M' ? amount : 0)
    const year = date.getUTCFullYear() + (unit === 'y' ? amount : 0)
    const lastDay = new Date(Date.UTC(year, months + 1, 0)).getUTCDate()
    return (
      Date.UTC(year, months, Math.min(date.getUTCDate(), lastDay)) +
      (((local % 86_400_000) + 86_400_000) % 86_400_000)
    )
  }
  return local + amount * units[unit as 'd']
}

function startOf(local: number, span: Span, weekStart: number): number {
  const date = new Date(local)
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()]
  switch (span) {
    case 'Day':
      return Date.UTC(year, month, day)
    case 'Week':
      return Date.UTC(year, month, day - ((date.getUTCDay() - weekStart + 7) % 7))
    case 'Month':
      return Date.UTC(year, month, 1)
    case 'Year':
      return Date.UTC(year, 0, 1)
  }
}

function nextOf(start: number, span: Span): number {
  const date = new Date(start)
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()]
  switch (span) {
    case 'Day':
      return Date.UTC(year, month, day + 1)
    case 'Week':
      return Date.UTC(year, month, day + 7)
    case 'Month':
      return Date.UTC(year, month + 1, 1)
    case 'Year':
      return Date.UTC(year + 1, 0, 1)
  }
}
