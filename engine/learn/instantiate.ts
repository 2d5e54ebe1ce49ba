import { setOwn } from '../contract/problem.ts'
import { isRecord } from '../contract/schema.ts'
import { readPointer, unquoted } from './template.ts'

/** What a template is filled from. */
export interface Filling {
  origin: string
  now: number
  path: Readonly<Record<string, string>>
  query: Readonly<Record<string, unknown>>
  body: unknown
  thing: unknown
  sibling: unknown
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
      case 'now':
        return spellTime(filling.now, rest)
      case 'new':
        return newValue(rest, made, filling.random)
      default:
        return undefined
    }
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

function spellTime(now: number, format: string): unknown {
  if (format === 'ms') return now
  if (format === 's') return Math.floor(now / 1000)
  const iso = new Date(now).toISOString()
  if (format === 'second') return `${iso.slice(0, 19)}Z`
  if (format === 'offset') return `${iso.slice(0, -1)}+0000`
  return format === 'http' ? new Date(now).toUTCString() : iso
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
