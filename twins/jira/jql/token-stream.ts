import { syntaxError, type JqlError } from './jql-error.ts'
import { readTokens, type Token } from './lexer.ts'

/** A query's tokens, read from left to right. */
export class TokenStream {
  #tokens: Token[]
  #at = 0

  constructor(text: string) {
    this.#tokens = readTokens(text)
  }

  /** The token that comes next; a broken one throws its error. */
  peek(): Token {
    const token = this.#tokens[this.#at]!
    if (token.error !== undefined) throw token.error
    return token
  }

  next(): Token {
    const token = this.peek()
    if (token.type !== 'end') this.#at++
    return token
  }

  isEnd(): boolean {
    return this.peek().type === 'end'
  }

  isWord(word: string): boolean {
    const token = this.peek()
    return token.type === 'word' && token.text.toLowerCase() === word
  }

  takeWord(word: string): boolean {
    if (!this.isWord(word)) return false
    this.#at++
    return true
  }

  takeSymbol(symbol: string): boolean {
    const token = this.peek()
    if (token.type !== 'symbol' || token.text !== symbol) return false
    this.#at++
    return true
  }

  /** An error at the next token. */
  error(word: (got: string) => string): JqlError {
    const token = this.peek()
    return syntaxError(word(token.text), token)
  }

  /** The error for a word that only quotation marks would make a name. */
  reserved(token: Token): JqlError {
    return syntaxError(
      `'${token.text}' is a reserved JQL word. You must surround it in quotation marks to use it in a query.`,
      token,
    )
  }

  fieldError(token: Token): JqlError {
    const { text } = token
    return syntaxError(
      `Expecting a field name but got '${text}'. You must surround '${text}' in quotation marks to use it as a field name.`,
      token,
    )
  }
}
