import { isRecord } from '../../engine/contract/schema.ts'
import { setOwn } from '../../engine/contract/problem.ts'
import { parseJson } from '../../engine/learn/recorded.ts'

/** Bodies up to so many characters are kept as they are. */
export const bodyCharsMax = 512 * 1024
/** JSON longer than this is not even read: what it takes in memory is many times its length. */
export const jsonCharsMax = 4 * 1024 * 1024
/** What is kept of a longer text that is no JSON. */
const textCharsMax = 64 * 1024
const stringCharsMax = 4096

/** A reply's body as far as memory allows. */
export interface CutReply {
  text: string | undefined
  json: unknown
  /** It was longer: its text was cut to so many characters or, of JSON, its lists to so many members. */
  cutTo?: number
}

/** Reads a reply's body; undefined where it is so long that what could be kept would prove nothing. */
export function cutReply(text: string | undefined): CutReply | undefined {
  const isJson = looksLikeJson(text)
  if (text === undefined || text.length <= bodyCharsMax)
    return { text, json: isJson ? parseJson(text) : undefined }
  if (isJson && text.length > jsonCharsMax) return undefined
  const whole = isJson ? parseJson(text) : undefined
  if (whole === undefined) return { text: flat(text), json: undefined, cutTo: textCharsMax }
  for (const listMax of [1000, 100, 10]) {
    const json = shrunk(whole, listMax)
    const short = JSON.stringify(json)
    if (short.length <= bodyCharsMax) return { text: short, json, cutTo: listMax }
  }
  return undefined
}

/** A JSON value whose lists have so many members at most, and whose long texts are cut. */
export function shrunk(value: unknown, listMax: number): unknown {
  if (typeof value === 'string') return value.length > stringCharsMax ? flat(value, 4096) : value
  if (Array.isArray(value)) return value.slice(0, listMax).map((one) => shrunk(one, listMax))
  if (!isRecord(value)) return value
  const out: Record<string, unknown> = {}
  for (const [key, one] of Object.entries(value)) setOwn(out, key, shrunk(one, listMax))
  return out
}

/** The beginning of a text, on its own: a plain slice would keep all of it in memory. */
function flat(text: string, chars = textCharsMax): string {
  return Buffer.from(text.slice(0, chars), 'utf16le').toString('utf16le')
}

function looksLikeJson(text: string | undefined): boolean {
  return text !== undefined && /^\s*[[{"\d\-tfn]/.test(text)
}
