import { isRecord } from '../contract/schema.ts'
import { isIdName, isIdText } from './looks.ts'
import { asMeant } from './outcome.ts'
import type { Recorded } from './recorded.ts'

/** A thing that a recording shows to have been there before it began. */
export interface Existing {
  /** The exchange that shows it. */
  n: number
  value: Record<string, unknown>
  /** Decoded path of the call that shows it. */
  path: string
  search: string
  /** Shown as one thing (`item`), as a member of a list, or as something without an id. */
  as: 'item' | 'member' | 'single'
  id: string | undefined
}

/** What a recording shows to have existed before: things that are read, and that nothing in it made. */
export function existedBefore(entries: readonly Recorded[]): Existing[] {
  const made = new Set<string>()
  const seen = new Set<string>()
  const written = new Set<string>()
  const out: Existing[] = []
  for (const recorded of entries.map(asMeant)) {
    const { method, status, json, pathname } = recorded
    const path = decodePath(pathname)
    const ids = new Set(idsIn(json))
    if (method === 'GET' && status === 200 && json !== undefined) {
      for (const one of shownBy(recorded, path)) {
        const isMade = one.id === undefined ? written.has(path) : made.has(one.id)
        if (isMade || path.split('/').some((part) => part !== one.id && made.has(part))) continue
        const key = `${one.as} ${one.id ?? path}`
        if (seen.has(key)) continue
        seen.add(key)
        out.push(one)
      }
    } else if (method !== 'GET' && status < 300) {
      written.add(path)
      for (const id of ids) if (!seen.has(`id ${id}`)) made.add(id)
    }
    for (const id of ids) seen.add(`id ${id}`)
    for (const part of path.split('/')) seen.add(`id ${part}`)
  }
  return out
}

/** The things that a GET shows: itself, or the members of the list in it. */
export function shownBy({ n, json, search }: Recorded, path: string): Existing[] {
  const list = listIn(json)
  if (list !== undefined) {
    return list.filter(isRecord).map((value) => {
      return { n, value, path, search, as: 'member' as const, id: idOf(value) }
    })
  }
  if (!isRecord(json)) return []
  const last = path.slice(path.lastIndexOf('/') + 1)
  const own = idOf(json)
  if (Object.values(json).some((one) => String(one) === last))
    return [{ n, value: json, path, search, as: 'item', id: last }]
  // Called by another of its names: an account by its address.
  if (own !== undefined && (path.includes(own) || isCalled(json, last)))
    return [{ n, value: json, path, search, as: 'item', id: own }]
  return [{ n, value: json, path, search, as: 'single', id: undefined }]
}

/** Whether a thing has this text somewhere near its top. */
export function isCalled(value: unknown, name: string, depth = 0): boolean {
  if (value === name) return name !== ''
  return (
    isRecord(value) &&
    depth < 2 &&
    Object.values(value).some((one) => isCalled(one, name, depth + 1))
  )
}

/** The list that a reply is, or that is its only list of objects. */
export function listIn(json: unknown): unknown[] | undefined {
  if (Array.isArray(json)) return json
  if (!isRecord(json) || idOf(json) !== undefined) return undefined
  const lists = Object.values(json).filter(
    (one): one is unknown[] => Array.isArray(one) && (one.length === 0 || isRecord(one[0])),
  )
  return lists.length === 1 ? lists[0] : undefined
}

/** What a thing is called by. */
export function idOf(value: Record<string, unknown>): string | undefined {
  for (const name of ['id', 'key', 'ts', 'name']) {
    const own = Object.hasOwn(value, name) ? value[name] : undefined
    if (typeof own === 'string' || (typeof own === 'number' && name === 'id')) return String(own)
  }
  for (const [name, own] of Object.entries(value))
    if (isIdName(name) && isIdText(own)) return String(own)
  return undefined
}

/** Every text in a value that looks like an id, or is called one. */
export function* idsIn(value: unknown, name = ''): Generator<string> {
  if (typeof value === 'string') {
    if (isIdText(value) || (isIdName(name) && value !== '' && value.length < 200)) yield value
  } else if (typeof value === 'number') {
    if (isIdName(name)) yield String(value)
  } else if (Array.isArray(value)) {
    for (const one of value) yield* idsIn(one, name)
  } else if (isRecord(value)) {
    for (const [key, one] of Object.entries(value)) yield* idsIn(one, key)
  }
}

/** A path with each segment decoded where that is possible. */
export function decodePath(pathname: string): string {
  return pathname
    .split('/')
    .map((segment) => {
      try {
        return decodeURIComponent(segment)
      } catch {
        return segment
      }
    })
    .join('/')
}
