const dayMs = 86_400_000

/** Writes milliseconds since 1970 as `2024-01-31T23:59:59.000Z`; the engine has no Date. */
export function toIso(ms: number): string {
  const days = Math.floor(ms / dayMs)
  const rest = Math.floor(ms - days * dayMs)
  const time = [rest / 3_600_000, (rest / 60_000) % 60, (rest / 1000) % 60].map(twoDigits).join(':')
  return `${toIsoDate(days)}T${time}.${String(rest % 1000).padStart(3, '0')}Z`
}

/** Howard Hinnant's civil-from-days: years begin in March, so that the leap day comes last. */
function toIsoDate(days: number): string {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const day = shifted - era * 146_097
  const year = yearOfEra(day)
  const dayOfYear = day - (365 * year + Math.floor(year / 4) - Math.floor(year / 100))
  const month = Math.floor((5 * dayOfYear + 2) / 153)
  const dayOfMonth = dayOfYear - Math.floor((153 * month + 2) / 5) + 1
  const civilMonth = month < 10 ? month + 3 : month - 9
  const civilYear = year + era * 400 + (civilMonth <= 2 ? 1 : 0)
  return `${String(civilYear).padStart(4, '0')}-${twoDigits(civilMonth)}-${twoDigits(dayOfMonth)}`
}

function yearOfEra(day: number): number {
  const leaps = Math.floor(day / 1460) - Math.floor(day / 36_524) + Math.floor(day / 146_096)
  return Math.floor((day - leaps) / 365)
}

function twoDigits(value: number): string {
  return String(Math.floor(value)).padStart(2, '0')
}
