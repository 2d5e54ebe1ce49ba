import type { FuncKeywordDefinition } from 'ajv'

/**
 * `uniqueItems` in linear time. Ajv compares objects pair by pair: a hostile body of a hundred
 * thousand would take minutes.
 */
export const uniqueItems: FuncKeywordDefinition = {
  keyword: 'uniqueItems',
  type: 'array',
  schemaType: 'boolean',
  validate: (isAsked: boolean, items: unknown[]) => !isAsked || areUnique(items),
  error: { message: 'must NOT have duplicate items' },
}

function areUnique(items: unknown[]): boolean {
  const seen = new Set<unknown>()
  for (const item of items) {
    const key = typeof item === 'object' && item !== null ? `{}${toKey(item)}` : item
    // A text that reads like an object's key is kept apart from it.
    const own = typeof key === 'string' && key === item ? `""${key}` : key
    if (seen.has(own)) return false
    seen.add(own)
  }
  return true
}

/** Equal for equal values, whatever the order of their keys. */
function toKey(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(toKey).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined'
  const keys = Object.keys(value).sort()
  const entries = keys.map(
    (key) => `${JSON.stringify(key)}:${toKey(value[key as keyof typeof value])}`,
  )
  return `{${entries.join()}}`
}
