import type { Schema } from '../contract/contract.ts'
import { setOwn } from '../contract/problem.ts'
import { isRecord, typeOf } from '../contract/schema.ts'
import { isDataKey } from './looks.ts'

/** What was seen at one place of JSON values. */
export interface Seen {
  types: Set<string>
  count: number
  members: Map<string, Seen>
  items: Seen | undefined
  /** Short texts, as long as they are few. */
  words: Set<string> | undefined
}

const depthMax = 12
const wordsMax = 12
const membersMax = 500

export function nothingSeen(): Seen {
  return { types: new Set(), count: 0, members: new Map(), items: undefined, words: new Set() }
}

/** Adds a value to what was seen. */
export function see(seen: Seen, value: unknown, depth = 0): void {
  seen.count++
  const type = typeOf(value)
  seen.types.add(type === 'number' && Number.isInteger(value) ? 'integer' : type)
  if (depth > depthMax) return
  if (Array.isArray(value)) {
    seen.items ??= nothingSeen()
    for (const one of value.slice(0, 50)) see(seen.items, one, depth + 1)
  } else if (isRecord(value)) {
    for (const [key, one] of Object.entries(value)) {
      const name = isDataKey(key) ? '*' : key
      let member = seen.members.get(name)
      if (member === undefined) {
        if (seen.members.size >= membersMax) continue
        seen.members.set(name, (member = nothingSeen()))
      }
      see(member, one, depth + 1)
    }
  } else if (typeof value === 'string') noteWord(seen, value)
}

function noteWord(seen: Seen, text: string): void {
  if (seen.words === undefined) return
  if (!/^[A-Z][A-Z0-9_]{1,40}$/.test(text)) seen.words = undefined
  else if (seen.words.add(text).size > wordsMax) seen.words = undefined
}

/** The schema that everything seen fits. */
export function toSchema(seen: Seen): Schema {
  const types = [...seen.types].sort()
  if (types.includes('number'))
    types.splice(types.indexOf('integer') >>> 0, types.includes('integer') ? 1 : 0)
  const schema: Record<string, unknown> =
    types.length === 0 ? {} : { type: types.length === 1 ? types[0] : types }
  if (seen.types.has('object')) {
    const properties: Record<string, unknown> = {}
    const objects = Math.max(1, ...[...seen.members.values()].map(({ count }) => count))
    const required: string[] = []
    for (const [name, member] of seen.members) {
      if (name === '*') schema['additionalProperties'] = toSchema(member)
      else {
        setOwn(properties, name, toSchema(member))
        if (member.count === objects && objects === seen.count) required.push(name)
      }
    }
    schema['properties'] = properties
    if (required.length > 0) schema['required'] = required.sort()
  }
  if (seen.items !== undefined) schema['items'] = toSchema(seen.items)
  return schema as Schema
}
