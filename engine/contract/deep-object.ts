import { getOwn, setOwn } from './problem.ts'
import { coerceProperty, toText, type Decoding, type Field } from './style.ts'

const depthMax = 5

/**
 * Reads `filter[a]=1&filter[b][c]=2&filter[d][]=3` into an object. OpenAPI defines one level only;
 * more levels and lists are read the way the common query parsers write them.
 */
export function readDeepObject(
  field: Field,
  pairs: Map<string, string[]>,
  decoding: Decoding,
): { value: Record<string, unknown>; used: string[] } | undefined {
  const value: Record<string, unknown> = {}
  const used: string[] = []
  const opening = `${field.name}[`
  for (const [name, raws] of pairs) {
    if (!name.startsWith(opening) || !name.endsWith(']')) continue
    const keys = name.slice(opening.length, -1).split('][')
    if (keys.length > depthMax) continue
    used.push(name)
    const isList = keys.length > 1 && (keys.at(-1) === '' || keys.at(-1) === '0')
    if (isList) keys.pop()
    const top = keys[0] as string
    const items = raws.map((raw) => coerceProperty(field, top, toText(raw, decoding)))
    const asList = isList || items.length > 1 || (keys.length === 1 && field.arrays.has(top))
    put(value, keys, asList ? items : items[0])
  }
  return used.length > 0 ? { value, used } : undefined
}

function put(target: Record<string, unknown>, keys: string[], value: unknown): void {
  let current = target
  for (const key of keys.slice(0, -1)) {
    if (key === '__proto__') return
    const next = getOwn(current, key)
    if (typeof next === 'object' && next !== null && !Array.isArray(next)) {
      current = next as Record<string, unknown>
    } else {
      const made: Record<string, unknown> = {}
      current[key] = made
      current = made
    }
  }
  setOwn(current, keys.at(-1) as string, value)
}
