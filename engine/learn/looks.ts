// What a value is, as far as its looks tell: recordings come without a word about meaning.

const iso = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?([.,]\d+)?(Z|[+-]\d\d:?\d\d)?$/
const httpDate = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const issueKey = /^[A-Z][A-Z0-9_]+-\d+$/
const idName =
  /(^|[_.-]|[a-z])(id|Id|ID|ids|Ids|key|Key|kid|uuid|Uuid|token|Token|cursor|Cursor|etag|Etag|ETag|ts|nonce|secret|Secret|hash|revision|Revision)$/

/** ISO 8601 or an HTTP date. */
export function isTimeText(value: unknown): boolean {
  return typeof value === 'string' && value.length < 40 && (iso.test(value) || httpDate.test(value))
}

/** Seconds or milliseconds since 1970, between 2001 and 2100. */
export function isEpoch(value: unknown): boolean {
  const number =
    typeof value === 'string' && /^\d{10}(\d{3})?(\.\d+)?$/.test(value) ? +value : value
  if (typeof number !== 'number') return false
  return (number > 1e9 && number < 4.2e9) || (number > 1e12 && number < 4.2e12)
}

/** A text that nobody would type: an id, a key, a token, a hash. */
export function isIdText(value: unknown): boolean {
  if (typeof value !== 'string' || value.length < 4 || value.length > 4096) return false
  if (uuid.test(value) || issueKey.test(value) || /^\d{4,}(\.\d{6})?$/.test(value)) return true
  if (!/^[\w.~+/=-]+$/.test(value)) return false
  if (/^[0-9a-f]{12,}$/i.test(value) && /\d/.test(value)) return true
  if (isMarked(value)) return true
  const digits = value.match(/\d/g)?.length ?? 0
  if (/^[A-Z0-9]{8,}$/.test(value) && digits > 0) return true
  if (value.length >= 14 && digits >= 2 && /[A-Z]/.test(value) && /[a-z]/.test(value))
    return changesOfKind(value) >= 5
  return value.length >= 16 && digits >= 3 && /[a-z]/i.test(value) && changesOfKind(value) >= 6
}

/** A word of kind and something random behind it: `b_fe13d283409b`, `cus_9s6XKzkNRi`. */
function isMarked(text: string): boolean {
  const tail = /^[a-z]{1,6}_([0-9a-zA-Z]{6,})$/.exec(text)?.[1]
  if (tail === undefined || !/\d/.test(tail) || !/[a-z]/i.test(tail)) return false
  return /^[0-9a-f]{8,}$/.test(tail) || changesOfKind(tail) >= 3
}

/** How often lower case, upper case and digits take turns: high in random text, low in words. */
function changesOfKind(text: string): number {
  let changes = 0
  let last = ''
  for (const one of text) {
    const kind =
      one >= 'a' && one <= 'z'
        ? 'a'
        : one >= 'A' && one <= 'Z'
          ? 'A'
          : one >= '0' && one <= '9'
            ? '0'
            : ''
    if (kind === '') continue
    if (last !== '' && kind !== last) changes++
    last = kind
  }
  return changes
}

/** A member that by its name holds an id, a key or a token. */
export function isIdName(name: string): boolean {
  return idName.test(name)
}

/** An address, whole or from the host's root. */
export function isUrl(value: unknown): boolean {
  return typeof value === 'string' && /^(https?:\/\/[^\s/]+|\/[\w-]+\/)/.test(value)
}

/** A key of a map rather than the name of a member: an id, an address, a moment. */
export function isDataKey(key: string): boolean {
  return isIdText(key) || key.includes('@') || /^https?:\/\//.test(key) || /^\d+$/.test(key)
}
