import type { Schema } from '../contract/contract.ts'
import {
  fromPointerToken,
  isRecord,
  resolveSchema,
  schemaList,
  typesOf,
} from '../contract/schema.ts'
import { chooseBranch } from './branch.ts'
import { conforms, problemsOf, schemaAt } from './probe.ts'
import { sampleOf, type Maker } from './maker.ts'

const roundsMax = 6
const extra = new Set([
  'additionalProperties',
  'unevaluatedProperties',
  'propertyNames',
  'false schema',
])

/**
 * Mends a value by what the schema says is wrong with it: what must not be there goes, what is
 * missing or does not fit is made anew. Where that leads nowhere, a whole sample takes its place,
 * with as much of the value as fits.
 */
export function repair(maker: Maker, schema: Schema, value: unknown): unknown {
  const mended = structuredClone(value)
  for (let round = 0; round < roundsMax; round++) {
    const problems = problemsOf(maker.twin, schema, mended)
    if (problems.length === 0) return mended
    if (!isContainer(mended)) break
    // Backwards, so that taking out one item of an array does not move the ones still to be looked at.
    const ordered = [...problems].sort((a, b) => (a.pointer < b.pointer ? 1 : -1))
    let hasChanged = false
    for (const { pointer, rule } of ordered)
      hasChanged = mend(maker, schema, mended, pointer, rule) || hasChanged
    if (!hasChanged) break
  }
  return conforms(maker.twin, schema, mended) ? mended : overlay(maker, schema, mended)
}

function mend(maker: Maker, schema: Schema, root: unknown, pointer: string, rule: string): boolean {
  const tokens = pointer.split('/').slice(1).map(fromPointerToken)
  const last = tokens.pop()
  if (last === undefined) return false
  let at: unknown = root
  for (const token of tokens)
    at = isContainer(at) ? (at as Record<string, unknown>)[token] : undefined
  if (Array.isArray(at)) return at.splice(Number(last), 1).length > 0
  if (!isRecord(at)) return false
  if (rule === 'required') {
    const made = sampleOf(maker, schemaAt(maker, schema, [...tokens, last]), last)
    if (made === undefined) return false
    at[last] = made
    return true
  }
  if (rule === 'type') {
    const types = typesOf(schemaAt(maker, schema, [...tokens, last]), maker.twin.contract.schemas)
    const other = coerce(at[last], types)
    if (other !== undefined) {
      at[last] = other
      return true
    }
  }
  // What does not fit goes; when it turns out to be required, the next round makes it anew.
  if (!Object.hasOwn(at, last) && !extra.has(rule)) return false
  delete at[last]
  return true
}

/** The same value as another type: services spell one id as a number here and as a text there. */
function coerce(value: unknown, types: ReadonlySet<string>): unknown {
  if (typeof value === 'number' || typeof value === 'boolean')
    return types.has('string') ? String(value) : undefined
  const isNumeric = typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)
  return isNumeric && (types.has('integer') || types.has('number')) ? Number(value) : undefined
}

/** A sample of the whole, with those members of the value that leave it valid. */
function overlay(maker: Maker, schema: Schema, value: unknown): unknown {
  const { schemas } = maker.twin.contract
  const union = resolveSchema(schema, schemas)
  const branches = [...schemaList(union, 'oneOf'), ...schemaList(union, 'anyOf')]
  const meant = branches.length === 0 ? schema : chooseBranch(union, branches, value, schemas)
  let out = sampleOf(maker, meant, '', 0)
  if (!isRecord(out) || !isRecord(value)) return out
  const all = { ...out, ...value }
  if (conforms(maker.twin, schema, all)) return all
  for (const [name, member] of Object.entries(value)) {
    const next = { ...(out as Record<string, unknown>), [name]: member }
    if (conforms(maker.twin, schema, next)) out = next
  }
  return out
}

function isContainer(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}
