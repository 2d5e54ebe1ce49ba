import type { Call } from '../../engine/call.ts'

/** A text, number or truth somewhere in a value. */
export interface Leaf {
  path: string[]
  value: string | number | boolean
}

/** Every text, number and truth of a plain value, at most so deep. */
export function leavesOf(value: unknown, path: string[] = [], deepest = 4): Leaf[] {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return [{ path, value }]
  }
  if (typeof value !== 'object' || value === null || path.length >= deepest) return []
  return Object.entries(value).flatMap(([name, inner]) => leavesOf(inner, [...path, name], deepest))
}

/** A copy of a plain value with something else at a path. */
export function withLeaf(
  value: unknown,
  [first, ...rest]: readonly string[],
  leaf: unknown,
): unknown {
  if (first === undefined) return leaf
  const inner = (value as Record<string, unknown> | undefined)?.[first]
  if (Array.isArray(value)) return value.with(Number(first), withLeaf(inner, rest, leaf))
  return { ...(value as object), [first]: withLeaf(inner, rest, leaf) }
}

/** Another value of the same kind. */
export function otherThan(value: Leaf['value']): Leaf['value'] {
  if (typeof value === 'boolean') return !value
  return typeof value === 'number' ? value + 1 : `${value}~`
}

/** What a call asks, told apart by where it stands: `query.limit`, `body.profile.login`. */
export function argumentsOf(call: Call): Leaf[] {
  const query = [...new URLSearchParams(call.path.split('?')[1] ?? '')]
  return [
    ...query.map(([name, value]) => ({ path: ['query', name], value })),
    ...leavesOf(readBody(call), ['body'], 4),
  ]
}

/** The same call with one argument changed, or without it where `value` is undefined. */
export function withArgument(
  call: Call,
  [place, ...path]: readonly string[],
  value: unknown,
): Call {
  if (place === 'query') {
    const [pathname = '', search = ''] = call.path.split('?')
    const query = new URLSearchParams(search)
    if (value === undefined) query.delete(path[0]!)
    else query.set(path[0]!, String(value))
    return { ...call, path: query.size === 0 ? pathname : `${pathname}?${query}` }
  }
  const body = readBody(call)
  const changed = value === undefined ? without(body, path) : withLeaf(body, path, value)
  return { ...call, body: writeBody(call, changed) }
}

function without(body: unknown, path: readonly string[]): unknown {
  const { [path[0]!]: _gone, ...rest } = body as Record<string, unknown>
  return rest
}

function typeOf({ headers }: Call): string {
  return headers?.['content-type'] ?? ''
}

/** The body as a plain value: JSON and forms are read, anything else is none. */
function readBody(call: Call): unknown {
  const { body } = call
  const text = body instanceof Uint8Array ? new TextDecoder().decode(body) : body
  if (typeof text !== 'string') return body
  if (typeOf(call).includes('x-www-form-urlencoded')) {
    return Object.fromEntries(new URLSearchParams(text))
  }
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function writeBody(call: Call, value: unknown): unknown {
  const { body } = call
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return value
  const text = typeOf(call).includes('x-www-form-urlencoded')
    ? String(new URLSearchParams(value as Record<string, string>))
    : JSON.stringify(value)
  return typeof body === 'string' ? text : new TextEncoder().encode(text)
}
