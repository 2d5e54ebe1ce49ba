import { setOwn } from '../contract/problem.ts'
import { isRecord } from '../contract/schema.ts'
import { readPointer, unquoted } from './template.ts'
import { momentOf, spanMs, spellTime } from './times.ts'

/** What a template is filled from. */
export interface Filling {
  origin: string
  now: number
  path: Readonly<Record<string, string>>
  query: Readonly<Record<string, unknown>>
  body: unknown
  thing: unknown
  sibling: unknown
  /** What is being changed, where that is not the thing. */
  self?: unknown
  /** From 0 to below 1. */
  random: () => number
}

/** Stands for a place that has nothing to show. */
const absent = Symbol('absent')

/** Fills a template; places whose source is not there are left out. */
export function instantiate(template: unknown, filling: Filling): unknown {
  const made = new Map<string, string>()
  const filled = fill(template)
  return filled === absent ? undefined : filled

  function fill(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(fill).filter((one) => one !== absent)
    if (isRecord(value)) {
      const out: Record<string, unknown> = {}
      for (const [key, one] of Object.entries(value)) {
        const inner = fill(one)
        if (inner !== absent) setOwn(out, key, inner)
      }
      return out
    }
    return typeof value === 'string' && value.includes('«') ? fillText(value) : value
  }

  function fillText(text: string): unknown {
    const whole = /^«([^»]*)»$/.exec(text)
    if (whole !== null) {
      const value = resolve(whole[1]!)
      return value === undefined ? absent : value
    }
    return text.replaceAll(/«([^»]*)»/g, (_all, inner: string) => {
      const value = resolve(inner)
      return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
    })
  }

  function resolve(expression: string): unknown {
    if (expression === 'origin') return filling.origin
    const space = expression.indexOf(' ')
    const [kind, rest] = [expression.slice(0, space), expression.slice(space + 1)]
    switch (kind) {
      case 'number': {
        const value = resolve(rest)
        return value === undefined ? undefined : Number(value)
      }
      case 'unquoted':
        return unquoted(String(resolve(rest) ?? ''))
      case 'new':
        return newValue(rest, made, filling.random)
      default:
        return read(kind, rest, filling)
    }
  }
}

/** What an expression reads of the call, the thing and the clock. */
function read(kind: string, rest: string, filling: Filling): unknown {
  switch (kind) {
    case 'path':
      return Object.hasOwn(filling.path, rest) ? filling.path[rest] : undefined
    case 'query':
      return Object.hasOwn(filling.query, rest) ? filling.query[rest] : undefined
    case 'body':
      return readPointer(filling.body, rest)
    case 'thing':
      return readPointer(filling.thing, rest)
    case 'sibling':
      return readPointer(filling.sibling, rest)
    case 'now': {
      const [format, span] = rest.split(' ')
      return spellTime(filling.now + spanMs(span), format)
    }
    case 'later':
      return laterThan(filling.self ?? filling.thing, rest, filling.now)
    case 'count':
      return counted(filling.self ?? filling.thing, rest, filling.body)
    default:
      return undefined
  }
}

/** The same variable is the same new value all over one reply. */
function newValue(rest: string, made: Map<string, string>, random: () => number): string {
  const known = made.get(rest)
  if (known !== undefined) return known
  const value = fromMask(rest.replace(/^\d+:/, ''), random)
  made.set(rest, value)
  return value
}

/** `/dueAt +14d iso`: from what the thing has there, else from now. */
function laterThan(thing: unknown, rest: string, now: number): unknown {
  const [pointer = '', span, format] = /^(.*) (\S+) (\S+)$/.exec(rest)?.slice(1) ?? []
  const before = readPointer(thing, pointer)
  const from = format === 'date' ? Date.parse(String(before)) : momentOf(before)
  return spellTime((from === undefined || Number.isNaN(from) ? now : from) + spanMs(span), format)
}

/** `/available -1`, `/stock -body /quantity`; undefined where there is no number to count from. */
function counted(thing: unknown, rest: string, body: unknown): unknown {
  const [pointer = '', step = '', inBody] =
    /^(.*?) ([+-](?:1|body))(?: (.*))?$/.exec(rest)?.slice(1) ?? []
  const before = readPointer(thing, pointer)
  const by = inBody === undefined ? Number(step) : Number(readPointer(body, inBody))
  if (typeof before !== 'number' || Number.isNaN(by)) return before
  return before + (step === '-body' ? -by : by)
}

const digits = '0123456789'
const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const alphabets: Readonly<Record<string, string>> = {
  '9': digits,
  f: `${digits}abcdef`,
  X: digits + upper,
  x: digits + upper + upper.toLowerCase(),
}
const lengthMax = 1000

/** A text like the mask: behind `~`, so many digits (`9`), hexadecimal digits (`f`), letters and digits (`x`, `X`). */
function fromMask(mask: string, random: () => number): string {
  const cut = mask.indexOf('~')
  if (cut === -1) return mask
  const made = mask
    .slice(cut + 1)
    .replaceAll(/([9fxX])(\d{1,4})/g, (_all, kind: string, count: string) => {
      const from = alphabets[kind]!
      const length = Math.min(Number(count), lengthMax)
      return Array.from({ length }, (_one, i) => {
        const one = from[Math.floor(random() * from.length)]!
        return i === 0 && one === '0' && kind === '9' ? '1' : one
      }).join('')
    })
  return mask.slice(0, cut) + made
}
