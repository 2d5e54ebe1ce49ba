import { functions, type StoryFunctions } from './functions.ts'
import type { Expression, Part, Template, Test } from './expression.ts'

/** What is not known before a subject has acted; whatever is made from it is not known either. */
export const unknown: unique symbol = Symbol('unknown until the subject has acted')

/** The values that a story has under names. */
export class Scope {
  readonly #own = new Map<string, unknown>()
  readonly #outer: Scope | undefined

  constructor(outer?: Scope) {
    this.#outer = outer
  }

  set(name: string, value: unknown): void {
    this.#own.set(name, value)
  }

  get(name: string): unknown {
    return this.#own.has(name) ? this.#own.get(name) : this.#outer?.get(name)
  }
}

/** What expressions are worked out with. */
export interface Surroundings {
  scope: Scope
  chance: StoryFunctions
  /** Told of a field that something known has not; what it returns stands for it. */
  missing: (holder: unknown, name: string, at: number) => unknown
}

/** A mistake that shows when an expression is worked out, and at which letter. */
export class EvaluationError extends Error {
  readonly at: number
  readonly fix: string | undefined

  constructor(message: string, at: number, fix?: string) {
    super(message)
    this.at = at
    this.fix = fix
  }
}

/** Works an expression out. Throws an EvaluationError. */
export function evaluate(expression: Expression, around: Surroundings): unknown {
  switch (expression.kind) {
    case 'value':
      return expression.value
    case 'name':
      return expression.name === 'now' ? around.chance.now() : around.scope.get(expression.name)
    case 'list':
      return bounded(
        expression.items.map((item) => evaluate(item, around)),
        0,
      )
    case 'call': {
      const args = expression.args.map((one) => evaluate(one, around))
      if (args.includes(unknown)) return unknown
      try {
        return functions[expression.name]!.call(around.chance, ...args)
      } catch (error) {
        throw new EvaluationError(`${expression.name}: ${(error as Error).message}`, expression.at)
      }
    }
    case 'part':
      return takePart(evaluate(expression.of, around), expression.part, around, expression.at)
    case 'count':
      return calculate(expression, around)
  }
}

/** A template's value: the very value where it is one expression, a text otherwise; undefined where a part has no value. */
export function fill(
  template: Template,
  around: Surroundings,
  spell: (value: unknown) => string = toText,
): unknown {
  const [first] = template
  if (template.length === 1 && typeof first === 'object') return evaluate(first, around)
  return fillText(template, around, spell)
}

/** A template as a text; `spell` writes the values in it. */
export function fillText(
  template: Template,
  around: Surroundings,
  spell: (value: unknown) => string = toText,
): string | undefined | typeof unknown {
  let text = ''
  for (const part of template) {
    if (typeof part === 'string') text += part
    else {
      const value = evaluate(part, around)
      if (value === undefined || value === unknown) return value
      text += spell(value)
      if (text.length > lettersMax) throw new EvaluationError('the text grows beyond bounds', 0)
    }
  }
  return text
}

const lettersMax = 1_000_000
const valuesMax = 100_000

/** The value, unless it is larger than any story needs: lists of lists of lists grow fast. Throws an EvaluationError. */
export function bounded<T>(value: T, at: number): T {
  let left = valuesMax
  const open: unknown[] = [value]
  while (open.length > 0) {
    const one = open.pop()
    if (--left < 0) throw new EvaluationError('the value grows beyond bounds', at)
    if (typeof one === 'string') left -= one.length >> 6
    else if (typeof one === 'object' && one !== null) {
      for (const part of Object.values(one)) open.push(part)
    }
  }
  return value
}

/** A value within a text: JSON where it is no text of its own. */
export function toText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

/** Follows a path. A name after a list is read from each of its members. */
export function follow(value: unknown, path: readonly Part[], around: Surroundings): unknown {
  return path.reduce((of, part) => takePart(of, part, around, 0), value)
}

function takePart(of: unknown, part: Part, around: Surroundings, at: number): unknown {
  if (of === unknown) return unknown
  if (part.kind === 'field') return takeField(of, part.name, around, at)
  if (!Array.isArray(of)) {
    return around.missing(of, part.kind === 'index' ? String(part.index) : 'list', at)
  }
  if (part.kind === 'index') {
    const index = part.index < 0 ? of.length + part.index : part.index
    return index in of ? of[index] : around.missing(of, String(part.index), at)
  }
  const holds = part.tests.map((test) => prepare(test, around))
  if (holds.includes(unknown)) return unknown
  return of.filter((one) => holds.every((hold) => (hold as (one: unknown) => boolean)(one)))
}

function takeField(of: unknown, name: string, around: Surroundings, at: number): unknown {
  if (Array.isArray(of)) return of.map((one) => takeField(one, name, around, at))
  if (of === unknown) return unknown
  if (isObject(of) && Object.hasOwn(of, name)) return of[name]
  return around.missing(of, name, at)
}

function prepare(
  { path, how, value }: Test,
  around: Surroundings,
): ((one: unknown) => boolean) | typeof unknown {
  const wanted = value === undefined ? undefined : evaluate(value, around)
  if (wanted === unknown) return unknown
  const text = toText(wanted ?? null)
  return (one) => {
    const found = path.reduce<unknown>(
      (of, name) => (isObject(of) && Object.hasOwn(of, name) ? of[name] : undefined),
      one,
    )
    if (how === 'has') return found !== undefined && found !== null
    if (how === 'lacks') return found === undefined || found === null
    const is = toText(found ?? null)
    if (how === '^=') return is.startsWith(text)
    if (how === '*=') return is.includes(text)
    return (is === text) === (how === '=')
  }
}

function calculate(
  { sign, left, right, at }: Extract<Expression, { kind: 'count' }>,
  around: Surroundings,
): unknown {
  const [a, b] = [evaluate(left, around), evaluate(right, around)]
  if (a === unknown || b === unknown) return unknown
  if (sign === '+' && (typeof a === 'string' || typeof b === 'string')) return toText(a) + toText(b)
  if (typeof a !== 'number' || typeof b !== 'number') {
    const odd = typeof a === 'number' ? b : a
    throw new EvaluationError(`${toText(odd ?? null)} is no number to reckon with`, at)
  }
  if (sign === '+') return a + b
  if (sign === '-') return a - b
  if (sign === '*') return a * b
  if (b === 0) throw new EvaluationError('nothing can be divided by 0', at)
  return a / b
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
