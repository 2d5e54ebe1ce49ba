import { JqlError, syntaxError } from './jql-error.ts'

/** A piece of a query. A `broken` one carries the error that is due when the parser gets there. */
export interface Token {
  type: 'word' | 'quoted' | 'symbol' | 'end' | 'broken'
  /** Escapes resolved; of a symbol, the symbol. */
  text: string
  line: number
  column: number
  error?: JqlError
}

const symbols = [
  '!=',
  '<=',
  '>=',
  '!~',
  '&&',
  '||',
  '=',
  '<',
  '>',
  '~',
  '(',
  ')',
  ',',
  '[',
  ']',
  '!',
  '&',
  '|',
]
const reservedCharacters = new Set('{}*/%+^$#@?;')
const breaks = new Set(' \t\r\n()[],=!<>~&|"\'')
const escapes: Record<string, string> = {
  t: '\t',
  n: '\n',
  r: '\r',
  '\\': '\\',
  "'": "'",
  '"': '"',
  ' ': ' ',
}

/** Cuts a query into tokens; the last one is of type `end` or `broken`. */
export function readTokens(text: string): Token[] {
  const tokens: Token[] = []
  const at = { index: 0, line: 1, start: 0 }
  for (;;) {
    skipBlanks(text, at)
    const place = { line: at.line, column: at.index - at.start + 1 }
    if (at.index >= text.length) {
      tokens.push({ type: 'end', text: '', ...place })
      return tokens
    }
    try {
      tokens.push({ ...readToken(text, at, place), ...place })
    } catch (error) {
      if (!(error instanceof JqlError)) throw error
      tokens.push({ type: 'broken', text: '', ...place, error })
      return tokens
    }
  }
}

interface Position {
  index: number
  line: number
  /** Where the line begins. */
  start: number
}

type Place = { line: number; column: number }

function skipBlanks(text: string, at: Position): void {
  for (; at.index < text.length; at.index++) {
    const one = text[at.index]!
    if (one === '\n') {
      at.line++
      at.start = at.index + 1
    } else if (one !== ' ' && one !== '\t' && one !== '\r' && one !== '\u00a0') return
  }
}

function readToken(text: string, at: Position, place: Place): Pick<Token, 'type' | 'text'> {
  const one = text[at.index]!
  if (one === '"' || one === "'") return readQuoted(text, at, one, place)
  for (const symbol of symbols) {
    if (!text.startsWith(symbol, at.index)) continue
    at.index += symbol.length
    return { type: 'symbol', text: symbol }
  }
  return readWord(text, at, place)
}

function readQuoted(
  text: string,
  at: Position,
  quote: string,
  place: Place,
): Pick<Token, 'type' | 'text'> {
  let out = ''
  for (at.index++; at.index < text.length; at.index++) {
    const one = text[at.index]!
    if (one === quote) {
      at.index++
      return { type: 'quoted', text: out }
    }
    if (one === '\n') {
      at.line++
      at.start = at.index + 1
    }
    out += one === '\\' ? readEscape(text, at) : one
  }
  if (out === '') throw syntaxError('The quoted string has not been completed.', place)
  throw syntaxError(`The quoted string '${out}' has not been completed.`, place)
}

function readWord(text: string, at: Position, place: Place): Pick<Token, 'type' | 'text'> {
  let out = ''
  for (; at.index < text.length; at.index++) {
    const one = text[at.index]!
    if (breaks.has(one)) break
    if (reservedCharacters.has(one)) {
      throw syntaxError(
        `The character '${one}' is a reserved JQL character. You must enclose it in a string or use the escape '\\u${hex4(one)}' instead.`,
        placeOf(at),
      )
    }
    if (isControl(one)) {
      const code = hex4(one).toUpperCase()
      const { line, column } = placeOf(at)
      throw syntaxError(
        `The character 'U+${code}' on line ${line} at position ${column} must be escaped. Use the escape '\\u${hex4(one)}' instead.`,
      )
    }
    out += one === '\\' ? readEscape(text, at) : one
  }
  if (out === '') throw syntaxError('A field name cannot be empty.', place)
  return { type: 'word', text: out }
}

/** Reads what follows a backslash and leaves `at` on its last character. */
function readEscape(text: string, at: Position): string {
  const place = placeOf(at)
  const letter = text[++at.index]
  const known = letter === undefined ? undefined : escapes[letter]
  if (known !== undefined) return known
  const code = text.slice(at.index + 1, at.index + 5)
  if (letter === 'u' && /^[0-9a-fA-F]{4}$/.test(code)) {
    at.index += 4
    return String.fromCharCode(Number.parseInt(code, 16))
  }
  const shown = `\\${letter ?? ''}${letter === 'u' ? code : ''}`
  throw syntaxError(
    `'${shown}' is an illegal JQL escape sequence. The valid escape sequences are \\', \\", \\t, \\n, \\r, \\\\, '\\ ' and \\uXXXX.`,
    place,
  )
}

function placeOf(at: Position): Place {
  return { line: at.line, column: at.index - at.start + 1 }
}

function hex4(one: string): string {
  return one.charCodeAt(0).toString(16).padStart(4, '0')
}

function isControl(one: string): boolean {
  const code = one.charCodeAt(0)
  return (
    code < 32 || (code >= 127 && code < 160) || (code >= 0xfdd0 && code <= 0xfdef) || code >= 0xfffe
  )
}
