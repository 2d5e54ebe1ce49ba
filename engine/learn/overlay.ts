import { setOwn } from '../contract/problem.ts'
import { isRecord, toPointerToken } from '../contract/schema.ts'

/** Lays what is known of a thing over a filled template: known values win, what the template adds stays. */
export function overThing(
  filled: unknown,
  known: unknown,
  hides: ReadonlySet<string>,
  at = '',
): unknown {
  if (known === undefined) return filled
  if (!isRecord(known)) return known
  const out: Record<string, unknown> = {}
  const base = isRecord(filled) ? filled : {}
  for (const [key, value] of Object.entries(known)) {
    const place = `${at}/${toPointerToken(key)}`
    if (hides.has(place)) continue
    const inner =
      Object.hasOwn(base, key) && isRecord(value)
        ? overThing(base[key], value, hides, place)
        : value
    setOwn(out, key, inner)
  }
  for (const [key, value] of Object.entries(base))
    if (!Object.hasOwn(out, key) && !Object.hasOwn(known, key)) setOwn(out, key, value)
  return out
}

/** How a written reply came about. */
export interface Written {
  template: unknown
  filled: unknown
  body: unknown
  /** What was known of the thing before. */
  known: unknown
  /** Places of the body that the case had. */
  hadBody: ReadonlySet<string>
  echoesAll: boolean
  neverEchoed: ReadonlySet<string>
  hides: ReadonlySet<string>
}

/** A reply to a write: the filled template, with what was sent and what was there where the template says nothing of its own. */
export function overWrite(written: Written): unknown {
  let out = written.filled
  if (written.known !== undefined) out = addMissing(out, written.known, written.hides, '')
  if (written.echoesAll && isRecord(written.body) && isRecord(out))
    out = echo(out, written.body, '', written)
  return out
}

/** Members that are there already and that the reply would show, too. */
function addMissing(
  filled: unknown,
  known: unknown,
  hides: ReadonlySet<string>,
  at: string,
): unknown {
  if (!isRecord(filled) || !isRecord(known)) return filled
  const out: Record<string, unknown> = { ...filled }
  for (const [key, value] of Object.entries(known)) {
    const place = `${at}/${toPointerToken(key)}`
    if (hides.has(place)) continue
    if (!Object.hasOwn(out, key)) setOwn(out, key, value)
    else setOwn(out, key, addMissing(out[key], value, hides, place))
  }
  return out
}

function echo(
  target: Record<string, unknown>,
  body: Record<string, unknown>,
  at: string,
  written: Written,
): Record<string, unknown> {
  const out = { ...target }
  for (const [key, value] of Object.entries(body)) {
    const place = `${at}/${toPointerToken(key)}`
    if (written.neverEchoed.has(place)) continue
    const own = Object.hasOwn(out, key) ? out[key] : undefined
    if (isRecord(value)) {
      if (isRecord(own)) setOwn(out, key, echo(own, value, place, written))
      else if (own === undefined || own === null)
        setOwn(out, key, withoutNever(value, place, written))
    } else if (own === undefined ? value !== null && value !== '' : !written.hadBody.has(place))
      setOwn(out, key, value)
  }
  return out
}

function withoutNever(value: Record<string, unknown>, at: string, written: Written): unknown {
  const out: Record<string, unknown> = {}
  for (const [key, one] of Object.entries(value)) {
    const place = `${at}/${toPointerToken(key)}`
    if (written.neverEchoed.has(place)) continue
    setOwn(out, key, isRecord(one) ? withoutNever(one, place, written) : one)
  }
  return out
}

/** The places of a value's leaves; lists are leaves. */
export function leavesOf(value: unknown, at = '', into: string[] = []): string[] {
  if (isRecord(value) && Object.keys(value).length > 0) {
    for (const [key, one] of Object.entries(value))
      leavesOf(one, `${at}/${toPointerToken(key)}`, into)
  } else into.push(at)
  return into
}
