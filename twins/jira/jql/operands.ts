import { nestingMax, type Operand } from './ast.ts'
import { syntaxError } from './jql-error.ts'
import type { Token } from './lexer.ts'
import { grammarWords, reservedWords } from './reserved-words.ts'
import type { TokenStream } from './token-stream.ts'

/** Reads what a field is compared with. */
export function readOperand(stream: TokenStream, depth = 0): Operand {
  if (stream.isEnd()) {
    throw syntaxError('Expecting either a value, list or function before the end of the query.')
  }
  if (depth > nestingMax) throw syntaxError(`The query nests deeper than ${nestingMax} levels.`)
  if (stream.takeSymbol('(')) return readList(stream, depth)
  if (stream.takeWord('empty') || stream.takeWord('null')) return { kind: 'empty' }
  const token = stream.peek()
  const isText = token.type === 'quoted' || (token.type === 'word' && !isGrammar(token))
  if (!isText) throw valueError(stream)
  if (token.type === 'word' && isReserved(token)) throw stream.reserved(token)
  stream.next()
  if (!stream.takeSymbol('(')) return { kind: 'value', value: token.text }
  if (token.text === '') throw syntaxError('A function name cannot be empty.', token)
  return { kind: 'function', name: token.text, args: readArguments(stream) }
}

/** After `IN` there is a list or a function. */
export function readOperandOf(stream: TokenStream, isList: boolean): Operand {
  const token = stream.peek()
  const operand = readOperand(stream)
  if (!isList || operand.kind === 'list' || operand.kind === 'function') return operand
  throw syntaxError(`Expecting '(' but got '${token.text}'.`, token)
}

function readList(stream: TokenStream, depth: number): Operand {
  const items: Operand[] = []
  do items.push(readOperand(stream, depth + 1))
  while (stream.takeSymbol(','))
  if (stream.takeSymbol(')')) return { kind: 'list', items }
  if (stream.isEnd()) throw syntaxError("Expecting ')' before the end of the query.")
  throw stream.error((got) => `Expecting ')' or ',' but got '${got}'.`)
}

function readArguments(stream: TokenStream): string[] {
  const args: string[] = []
  if (stream.takeSymbol(')')) return args
  do args.push(readArgument(stream))
  while (stream.takeSymbol(','))
  if (stream.takeSymbol(')')) return args
  if (stream.isEnd()) throw syntaxError("Expecting ')' before the end of the query.")
  throw stream.error((got) => `Expecting ')' or ',' but got '${got}'.`)
}

function readArgument(stream: TokenStream): string {
  if (stream.isEnd()) throw syntaxError('Expecting a function argument at the end of the query.')
  const token = stream.peek()
  if (token.type === 'symbol' && (token.text === ')' || token.text === ',')) {
    throw syntaxError('Function argument must be specified.', token)
  }
  if (token.type !== 'word' && token.type !== 'quoted') {
    throw stream.error(
      (got) =>
        `Expecting a function argument but got '${got}'. You must surround '${got}' in quotation marks to use it as an argument.`,
    )
  }
  if (token.type === 'word' && isReserved(token)) throw stream.reserved(token)
  return stream.next().text
}

function valueError(stream: TokenStream): Error {
  return stream.error(
    (got) =>
      `Expecting either a value, list or function but got '${got}'. You must surround '${got}' in quotation marks to use it as a value.`,
  )
}

function isGrammar(token: Token): boolean {
  return grammarWords.has(token.text.toLowerCase())
}

function isReserved(token: Token): boolean {
  return reservedWords.has(token.text.toLowerCase())
}
