import { isRecord, toPointerToken } from '../contract/schema.ts'
import type { ParamFact } from './knowledge.ts'
import { readPointer } from './template.ts'

/** Stands in a template's list for everything that the list holds. */
export const itemsMark = '«items»'

/** Where a reply's list lies: '' for the reply itself, `/files`; undefined when it has none. */
export function listPlace(json: unknown): string | undefined {
  if (Array.isArray(json)) return ''
  if (!isRecord(json)) return undefined
  for (const [key, value] of Object.entries(json))
    if (
      Array.isArray(value) &&
      (value.length === 0 || isRecord(value[0]) || value[0] === itemsMark)
    )
      return `/${toPointerToken(key)}`
  return undefined
}

/** Whether a template's list is filled from what the world holds. */
export function isStocked(template: unknown, place: string): boolean {
  const list = readPointer(template, place)
  return Array.isArray(list) && list[0] === itemsMark
}

/** Keeps the members that the query asks for. */
export function selectBy(
  items: readonly unknown[],
  query: Readonly<Record<string, unknown>>,
  params: Readonly<Record<string, ParamFact>>,
): unknown[] {
  let out = [...items]
  for (const [name, value] of Object.entries(query)) {
    const fact = Object.hasOwn(params, name) ? params[name] : undefined
    if (fact === undefined || typeof value !== 'string') continue
    if (fact.does === 'equals')
      out = out.filter((one) => String(readPointer(one, fact.member)) === value)
    else if (fact.does === 'begins') {
      const wanted = value.toLowerCase()
      out = out.filter((one) =>
        String(readPointer(one, fact.member)).toLowerCase().startsWith(wanted),
      )
    } else if (fact.does === 'filters') out = out.filter((one) => accepts(one, value))
  }
  return out
}

const term =
  /^\(?\s*([\w.]+)\s*(eq|==?|!=|ne|sw|co|contains|gt|lt|ge|le|>=|<=|>|<)\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([\w.:-]+))\s*\)?$/i

/** Whether a member passes an expression such as `profile.login eq "x" and status eq "ACTIVE"`; what can't be read passes. */
function accepts(item: unknown, expression: string): boolean {
  if (expression.length > 2000) return true
  return expression
    .split(/\s+or\s+/i)
    .some((all) => all.split(/\s+and\s+/i).every((one) => passes(item, one)))
}

function passes(item: unknown, text: string): boolean {
  const inside = /^\(?\s*["']([^"']*)["']\s+in\s+([\w.]+)\s*\)?$/.exec(text.trim())
  if (inside !== null) {
    const list = readPointer(item, `/${inside[2]!.replaceAll('.', '/')}`)
    return !Array.isArray(list) || list.includes(inside[1])
  }
  const match = term.exec(text.trim())
  if (match === null) return true
  const [, path, verb, quoted, single, bare] = match
  const wanted = quoted ?? single ?? bare ?? ''
  const value = readPointer(item, `/${path!.replaceAll('.', '/')}`)
  // What is not shown is not so, as far as anybody can tell.
  if (value === undefined)
    return verb === 'ne' || verb === '!=' || wanted === 'false' || !isRecord(item)
  const is = String(value)
  switch (verb!.toLowerCase()) {
    case 'eq':
    case '=':
    case '==':
      return is.toLowerCase() === wanted.toLowerCase()
    case 'ne':
    case '!=':
      return is !== wanted
    case 'sw':
      return is.toLowerCase().startsWith(wanted.toLowerCase())
    case 'co':
    case 'contains':
      return is.toLowerCase().includes(wanted.toLowerCase())
    default:
      return compares(verb!, is, wanted)
  }
}

function compares(verb: string, is: string, wanted: string): boolean {
  if (verb === 'gt' || verb === '>') return is > wanted
  if (verb === 'lt' || verb === '<') return is < wanted
  return verb === 'ge' || verb === '>=' ? is >= wanted : is <= wanted
}

/** Which members a mask such as `id,name,owner(id)` or `files(id,name)` lets through. */
export function applyMask(value: unknown, mask: string): unknown {
  const wanted = parseMask(mask)
  return wanted === undefined || mask.includes('*') ? value : masked(value, wanted)
}

interface Mask {
  [name: string]: Mask | true
}

function parseMask(text: string): Mask | undefined {
  const root: Mask = Object.create(null) as Mask
  const stack: Mask[] = [root]
  let last = ''
  for (const token of text.match(/[^,()\s]+|[,()]/g) ?? []) {
    const here = stack.at(-1)!
    if (token === '(') {
      const inner: Mask = Object.create(null) as Mask
      here[last] = inner
      stack.push(inner)
    } else if (token === ')') {
      if (stack.length === 1) return undefined
      stack.pop()
    } else if (token !== ',') {
      const [first, ...rest] = token.split(/[/.]/)
      last = first!
      here[last] = true
      let at = here
      for (const name of rest) {
        const inner: Mask = at[last] === true ? (Object.create(null) as Mask) : (at[last] as Mask)
        at[last] = inner
        inner[name] = true
        at = inner
        last = name
      }
    }
  }
  return root
}

function masked(value: unknown, mask: Mask): unknown {
  if (Array.isArray(value)) return value.map((one) => masked(one, mask))
  if (!isRecord(value)) return value
  const out: Record<string, unknown> = {}
  for (const [key, one] of Object.entries(value)) {
    const inner = mask[key]
    if (inner !== undefined) out[key] = inner === true ? one : masked(one, inner)
  }
  return out
}
