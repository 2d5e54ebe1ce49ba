import { holdsPeople, isPerson, type SecretKind } from './names.ts'
import type { Scrubber } from './scrubber.ts'
import { vendorKey } from './shapes.ts'

/** What is known of a value from where it stands. */
interface Place {
  /** The name of the field that it is, or that the list is which it stands in. */
  name: string
  inPerson: boolean
  /** Set below a secret name: whatever is text there is secret, too. */
  secret?: SecretKind | undefined
}

const rawJson = JSON as unknown as {
  rawJSON(text: string): unknown
  isRawJSON(value: unknown): boolean
}
/** Below a secret name, what is it itself: `"password": { "value": "…" }`, and not `{ "href": "…" }`. */
const secretItself =
  /^(?:value|hash|salt|secret|plain|plaintext|raw|text|data|key|current|new|old)$/i

/** Scrubs a JSON document; undefined when the text is none. Numbers keep every digit they came with. */
export function scrubJson(scrubber: Scrubber, text: string): string | undefined {
  if (!/^[\s\uFEFF]*[{["]/.test(text)) return undefined
  try {
    const bare = text.replace(/^\uFEFF/, '')
    const value = JSON.parse(
      bare,
      keepDigits as (key: string, value: unknown) => unknown,
    ) as unknown
    const scrubbed = scrubValue(scrubber, value, { name: '', inPerson: false })
    const result = JSON.stringify(scrubbed)
    return result === JSON.stringify(value) ? text : result
  } catch {
    // No JSON, or nested too deeply for anybody: read as text.
    return undefined
  }
}

function scrubValue(scrubber: Scrubber, value: unknown, place: Place): unknown {
  if (typeof value === 'string') return scrubField(scrubber, value, place)
  // A PIN can be a number; a count of tokens is one, too.
  if (typeof value === 'number') return place.secret === 'password' ? 0 : value
  if (typeof value !== 'object' || value === null || rawJson.isRawJSON(value)) return value
  if (Array.isArray(value)) return value.map((one: unknown) => scrubValue(scrubber, one, place))
  return scrubObject(scrubber, value as Record<string, unknown>, place)
}

function scrubObject(
  scrubber: Scrubber,
  object: Record<string, unknown>,
  { name, inPerson, secret }: Place,
): object {
  const isOne = isPerson(object, name) || (inPerson && /^(?:profile|name)$/i.test(name))
  const labelled = labelOf(object)
  const entries = Object.entries(object)
  // Last names first: a full name is taken apart by them.
  const lastNames = entries.filter(([key]) => scrubber.personalKindOf(key, isOne) === 'last')
  for (const [key, value] of lastNames) scrubValue(scrubber, value, { name: key, inPerson: isOne })
  const scrubbed = entries.map(([key, value]) => {
    const called = labelled !== undefined && key === 'value' ? labelled : key
    const below = secretItself.test(key) ? secret : undefined
    const place = {
      name: called,
      inPerson: isOne,
      secret: below ?? secretOf(scrubber, called, value),
    }
    if (isOne && /^(?:id|_id|gid|externalId)$/.test(key) && typeof value === 'string') {
      return [key, scrubId(scrubber, value)]
    }
    return [scrubKey(scrubber, key), scrubValue(scrubber, value, place)]
  })
  return Object.fromEntries(scrubbed) as object
}

/** `credentials` may hold much that is none; `password` does not. */
function secretOf(scrubber: Scrubber, name: string, value: unknown): SecretKind | undefined {
  const kind = scrubber.secretKindOf(name)
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject && kind === 'token' ? undefined : kind
}

/** Scrubs the value of a field, header parameter or form field by its name. */
export function scrubField(scrubber: Scrubber, value: string, place: Place): string {
  const { name, inPerson } = place
  if (value === '' || scrubber.keeps(name)) return value
  const secret = place.secret ?? scrubber.secretKindOf(name)
  if (secret !== undefined) return scrubber.secret(value, secret)
  const personal = scrubber.personalKindOf(name, inPerson)
  if (personal !== undefined) return scrubber.people.replace(personal, value)
  if (holdsPeople(name)) return scrubReference(scrubber, value)
  if (/^\s*[{[]/.test(value)) return scrubJson(scrubber, value) ?? scrubber.text(value)
  return scrubber.text(value)
}

/** A person named by id, handle or name, as in `"assignee": "5b10a2844c20165700ede21g"`. */
export function scrubReference(scrubber: Scrubber, value: string): string {
  const handle = scrubber.people.handles.get(value)
  if (handle !== undefined) return handle
  if (/^\p{Lu}[\p{L}'’-]+(?: \p{Lu}[\p{L}'’.-]*){1,3}$/u.test(value)) {
    return scrubber.people.fullName(value)
  }
  return scrubId(scrubber, value)
}

function scrubId(scrubber: Scrubber, value: string): string {
  const text = scrubber.text(value)
  return text === value ? scrubber.people.id(value) : text
}

/** Most names are words and stay; one that looks like a vendor's key is a key, though it be letters alone. */
function scrubKey(scrubber: Scrubber, key: string): string {
  return /^[A-Za-z_-]{0,40}$/.test(key) && !vendorKey.test(key) ? key : scrubber.text(key)
}

/** `{ "name": "api_key", "value": "…" }`: the name of the value is itself a value. */
function labelOf(object: Record<string, unknown>): string | undefined {
  if (typeof object['value'] !== 'string') return undefined
  const label = object['name'] ?? object['key'] ?? object['header']
  return typeof label === 'string' ? label : undefined
}

/** Numbers of more digits than a double has stay as they were written. */
function keepDigits(_key: string, value: unknown, context: { source?: string }): unknown {
  const { source } = context
  if (typeof value !== 'number' || source === undefined || String(value) === source) return value
  return rawJson.rawJSON(source)
}
