/** Times as the wire spells them, in UTC: `2021-01-17T12:34:00.000+0000`. They sort like the time. */
export function toWireTime(ms: number): string {
  const iso = new Date(ms).toISOString()
  return `${iso.slice(0, -1)}+0000`
}

/** Reads a time of the wire, with any offset; undefined when it is none. */
export function fromWireTime(text: string): number | undefined {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:?\d\d)$/.exec(text)
  if (match === null) return undefined
  const offset = match[2] === 'Z' ? 'Z' : `${match[2]!.slice(0, 3)}:${match[2]!.slice(-2)}`
  const ms = Date.parse(match[1] + offset)
  return Number.isNaN(ms) ? undefined : ms
}

/** A time in UTC, spelt in another zone. */
export function inZone(wire: string, zone: string): string {
  if (isUtc(zone)) return wire
  const ms = fromWireTime(wire)
  if (ms === undefined) return wire
  const offset = offsetMinutes(zone, ms)
  const local = new Date(ms + offset * 60_000).toISOString().slice(0, -1)
  return local + spellOffset(offset)
}

/** The moment at which clocks of the zone show this local time. */
export function fromLocal(localMs: number, zone: string): number {
  if (isUtc(zone)) return localMs
  const guess = localMs - offsetMinutes(zone, localMs) * 60_000
  return localMs - offsetMinutes(zone, guess) * 60_000
}

/** What clocks of the zone show, as if it were UTC. */
export function toLocal(ms: number, zone: string): number {
  return isUtc(zone) ? ms : ms + offsetMinutes(zone, ms) * 60_000
}

const utcNames = new Set(['UTC', 'Etc/UTC', 'GMT', 'Etc/GMT'])

function isUtc(zone: string): boolean {
  return utcNames.has(zone)
}

const formats = new Map<string, Intl.DateTimeFormat>()
const offsets = new Map<string, number>()

function offsetMinutes(zone: string, ms: number): number {
  // Offsets change on quarter hours at most, so one answer serves each of them.
  const slot = Math.floor(ms / 900_000)
  const name = `${zone} ${slot}`
  const known = offsets.get(name)
  if (known !== undefined) return known
  const found = readOffset(zone, slot * 900_000)
  if (offsets.size > 10_000) offsets.clear()
  offsets.set(name, found)
  return found
}

function readOffset(zone: string, ms: number): number {
  let format = formats.get(zone)
  if (format === undefined) {
    try {
      format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
    } catch {
      return 0
    }
    formats.set(zone, format)
  }
  const part = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT'
  const match = /GMT([+-])(\d\d):(\d\d)/.exec(part)
  if (match === null) return 0
  const minutes = Number(match[2]) * 60 + Number(match[3])
  return match[1] === '-' ? -minutes : minutes
}

function spellOffset(minutes: number): string {
  const sign = minutes < 0 ? '-' : '+'
  const size = Math.abs(minutes)
  return sign + String(Math.floor(size / 60)).padStart(2, '0') + String(size % 60).padStart(2, '0')
}
