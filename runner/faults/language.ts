import { didYouMean } from '../../engine/nearest.ts'
import { UsageError } from '../../engine/usage-error.ts'
import { namedPlans, planOf } from './catalogue.ts'

/** One part of a plan as a person writes it: `rate-limited*5@slack.chat.postMessage`. */
export interface PlanTerm {
  /** As it was written. */
  text: string
  plan: string
  variant?: string
  /** How many places, or whatever a number stands for there. */
  number?: number
  timeMs?: number
  twin?: string
  /** An operation, `read`, `write`, `any`, or the type of an event. */
  on?: string
}

/** A part of a plan: named, or a file. */
export type PlanPart = { term: PlanTerm } | { file: string }

/** Whether a text names a file and no plan. */
export function isPlanFile(text: string): boolean {
  if (/\.(?:json|ya?ml)$/i.test(text)) return true
  return /[/\\]/.test(text) && !text.includes('"')
}

/** The files that a plan is read from. */
export function filesOfPlan(text: string): string[] {
  return readPlanText(text).flatMap((part) => ('file' in part ? [part.file] : []))
}

/** Plans of a list, parted at its commas; those within quotes are left alone. */
export function splitPlans(list: string): string[] {
  return splitAt(list, ',')
    .map(({ text }) => text.trim())
    .filter((one) => one !== '')
}

/**
 * Reads a plan: names joined by `+`, each with `:variant`, `*5` (a number) and `*30s` (a time), and
 * `@twin` or `@twin.operation`; or a file. Throws a UsageError that says at which character and
 * what was meant.
 */
export function readPlanText(text: string): PlanPart[] {
  const parts = splitAt(text, '+')
  // A file may have a + in its name; one behind a plan has not.
  const named = /^[a-z-]+/.exec(parts[0]!.text)?.[0] ?? ''
  const isPlan = named === 'none' || Object.hasOwn(namedPlans, named)
  if (isPlanFile(text) && (!isPlan || parts.length === 1)) return [{ file: text }]
  return parts
    .filter(({ text: part }) => part.trim() !== 'none')
    .map(({ text: part, at }) =>
      isPlanFile(part) ? { file: part.trim() } : { term: new Reader(text, part, at).read() },
    )
}

/** Pieces of a text and where they begin; a separator in quotes separates nothing. */
function splitAt(text: string, separator: string): { text: string; at: number }[] {
  const out: { text: string; at: number }[] = []
  let from = 0
  let isQuoted = false
  for (let i = 0; i <= text.length; i++) {
    if (text[i] === '"') isQuoted = !isQuoted
    if (i < text.length && (isQuoted || text[i] !== separator)) continue
    out.push({ text: text.slice(from, i), at: from })
    from = i + 1
  }
  return out
}

const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
}

const names = ['none', ...Object.keys(namedPlans)]

/** Reads one term from left to right. */
class Reader {
  readonly #whole: string
  readonly #text: string
  readonly #offset: number
  #at = 0

  constructor(whole: string, text: string, offset: number) {
    this.#whole = whole
    this.#offset = offset + (text.length - text.trimStart().length)
    this.#text = text.trim()
  }

  read(): PlanTerm {
    const plan = this.#readName()
    const term: PlanTerm = { text: this.#text, plan }
    if (this.#take(':')) term.variant = this.#readVariant(plan)
    while (this.#take('*')) this.#readAmount(term)
    if (this.#take('@')) this.#readPlace(term)
    if (this.#at < this.#text.length) {
      const rest = this.#text.slice(this.#at)
      const fix = `After a plan come :variant, *5 or *30s, and @twin.operation, in this order: ${plan}*2@slack.`
      throw this.#wrong(`"${rest}" can't stand`, this.#at, fix)
    }
    return term
  }

  #readName(): string {
    const name = this.#match(/[^:*@]*/y).trim()
    if (Object.hasOwn(namedPlans, name)) return name
    const fix = `${didYouMean(name, names)} Plans: ${names.join(', ')}; several at once with +; one service or operation with @; or a JSON or YAML file. backlot faults tells what each does.`
    throw this.#wrong(
      name === '' ? 'A fault plan is missing' : `There is no fault plan "${name}"`,
      0,
      fix,
    )
  }

  #readVariant(plan: string): string {
    const at = this.#at
    const variant = this.#match(/[^*@]*/y)
    const known = Object.keys(namedPlans[plan]!.variants ?? {})
    if (known.includes(variant)) return variant
    throw this.#wrong(`"${plan}" has no variant "${variant}"`, at, didYouMean(variant, known))
  }

  #readAmount(term: PlanTerm): void {
    const at = this.#at
    const word = this.#match(/[^*@]*/y)
    const match = /^(\d+(?:\.\d+)?)([a-z]*)$/.exec(word)
    const { number, time } = planOf(term.plan, term.variant)
    const takes = [
      ...(number === undefined
        ? []
        : [`*5 for ${number === 'places' ? 'five places' : 'five times'}`]),
      ...(time === undefined ? [] : ['*800ms, *30s, *5m or *1h for how long']),
    ]
    const fix = takes.length === 0 ? `"${term.plan}" takes none.` : `Write ${takes.join(', or ')}.`
    if (match === null) throw this.#wrong(`"${word}" is no number and no time`, at, fix)
    const [, amount, unit] = match
    if (unit === '') {
      if (number === undefined) throw this.#wrong(`"${term.plan}" takes no number`, at, fix)
      if (!/^[1-9]\d{0,3}$/.test(amount!))
        throw this.#wrong(`"${word}" is no whole number from 1 to 9999`, at, fix)
      term.number = Number(amount)
      return
    }
    if (time === undefined) throw this.#wrong(`"${term.plan}" takes no time`, at, fix)
    if (!Object.hasOwn(units, unit!)) throw this.#wrong(`"${unit}" is no unit of time`, at, fix)
    term.timeMs = Number(amount) * units[unit!]!
  }

  #readPlace(term: PlanTerm): void {
    const at = this.#at
    const twin = this.#match(/[^.]*/y)
    if (!/^[a-z][a-z0-9-]*$/.test(twin)) {
      const fix = 'Write the name of a twin after @, as in flaky@slack or down@jira.createIssue.'
      throw this.#wrong(
        twin === '' ? 'A twin is missing' : `"${twin}" is no name of a twin`,
        at,
        fix,
      )
    }
    term.twin = twin
    if (!this.#take('.')) return
    const from = this.#at
    const on = this.#match(/"[^"]*"$|[^"]+$/y).replaceAll('"', '')
    if (on === '') {
      const fix = `Write an operation, read, write or any: ${term.plan}@${twin}.write.`
      throw this.#wrong(`What of "${twin}" is meant is missing`, from, fix)
    }
    term.on = on
  }

  #take(mark: string): boolean {
    if (this.#text[this.#at] !== mark) return false
    this.#at++
    return true
  }

  #match(form: RegExp): string {
    form.lastIndex = this.#at
    const found = form.exec(this.#text)?.[0] ?? ''
    this.#at += found.length
    return found
  }

  #wrong(what: string, at: number, fix: string): UsageError {
    const spot = this.#offset + at + 1
    const where = spot === 1 ? '' : `, at character ${spot} of "${this.#whole}"`
    return new UsageError(`${what}${where}.`, { field: '--faults', fix })
  }
}
