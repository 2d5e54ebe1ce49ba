import {
  nestingMax,
  type Clause,
  type Field,
  type OrderKey,
  type Predicate,
  type PredicateName,
  type Query,
  type Term,
} from './ast.ts'
import { syntaxError } from './jql-error.ts'
import { readOperand, readOperandOf } from './operands.ts'
import { grammarWords, reservedWords } from './reserved-words.ts'
import { TokenStream } from './token-stream.ts'

/** Reads a query. Throws a `JqlError` with the service's own sentence when it can't. */
export function parseJql(text: string): Query {
  const stream = new TokenStream(text)
  const query: Query = { order: [] }
  if (!stream.isEnd() && !stream.isWord('order')) query.where = readOr(stream, 0)
  if (stream.isWord('order')) query.order = readOrder(stream)
  if (!stream.isEnd()) {
    if (query.order.length > 0) throw stream.error((got) => `Expecting ',' but got '${got}'.`)
    throw stream.error((got) => `Expecting either 'OR' or 'AND' but got '${got}'.`)
  }
  return query
}

function readOr(stream: TokenStream, depth: number): Clause {
  const clauses = [readAnd(stream, depth)]
  while (stream.takeWord('or') || stream.takeSymbol('||') || stream.takeSymbol('|')) {
    clauses.push(readAnd(stream, depth))
  }
  return clauses.length === 1 ? clauses[0]! : { kind: 'or', clauses }
}

function readAnd(stream: TokenStream, depth: number): Clause {
  const clauses = [readNot(stream, depth)]
  while (stream.takeWord('and') || stream.takeSymbol('&&') || stream.takeSymbol('&')) {
    clauses.push(readNot(stream, depth))
  }
  return clauses.length === 1 ? clauses[0]! : { kind: 'and', clauses }
}

function readNot(stream: TokenStream, depth: number): Clause {
  // Bounded, so that no query can run us out of stack (FACTS: jql-nesting).
  if (depth > nestingMax) throw syntaxError(`The query nests deeper than ${nestingMax} levels.`)
  if (stream.takeWord('not') || stream.takeSymbol('!')) {
    return { kind: 'not', clause: readNot(stream, depth + 1) }
  }
  if (stream.takeSymbol('(')) {
    const clause = readOr(stream, depth + 1)
    if (!stream.takeSymbol(')')) throw closing(stream)
    return clause
  }
  return readTerm(stream)
}

function closing(stream: TokenStream): Error {
  if (stream.isEnd()) return syntaxError("Expecting ')' before the end of the query.")
  return stream.error((got) => `Expecting ')' but got '${got}'.`)
}

function readTerm(stream: TokenStream): Term {
  const field = readField(stream)
  const term: Term = { kind: 'term', field, op: '=', predicates: [] }
  if (stream.takeWord('is')) {
    term.op = stream.takeWord('not') ? 'is not' : 'is'
    term.operand = readOperand(stream)
  } else if (stream.takeWord('was')) {
    const not = stream.takeWord('not')
    const within = stream.takeWord('in')
    term.op = within ? (not ? 'was not in' : 'was in') : not ? 'was not' : 'was'
    term.operand = readOperandOf(stream, within)
    term.predicates = readPredicates(stream, false)
  } else if (stream.takeWord('changed')) {
    term.op = 'changed'
    term.predicates = readPredicates(stream, true)
  } else if (stream.takeWord('not')) {
    if (!stream.takeWord('in')) {
      if (stream.isEnd()) throw operatorError(stream)
      throw stream.error((got) => `Expecting 'IN' but got '${got}'.`)
    }
    term.op = 'not in'
    term.operand = readOperandOf(stream, true)
  } else if (stream.takeWord('in')) {
    term.op = 'in'
    term.operand = readOperandOf(stream, true)
  } else {
    term.op = readComparison(stream)
    term.operand = readOperand(stream)
  }
  return term
}

const comparisons = ['!=', '<=', '>=', '!~', '=', '<', '>', '~'] as const

function readComparison(stream: TokenStream): (typeof comparisons)[number] {
  for (const symbol of comparisons) if (stream.takeSymbol(symbol)) return symbol
  throw operatorError(stream)
}

function operatorError(stream: TokenStream): Error {
  const valid = `The valid operators are '=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'.`
  if (stream.isEnd()) return syntaxError(`Expecting operator before the end of the query. ${valid}`)
  return stream.error((got) => `Expecting operator but got '${got}'. ${valid}`)
}

const predicateNames: PredicateName[] = ['after', 'before', 'on', 'by', 'during', 'from', 'to']

function readPredicates(stream: TokenStream, withChange: boolean): Predicate[] {
  const predicates: Predicate[] = []
  for (;;) {
    const name = predicateNames.find((one) => stream.isWord(one))
    if (name === undefined || (!withChange && (name === 'from' || name === 'to'))) return predicates
    stream.next()
    predicates.push({ name, operand: readOperand(stream) })
  }
}

function readField(stream: TokenStream): Field {
  if (stream.isEnd()) throw syntaxError('Expecting a field name at the end of the query.')
  const token = stream.peek()
  if (token.type === 'symbol' && token.text === '[') {
    throw stream.error(() => "Expecting a field name but got '['. Did you mean 'cf['?")
  }
  if (token.type === 'word' && token.text.toLowerCase() === 'cf') {
    stream.next()
    if (!stream.takeSymbol('[')) throw stream.fieldError(token)
    return { kind: 'custom', number: readNumber(stream) }
  }
  const isName =
    token.type === 'quoted' ||
    (token.type === 'word' && !grammarWords.has(token.text.toLowerCase()))
  if (!isName) throw stream.fieldError(token)
  if (token.type === 'word' && reservedWords.has(token.text.toLowerCase()))
    throw stream.reserved(token)
  if (token.text === '') throw stream.error(() => 'A field name cannot be empty.')
  stream.next()
  if (!stream.takeSymbol('[')) return { kind: 'name', name: token.text }
  return readProperty(stream, token.text)
}

function readNumber(stream: TokenStream): string {
  if (stream.isEnd()) {
    throw syntaxError(
      'Expecting a custom field id (a positive number) before the end of the query.',
    )
  }
  const { text } = stream.peek()
  if (!/^\d+$/.test(text)) {
    throw stream.error((got) => `Expecting a custom field id (a positive number) but got '${got}'.`)
  }
  stream.next()
  if (!stream.takeSymbol(']')) throw stream.error((got) => `Expecting ']' but got '${got}'.`)
  return text
}

function readProperty(stream: TokenStream, name: string): Field {
  const key = stream.peek()
  if (key.type !== 'word' && key.type !== 'quoted') throw stream.fieldError(key)
  stream.next()
  if (!stream.takeSymbol(']')) throw stream.error((got) => `Expecting ']' but got '${got}'.`)
  const rest = stream.peek()
  // The path hangs on without a blank: `issue.property[key].a.b`.
  if (rest.type !== 'word' || !rest.text.startsWith('.'))
    return { kind: 'property', name, key: key.text, path: [] }
  stream.next()
  return { kind: 'property', name, key: key.text, path: rest.text.slice(1).split('.') }
}

function readOrder(stream: TokenStream): OrderKey[] {
  stream.next()
  if (stream.isEnd()) throw syntaxError("Expecting 'by' before the end of the query.")
  if (!stream.takeWord('by')) throw stream.error((got) => `Expecting 'by' but got '${got}'.`)
  const keys: OrderKey[] = []
  do {
    const key: OrderKey = { field: readField(stream) }
    if (stream.takeWord('asc')) key.direction = 'asc'
    else if (stream.takeWord('desc')) key.direction = 'desc'
    else if (stream.peek().type === 'word') {
      throw stream.error((got) => `Expecting either 'ASC' or 'DESC' but got '${got}'.`)
    }
    keys.push(key)
  } while (stream.takeSymbol(','))
  return keys
}
