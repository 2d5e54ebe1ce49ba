/** A regular expression, taken apart. */
export type Pattern =
  | { kind: 'one'; test: RegExp }
  | { kind: 'all'; items: Pattern[] }
  | { kind: 'any'; options: Pattern[] }
  | { kind: 'repeat'; item: Pattern; min: number; max: number }
  | { kind: 'edge'; at: 'start' | 'end' | 'word' | 'inside' }
  /** A look-ahead or look-behind, whose inside is not read. */
  | { kind: 'look' }

interface Reader {
  source: string
  at: number
  flags: string
  depth: number
}

const depthMax = 50

/**
 * Compiles a document's pattern: with the u flag where it can be, since JSON Schema asks for it,
 * without for the many that were never tried with it (`[\\w-.]`); `(?i)` in front, as Java and
 * Python write it, is honoured. Nothing when it is no pattern at all.
 */
export function compilePattern(text: string): RegExp | undefined {
  const ignoresCase = text.startsWith('(?i)')
  const source = ignoresCase ? text.slice(4) : text
  for (const flags of ['u', '']) {
    try {
      return new RegExp(source, ignoresCase ? `${flags}i` : flags)
    } catch {
      // Tried again without the flag, or given up.
    }
  }
  return undefined
}

/** Takes a regular expression apart; nothing for back references and what is no pattern at all. */
export function parsePatternSource(text: string): Pattern | undefined {
  const compiled = compilePattern(text)
  if (!compiled) return undefined
  const reader: Reader = { source: compiled.source, at: 0, flags: compiled.flags, depth: 0 }
  const pattern = readOptions(reader)
  return reader.at === reader.source.length ? pattern : undefined
}

function isValid(source: string, flags: string): boolean {
  try {
    return new RegExp(source, flags) instanceof RegExp
  } catch {
    return false
  }
}

function readOptions(reader: Reader): Pattern | undefined {
  if (++reader.depth > depthMax) return undefined
  const options: Pattern[] = []
  for (;;) {
    const option = readSequence(reader)
    if (!option) return undefined
    options.push(option)
    if (reader.source[reader.at] !== '|') break
    reader.at++
  }
  reader.depth--
  return options.length === 1 ? options[0] : { kind: 'any', options }
}

function readSequence(reader: Reader): Pattern | undefined {
  const items: Pattern[] = []
  for (;;) {
    const char = reader.source[reader.at]
    if (char === undefined || char === '|' || char === ')') break
    const item = readItem(reader)
    if (!item) return undefined
    items.push(item)
  }
  return items.length === 1 ? items[0] : { kind: 'all', items }
}

function readItem(reader: Reader): Pattern | undefined {
  const item = readAtom(reader)
  if (!item) return undefined
  const rest = reader.source.slice(reader.at, reader.at + 24)
  const match = /^(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/.exec(rest)
  if (!match) return item
  reader.at += match[0].length
  const [, sign, from, comma, to] = match
  if (sign !== undefined)
    return { kind: 'repeat', item, min: sign === '+' ? 1 : 0, max: sign === '?' ? 1 : Infinity }
  const min = Number(from)
  return { kind: 'repeat', item, min, max: comma === '' ? min : to === '' ? Infinity : Number(to) }
}

function readAtom(reader: Reader): Pattern | undefined {
  const { source, at } = reader
  const char = source[at] as string
  if (char === '(') return readGroup(reader)
  if (char === '^' || char === '$') {
    reader.at++
    return { kind: 'edge', at: char === '^' ? 'start' : 'end' }
  }
  const text = atomText(source, at, reader.flags)
  if (text === undefined) return undefined
  reader.at += text.length
  if (text === '\\b' || text === '\\B')
    return { kind: 'edge', at: text === '\\b' ? 'word' : 'inside' }
  const lone = /^[{}\]]$/.test(text) ? `\\${text}` : text
  // One letter at a time, any engine is linear: the class is left to the built-in one.
  return isValid(`^${lone}$`, reader.flags)
    ? { kind: 'one', test: new RegExp(`^${lone}$`, reader.flags) }
    : undefined
}

function readGroup(reader: Reader): Pattern | undefined {
  const rest = reader.source.slice(reader.at)
  if (/^\(\?<?[=!]/.test(rest)) {
    const end = endOfGroup(reader.source, reader.at)
    reader.at = end + 1
    return { kind: 'look' }
  }
  const head = /^\((?:\?:|\?<[A-Za-z_$][\w$]*>)?/.exec(rest) as RegExpExecArray
  if (head[0] === '(' && rest[1] === '?') return undefined
  reader.at += head[0].length
  const inner = readOptions(reader)
  if (!inner || reader.source[reader.at] !== ')') return undefined
  reader.at++
  return inner
}

/** The text of one letter, class or escape. */
function atomText(source: string, at: number, flags: string): string | undefined {
  const rest = source.slice(at)
  if (rest[0] === '[') return source.slice(at, endOfClass(source, at) + 1)
  if (rest[0] !== '\\') return String.fromCodePoint(rest.codePointAt(0) as number)
  // Back references cannot be matched letter by letter.
  if (/^\\(?:[1-9]|k<)/.test(rest)) return undefined
  const long =
    /^\\(?:[pP]\{[^}]*\}|u\{[0-9a-fA-F]+\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[A-Za-z])/.exec(rest)
  if (long && (flags.includes('u') || !/^\\(?:[pP]|u\{)/.test(rest))) return long[0]
  return rest.slice(0, 2)
}

function endOfClass(source: string, open: number): number {
  for (let i = open + 1; i < source.length; i++) {
    if (source[i] === '\\') i++
    else if (source[i] === ']') return i
  }
  return source.length
}

function endOfGroup(source: string, open: number): number {
  let depth = 0
  for (let i = open; i < source.length; i++) {
    const char = source[i]
    if (char === '\\') i++
    else if (char === '[') i = endOfClass(source, i)
    else if (char === '(') depth++
    else if (char === ')' && --depth === 0) return i
  }
  return source.length
}
