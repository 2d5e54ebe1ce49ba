/** A calculation of a scenario: what stands in `${…}`. There is nothing in it that could loop or reach outside. */
export type Expression =
  | { kind: 'value'; value: unknown }
  | { kind: 'name'; name: string; at: number }
  | { kind: 'list'; items: Expression[] }
  | { kind: 'call'; name: string; args: Expression[]; at: number }
  | { kind: 'part'; of: Expression; part: Part; at: number }
  | { kind: 'count'; sign: '+' | '-' | '*' | '/'; left: Expression; right: Expression; at: number }

/** One step of a path: `.name`, `[0]`, `[name=x]`. */
export type Part =
  | { kind: 'field'; name: string }
  | { kind: 'index'; index: number }
  | { kind: 'where'; tests: Test[] }

/** One condition of `[a=x, !b]`. */
export interface Test {
  path: string[]
  /** `has` and `lacks` compare with nothing. */
  how: '=' | '!=' | '^=' | '*=' | 'has' | 'lacks'
  value?: Expression
}

/** A text with calculations in it, part by part. */
export type Template = (string | Expression)[]

/** What is wrong with an expression, and at which letter of the text. */
export class ExpressionError extends Error {
  readonly at: number
  readonly fix: string | undefined

  constructor(message: string, at: number, fix?: string) {
    super(message)
    this.at = at
    this.fix = fix
  }
}

/** Reads a text with `${…}` in it; `$${` stands for `${` itself. Throws an ExpressionError. */
export function readTemplate(text: string): Template {
  const parts: Template = []
  let plain = ''
  let at = 0
  while (at < text.length) {
    if (text.startsWith('$${', at)) {
      plain += '${'
      at += 3
    } else if (text.startsWith('${', at)) {
      if (plain !== '') parts.push(plain)
      plain = ''
      const reader = new ExpressionReader(text, at + 2)
      parts.push(reader.readWhole('}'))
      at = reader.at
    } else plain += text[at++]
  }
  if (plain !== '') parts.push(plain)
  return parts
}

/** Reads a path such as `channels[name=general][0].id`. Throws an ExpressionError. */
export function readPathParts(text: string): Part[] {
  const reader = new ExpressionReader(/^[[.]/.test(text) ? text : `.${text}`, 0)
  const parts = reader.readParts()
  const added = /^[[.]/.test(text) ? 0 : 1
  if (reader.at < text.length + added) {
    throw new ExpressionError(
      `"${text}" is no path`,
      reader.at - added,
      'Write it like channels[name=general][0].id.',
    )
  }
  return parts.map(({ part }) => part)
}

const depthMax = 40
const nameForm = /[\p{L}_$][\p{L}\p{N}_$]*/uy
// A hyphen in a field's name is no minus: vendors have such fields.
const fieldForm = /[\p{L}\p{N}_$](?:[\p{L}\p{N}_$-]*[\p{L}\p{N}_$])?/uy
const numberForm = /\d+(?:\.\d+)?/y

class ExpressionReader {
  at: number
  #depth = 0
  readonly #text: string

  constructor(text: string, at: number) {
    this.#text = text
    this.at = at
  }

  /** Reads up to and with the closing sign. */
  readWhole(close: string): Expression {
    const open = this.at
    const expression = this.#sum()
    this.#space()
    if (this.#text[this.at] !== close) {
      const rest = this.#text[this.at]
      const what = rest === undefined ? `"${close}" is missing` : `"${rest}" is not understood here`
      throw new ExpressionError(what, rest === undefined ? open : this.at)
    }
    this.at++
    return expression
  }

  readParts(): { part: Part; at: number }[] {
    const parts: { part: Part; at: number }[] = []
    for (;;) {
      const { at } = this
      if (this.#text[at] === '.') {
        this.at++
        parts.push({ part: { kind: 'field', name: this.#field() }, at: at + 1 })
      } else if (this.#text[at] === '[') {
        this.at++
        parts.push({ part: this.#selector(), at })
      } else return parts
    }
  }

  #sum(): Expression {
    return this.#chain(['+', '-'], () => this.#chain(['*', '/'], () => this.#signed()))
  }

  #chain(signs: readonly string[], next: () => Expression): Expression {
    let left = next()
    for (;;) {
      this.#space()
      const { at } = this
      const sign = this.#text[at]
      if (sign === undefined || !signs.includes(sign)) return left
      this.at++
      left = { kind: 'count', sign: sign as '+', left, right: next(), at }
    }
  }

  #signed(): Expression {
    this.#space()
    const { at } = this
    if (++this.#depth > depthMax) throw new ExpressionError('This is nested too deep', at)
    try {
      if (this.#text[at] !== '-') return this.#withParts(this.#primary())
      this.at++
      const zero: Expression = { kind: 'value', value: 0 }
      return { kind: 'count', sign: '-', left: zero, right: this.#signed(), at }
    } finally {
      this.#depth--
    }
  }

  #withParts(of: Expression): Expression {
    for (const { part, at } of this.readParts()) of = { kind: 'part', of, part, at }
    return of
  }

  #primary(): Expression {
    const { at } = this
    const char = this.#text[at]
    if (char === '(') {
      this.at++
      return this.readWhole(')')
    }
    if (char === '[') {
      this.at++
      return { kind: 'list', items: this.#list(']') }
    }
    if (char === "'" || char === '"') return { kind: 'value', value: this.#quoted(char) }
    const number = this.#match(numberForm)
    if (number !== undefined) return { kind: 'value', value: Number(number) }
    const name = this.#match(nameForm)
    if (name === undefined) {
      throw new ExpressionError('A name, a number or a quoted text is needed here', at)
    }
    if (name === 'true' || name === 'false') return { kind: 'value', value: name === 'true' }
    if (name === 'null') return { kind: 'value', value: null }
    if (this.#text[this.at] !== '(') return { kind: 'name', name, at }
    this.at++
    return { kind: 'call', name, args: this.#list(')'), at }
  }

  #list(close: string): Expression[] {
    const items: Expression[] = []
    this.#space()
    if (this.#text[this.at] === close) {
      this.at++
      return items
    }
    for (;;) {
      const item = this.#sum()
      items.push(item)
      this.#space()
      const char = this.#text[this.at]
      if (char !== ',' && char !== close) {
        throw new ExpressionError(`"," or "${close}" is missing`, this.at)
      }
      this.at++
      if (char === close) return items
    }
  }

  #selector(): Part {
    const index = this.#match(/-?\d+(?=\])/y)
    if (index !== undefined) {
      this.at++
      return { kind: 'index', index: Number(index) }
    }
    const tests: Test[] = []
    for (;;) {
      this.#space()
      tests.push(this.#test())
      this.#space()
      const char = this.#text[this.at]
      if (char !== ',' && char !== ']') throw new ExpressionError('"]" is missing', this.at)
      this.at++
      if (char === ']') return { kind: 'where', tests }
    }
  }

  #test(): Test {
    const lacks = this.#text[this.at] === '!'
    if (lacks) this.at++
    const path = [this.#field()]
    while (this.#text[this.at] === '.') {
      this.at++
      path.push(this.#field())
    }
    if (lacks) return { path, how: 'lacks' }
    this.#space()
    const how = this.#match(/[!^*]?=/y)
    if (how === undefined) return { path, how: 'has' }
    this.#space()
    return { path, how: how as '=', value: this.#testValue() }
  }

  /** In quotes, calculated, or bare: `[name=general]`. */
  #testValue(): Expression {
    const char = this.#text[this.at]
    if (char === "'" || char === '"') return { kind: 'value', value: this.#quoted(char) }
    if (this.#text.startsWith('${', this.at)) {
      this.at += 2
      return this.readWhole('}')
    }
    return { kind: 'value', value: this.#match(/[^\],}]*/y)!.trim() }
  }

  #field(): string {
    const { at } = this
    const name = this.#match(fieldForm)
    if (name === undefined) throw new ExpressionError('A name is needed here', at)
    return name
  }

  #quoted(quote: string): string {
    const open = this.at
    const end = this.#text.indexOf(quote, open + 1)
    if (end === -1) throw new ExpressionError(`A closing ${quote} is missing`, open)
    this.at = end + 1
    return this.#text.slice(open + 1, end)
  }

  #match(form: RegExp): string | undefined {
    form.lastIndex = this.at
    const found = form.exec(this.#text)?.[0]
    if (found !== undefined) this.at = form.lastIndex
    return found
  }

  #space(): void {
    this.#match(/\s*/y)
  }
}
