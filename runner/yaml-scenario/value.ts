import { didYouMean } from '../../engine/nearest.ts'
import { UsageError } from '../../engine/usage-error.ts'
import { bounded, EvaluationError, fill, unknown, type Surroundings } from './evaluate.ts'
import { ExpressionError, readTemplate, type Expression, type Template } from './expression.ts'
import { functions } from './functions.ts'
import type { Placed, ScalarTree, Source, Tree } from './tree.ts'

/** A value of a scenario, with the calculations in it ready to be worked out. */
export type Value = { at: Placed } & (
  | { kind: 'fixed'; value: unknown }
  | { kind: 'text'; template: Template; scalar: ScalarTree }
  | { kind: 'list'; items: Value[] }
  | { kind: 'map'; entries: [name: string, value: Value][] }
)

/** The names that a step may use: those of the steps before it. */
export class Names {
  readonly #own = new Set<string>()
  readonly #outer: Names | undefined

  constructor(outer?: Names) {
    this.#outer = outer
  }

  add(name: string): void {
    this.#own.add(name)
  }

  has(name: string): boolean {
    return this.#own.has(name) || (this.#outer?.has(name) ?? false)
  }

  list(): string[] {
    return [...(this.#outer?.list() ?? []), ...this.#own]
  }
}

/** What reading a value needs. */
export interface ValueReading {
  source: Source
  names: Names
}

/** Reads a value with `${…}` anywhere in it. Throws a UsageError for a calculation that is none, or names what is not there. */
export function readValue(tree: Tree, reading: ValueReading): Value {
  if (tree.kind === 'list') {
    return { kind: 'list', at: tree, items: tree.items.map((item) => readValue(item, reading)) }
  }
  if (tree.kind === 'map') {
    const entries = [...tree.entries].map(([name, { value }]): [string, Value] => [
      name,
      readValue(value, reading),
    ])
    return { kind: 'map', at: tree, entries }
  }
  if (typeof tree.value !== 'string' || !tree.value.includes('${')) {
    return { kind: 'fixed', at: tree, value: tree.value }
  }
  return { kind: 'text', at: tree, template: readText(tree, reading), scalar: tree }
}

/** Reads a text with `${…}` in it. */
export function readText(scalar: ScalarTree, { source, names }: ValueReading): Template {
  try {
    const template = readTemplate(String(scalar.value))
    for (const part of template) if (typeof part !== 'string') checkNames(part, names)
    return template
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    throw source.mistake(`${error.message}.`, placeIn(scalar, error.at), { fix: error.fix })
  }
}

/** Holds the names in an expression against those that there are. Throws an ExpressionError. */
export function checkNames(expression: Expression, names: Names): void {
  switch (expression.kind) {
    case 'name':
      if (expression.name === 'now' || names.has(expression.name)) return
      throw new ExpressionError(
        `Nothing before this is called "${expression.name}"`,
        expression.at,
        didYouMean(expression.name, [...names.list(), 'now']),
      )
    case 'call':
      checkCall(expression)
      for (const one of expression.args) checkNames(one, names)
      return
    case 'list':
      for (const one of expression.items) checkNames(one, names)
      return
    case 'count':
      checkNames(expression.left, names)
      checkNames(expression.right, names)
      return
    case 'part':
      checkNames(expression.of, names)
      if (expression.part.kind !== 'where') return
      for (const { value } of expression.part.tests) {
        if (value !== undefined) checkNames(value, names)
      }
      return
    case 'value':
  }
}

function checkCall({ name, args, at }: Extract<Expression, { kind: 'call' }>): void {
  const known = Object.hasOwn(functions, name) ? functions[name] : undefined
  if (known === undefined) {
    const fix = didYouMean(name, Object.keys(functions))
    throw new ExpressionError(`There is no function "${name}"`, at, fix)
  }
  const [least, most] = known.takes
  if (args.length >= least && args.length <= most) return
  throw new ExpressionError(`${name} is not written so`, at, `Write ${known.form}: ${known.about}.`)
}

/** Works values out, and says where it went wrong. */
export class Filling {
  readonly source: Source
  readonly around: Surroundings

  constructor(source: Source, around: Surroundings) {
    this.source = source
    this.around = around
  }

  /** What a value is now; `unknown` when any part of it is not known yet. */
  fill(value: Value): unknown {
    return this.#at(value.at, () => bounded(this.#fill(value), 0))
  }

  /** A template's text. Throws a plain Error when a part of it has no value: what the text names is not there. */
  fillText(
    template: Template,
    scalar: ScalarTree,
    spell?: (value: unknown) => string,
  ): string | typeof unknown {
    let text = ''
    for (const part of template) {
      const value =
        typeof part === 'string' ? part : this.#at(scalar, () => fill([part], this.around), scalar)
      if (value === unknown) return unknown
      if (value === undefined) {
        const { line } = this.source.where(scalar)
        throw new Error(`in line ${line}, "${String(scalar.value)}" leads to what is not there`)
      }
      text += typeof part === 'string' ? part : (spell ?? plainText)(value)
    }
    return text
  }

  /** Does something at a place of the file: what goes wrong in it is the author's mistake there. */
  at<T>(placed: Placed, body: () => T): T {
    return this.#at(placed, body)
  }

  #fill(value: Value): unknown {
    if (value.kind === 'fixed') return value.value
    if (value.kind === 'text') {
      const { template, scalar } = value
      return this.#at(scalar, () => fill(template, this.around), scalar)
    }
    if (value.kind === 'list') {
      const items = value.items.map((item) => this.#fill(item))
      return items.includes(unknown) ? unknown : items
    }
    const filled = value.entries.map(([name, one]) => [name, this.#fill(one)] as const)
    if (filled.some(([, one]) => one === unknown)) return unknown
    return Object.fromEntries(filled)
  }

  #at<T>(placed: Placed, body: () => T, scalar?: ScalarTree): T {
    try {
      return body()
    } catch (error) {
      if (error instanceof EvaluationError) {
        const place = scalar === undefined ? placed : placeIn(scalar, error.at)
        throw this.source.mistake(`${error.message.replace(/\.$/, '')}.`, place, { fix: error.fix })
      }
      if (error instanceof UsageError && error.where.line === undefined) {
        throw new UsageError(error.what, { ...this.source.where(placed), fix: error.fix })
      }
      if (error instanceof RangeError) throw this.source.mistake(error.message, placed)
      throw error
    }
  }
}

/** The place of a letter of a text. */
export function placeIn(scalar: ScalarTree, letter: number): Placed {
  return scalar.textAt === undefined ? scalar : { at: scalar.textAt + letter }
}

function plainText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}
