/** Names and raw values of a query string or a form body, in order. */
export interface Pairs {
  /** By decoded name; the values are still encoded, since a style may split them first. */
  byName: Map<string, string[]>
  /** Names whose own percent-encoding is broken. */
  malformed: string[]
}

/** Splits `a=1&b=2`; a pair without `=` has an empty value. */
export function readPairs(text: string): Pairs {
  const byName = new Map<string, string[]>()
  const malformed: string[] = []
  let start = text.startsWith('?') ? 1 : 0
  while (start < text.length) {
    let end = text.indexOf('&', start)
    if (end === -1) end = text.length
    if (end > start) {
      const equals = text.indexOf('=', start)
      const split = equals === -1 || equals > end ? end : equals
      const rawName = text.slice(start, split)
      const name = decodeText(rawName)
      if (name === undefined) malformed.push(rawName)
      const value = split < end ? text.slice(split + 1, end) : ''
      const known = byName.get(name ?? rawName)
      if (known) known.push(value)
      else byName.set(name ?? rawName, [value])
    }
    start = end + 1
  }
  return { byName, malformed }
}

/** Decodes `%20` and `+`; nothing when the encoding is broken. */
export function decodeText(text: string): string | undefined {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  return decodePercent(spaced)
}

/** Decodes `%20` alone, for paths, headers and cookies; nothing when the encoding is broken. */
export function decodePercent(text: string): string | undefined {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
