import { isRecord, toPointerToken } from '../contract/schema.ts'
import { setOwn } from '../contract/problem.ts'
import { countTemplate } from './counts.ts'
import { isIdName, isIdText } from './looks.ts'
import { nowsIn, timeTemplate, type Clock } from './times.ts'

// A learned reply is JSON in which «…» stands for what differs from call to call.

/** Where a recorded reply's values may come from. */
export interface Sources {
  origin: string
  /** When the exchange took place, in ms; undefined when the recording does not tell. */
  at: number | undefined
  path: Readonly<Record<string, string>>
  query: Readonly<Record<string, unknown>>
  body: unknown
  /** The thing that the call is about, as last known. */
  thing: unknown
  /** The same thing as other parts of the service show it. */
  sibling: unknown
  /** Whether an id was seen in the recording before. */
  isKnown: (id: string) => boolean
  /** The reply tells what a write made of the thing: counts and moments may follow from those before. */
  isWrite?: boolean
}

/** Turns a recorded reply into a template. */
export function toTemplate(reply: unknown, sources: Sources): unknown {
  return new Abstraction(sources, nowsIn(reply, sources.at)).walk(reply, '', '')
}

class Abstraction {
  readonly #sources: Sources
  readonly #fresh = new Map<string, string>()
  readonly #fromBody: ReadonlyMap<unknown, string>
  readonly #fromSibling: ReadonlyMap<unknown, string>
  readonly #clock: Clock

  constructor(sources: Sources, nows: readonly number[]) {
    this.#sources = sources
    this.#clock = { at: sources.at, isWrite: sources.isWrite === true, nows }
    this.#fromBody = scalarsOf(sources.body)
    this.#fromSibling = scalarsOf(sources.sibling)
  }

  walk(value: unknown, at: string, name: string): unknown {
    if (Array.isArray(value)) return value.map((one, i) => this.walk(one, `${at}/${i}`, name))
    if (!isRecord(value)) return this.#scalar(value, at, name)
    const out: Record<string, unknown> = {}
    for (const [key, one] of Object.entries(value))
      setOwn(out, key, this.walk(one, `${at}/${toPointerToken(key)}`, key))
    return out
  }

  #scalar(value: unknown, at: string, name: string): unknown {
    const { body, thing, isWrite } = this.#sources
    if (value === null || typeof value === 'boolean') return value
    if (readPointer(body, at) === value) return `«body ${at}»`
    const before = readPointer(thing, at)
    if (before === value) return `«thing ${at}»`
    const time = timeTemplate(value, at, before, this.#clock)
    if (time !== undefined) return time
    if (typeof value === 'number') {
      const count = isWrite === true ? countTemplate(value, at, before, body) : undefined
      return count ?? this.#number(value, name)
    }
    if (typeof value !== 'string' || value.length > 4000) return value
    return this.#whole(value, name) ?? this.#parts(value)
  }

  #number(value: number, name: string): unknown {
    const { path, isKnown } = this.#sources
    const inPath = Object.entries(path).find(([, one]) => one === String(value))
    if (inPath !== undefined) return `«number path ${inPath[0]}»`
    const inBody = Math.abs(value) > 9 ? this.#fromBody.get(value) : undefined
    if (inBody !== undefined) return `«body ${inBody}»`
    const isNew = isIdName(name) && value > 99 && !isKnown(String(value))
    return isNew ? `«number new ${maskOf(String(value))}»` : value
  }

  #whole(value: string, name: string): string | undefined {
    for (const [param, one] of Object.entries(this.#sources.path)) {
      if (one === value && one !== '') return `«path ${param}»`
      if (one.length > 1 && unquoted(one) === value) return `«unquoted path ${param}»`
    }
    if (value.length >= 3) {
      const inBody = this.#fromBody.get(value)
      if (inBody !== undefined) return `«body ${inBody}»`
      const inSibling = this.#fromSibling.get(value)
      if (inSibling !== undefined && (value.length > 5 || isIdText(value)))
        return `«sibling ${inSibling}»`
    }
    for (const [param, one] of Object.entries(this.#sources.query))
      if (one === value && (value.length > 3 || param === name)) return `«query ${param}»`
    const isId =
      isIdText(value) || (isIdName(name) && /^[\w-]{6,}$/.test(value) && /\d/.test(value))
    return isId ? this.#id(value) : undefined
  }

  #id(value: string): string {
    const known = this.#fresh.get(value)
    if (known !== undefined) return `«new ${known}»`
    if (this.#sources.isKnown(value)) return value
    const variable = `${this.#fresh.size + 1}:${maskOf(value)}`
    this.#fresh.set(value, variable)
    return `«new ${variable}»`
  }

  /** Texts that hold the host, ids of the path, or ids that the reply itself brings. */
  #parts(value: string): string {
    const { origin, path } = this.#sources
    let out = value.includes(origin) ? value.replaceAll(origin, '«origin»') : value
    for (const [param, one] of Object.entries(path))
      if (one.length > 5 && out.includes(one)) out = out.replaceAll(one, `«path ${param}»`)
    if (out.length < 600 || out.includes('«'))
      out = out.replaceAll(/«[^»]*»|[\w-]{12,}/g, (one) => (isIdText(one) ? this.#id(one) : one))
    return out
  }
}

/** `'Sheet 1'!A1` → `Sheet 1!A1`. */
export function unquoted(text: string): string {
  return text.replaceAll(/['"`]/g, '')
}

/** A text's pattern: `00u~x17`; the beginning often tells the kind and stays. */
export function maskOf(id: string): string {
  if (/^[0-9a-f]+(-[0-9a-f]+)*$/i.test(id) && /[a-f]/i.test(id))
    return `~${id
      .split('-')
      .map((part) => `f${part.length}`)
      .join('-')}`
  if (/^\d+$/.test(id)) return `~9${id.length}`
  const word = /^[A-Za-z]{1,10}[_-]/.exec(id)?.[0].length
  const keep = word ?? (id.length >= 14 ? 3 : /^[A-Z]/.test(id) && id.length > 6 ? 1 : 0)
  const rest = id.slice(keep)
  if (/^[0-9a-f]{6,}$/.test(rest) && /[a-f]/.test(rest))
    return `${id.slice(0, keep)}~f${rest.length}`
  return `${id.slice(0, keep)}~${/[a-z]/.test(rest) ? 'x' : 'X'}${rest.length}`
}

/** Every text and number of a value, with the first place where it stands. */
function scalarsOf(
  value: unknown,
  at = '',
  into = new Map<unknown, string>(),
): Map<unknown, string> {
  if (Array.isArray(value))
    value.slice(0, 50).forEach((one, i) => scalarsOf(one, `${at}/${i}`, into))
  else if (isRecord(value)) {
    for (const [key, one] of Object.entries(value))
      scalarsOf(one, `${at}/${toPointerToken(key)}`, into)
  } else if ((typeof value === 'string' || typeof value === 'number') && !into.has(value))
    into.set(value, at)
  return into
}

/** The member that a JSON pointer means; undefined when there is none. */
export function readPointer(value: unknown, pointer: string): unknown {
  let at = value
  for (const token of pointer.split('/').slice(1)) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~')
    if (Array.isArray(at)) at = at[Number(key)]
    else if (isRecord(at) && Object.hasOwn(at, key)) at = at[key]
    else return undefined
  }
  return at
}
