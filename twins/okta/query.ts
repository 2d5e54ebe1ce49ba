/** One comparison of a filter or search: `profile.lastName sw "Sm"`. */
export interface Test {
  kind: 'test'
  attribute: string
  operator: string
  value: string | number | boolean | null
}

/** A filter, search or log filter, read. */
export type Query = Test | { kind: 'and' | 'or'; parts: Query[] }

/** Why a text is no query. Without an operator it is the form that is wrong. */
export interface QueryProblem {
  operator?: string
  position: number
}

interface Token {
  text: string
  position: number
  quoted: boolean
}

interface Reader {
  tokens: Token[]
  next: number
  end: number
  operators: readonly string[]
  fail: (problem: QueryProblem) => never
  depth: number
}

const depthMax = 100

/**
 * Reads a query; `and` binds tighter than `or`. Attribute names keep their case, operators do not.
 * Calls `fail`, which must not return, where the text is no query.
 */
export function readQuery(
  text: string,
  operators: readonly string[],
  fail: (problem: QueryProblem) => never,
): Query {
  const tokens = tokenize(text, fail)
  const reader: Reader = { tokens, next: 0, end: text.length, operators, fail, depth: 0 }
  const query = readOr(reader)
  const rest = tokens[reader.next]
  if (rest !== undefined) fail({ position: rest.position })
  return query
}

const tokenForm = /\s*(?:([()])|"((?:[^"\\]|\\.)*)"|([^\s()"]+))/y

function tokenize(text: string, fail: Reader['fail']): Token[] {
  const tokens: Token[] = []
  const end = text.trimEnd().length
  tokenForm.lastIndex = 0
  for (let position = 0; position < end; position = tokenForm.lastIndex) {
    const match = tokenForm.exec(text)
    if (match === null) return fail({ position })
    const [whole, bracket, string, word] = match
    const start = position + whole.length - whole.trimStart().length
    const content = string === undefined ? (bracket ?? word!) : string.replace(/\\(.)/g, '$1')
    tokens.push({ text: content, position: start, quoted: string !== undefined })
  }
  return tokens
}

function readOr(reader: Reader): Query {
  return readChain(reader, 'or', () => readChain(reader, 'and', () => readOne(reader)))
}

function readChain(reader: Reader, word: 'and' | 'or', read: () => Query): Query {
  const parts = [read()]
  while (isWord(reader.tokens[reader.next], word)) {
    reader.next++
    parts.push(read())
  }
  return parts.length === 1 ? parts[0]! : { kind: word, parts }
}

function isWord(token: Token | undefined, word: string): boolean {
  return token !== undefined && !token.quoted && token.text.toLowerCase() === word
}

function take(reader: Reader): Token {
  const token = reader.tokens[reader.next++]
  return token ?? reader.fail({ position: reader.end })
}

function readOne(reader: Reader): Query {
  const first = take(reader)
  if (isWord(first, '(')) {
    if (++reader.depth > depthMax) reader.fail({ position: first.position })
    const inner = readOr(reader)
    const close = take(reader)
    if (!isWord(close, ')')) reader.fail({ position: close.position })
    reader.depth--
    return inner
  }
  if (first.quoted || first.text === ')') reader.fail({ position: first.position })
  const operator = take(reader)
  const name = operator.text.toLowerCase()
  if (operator.quoted || !reader.operators.includes(name)) {
    reader.fail({ operator: operator.text, position: operator.position })
  }
  const value = name === 'pr' ? null : toValue(take(reader), reader)
  return { kind: 'test', attribute: first.text, operator: name, value }
}

function toValue(token: Token, reader: Reader): Test['value'] {
  const { text, quoted } = token
  if (quoted) return text
  if (text === 'true' || text === 'false') return text === 'true'
  if (text === 'null') return null
  const number = Number(text)
  return Number.isNaN(number) ? reader.fail({ position: token.position }) : number
}

/** Every comparison of a query. */
export function* testsOf(query: Query): Generator<Test> {
  if (query.kind === 'test') yield query
  else for (const part of query.parts) yield* testsOf(part)
}

/** The value that an attribute must equal wherever the query holds, if it names one. */
export function mustEqual(query: Query, attribute: string): string | undefined {
  if (query.kind === 'test') {
    const { operator, value } = query
    if (query.attribute !== attribute || operator !== 'eq') return undefined
    return typeof value === 'string' ? value : undefined
  }
  if (query.kind === 'or') return undefined
  for (const part of query.parts) {
    const value = mustEqual(part, attribute)
    if (value !== undefined) return value
  }
  return undefined
}

/** Whether a query holds; `read` gives an attribute's value, a list counting by its members. */
export function holds(
  query: Query,
  read: (attribute: string) => unknown,
  ignoreCase: boolean,
): boolean {
  if (query.kind !== 'test') {
    const test = (part: Query): boolean => holds(part, read, ignoreCase)
    return query.kind === 'and' ? query.parts.every(test) : query.parts.some(test)
  }
  const actual = read(query.attribute)
  if (query.operator === 'pr') return isPresent(actual)
  if (Array.isArray(actual)) return actual.some((one) => compare(one, query, ignoreCase))
  return compare(actual, query, ignoreCase)
}

function isPresent(value: unknown): boolean {
  return Array.isArray(value)
    ? value.length > 0
    : value !== undefined && value !== null && value !== ''
}

function compare(actual: unknown, test: Test, ignoreCase: boolean): boolean {
  const { operator, value } = test
  if (operator === 'eq') return order(actual, value, ignoreCase) === 0
  if (operator === 'ne') return order(actual, value, ignoreCase) !== 0
  if (operator === 'sw' || operator === 'co' || operator === 'ew') {
    if (typeof actual !== 'string') return false
    const text = ignoreCase ? actual.toLowerCase() : actual
    const part = ignoreCase ? String(value).toLowerCase() : String(value)
    if (operator === 'sw') return text.startsWith(part)
    return operator === 'co' ? text.includes(part) : text.endsWith(part)
  }
  const sign = order(actual, value, ignoreCase)
  if (sign === undefined) return false
  if (operator === 'gt') return sign > 0
  if (operator === 'ge') return sign >= 0
  return operator === 'lt' ? sign < 0 : sign <= 0
}

const isoForm = /^\d{4}-\d\d-\d\d/

/** -1, 0 or 1; nothing where the two can't be compared. Dates compare as times, whatever their spelling. */
export function order(a: unknown, b: unknown, ignoreCase: boolean): number | undefined {
  if (a === undefined || a === null) return b === null ? 0 : undefined
  if (typeof a === 'string' && typeof b === 'string') {
    if (isoForm.test(a) && isoForm.test(b)) {
      const [at, bt] = [Date.parse(a), Date.parse(b)]
      if (!Number.isNaN(at) && !Number.isNaN(bt)) return Math.sign(at - bt)
    }
    return ignoreCase ? sign(a.toLowerCase(), b.toLowerCase()) : sign(a, b)
  }
  if (typeof a === 'number' && typeof b !== 'object') return Math.sign(a - Number(b))
  if (typeof a === 'boolean') return String(a) === String(b) ? 0 : undefined
  return undefined
}

function sign(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
