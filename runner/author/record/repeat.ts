import type { Credentials } from '../../../engine/twin.ts'
import { createModuleSubject } from '../../subject/module.ts'
import type { Subject } from '../../subject/subject.ts'
import type { FreeJson } from '../../scenario.ts'
import type { Known, Ref, Words } from './known.ts'
import type { Plot } from './plot.ts'
import type { RecordedCall, Recording } from './recording.ts'

/** What a repetition needs to know. */
export interface Repetition {
  recording: Recording
  plot: Plot
  known: Known
  /** What was minted for the world of the recording, by twin. */
  credentials: Readonly<Record<string, Credentials>>
}

/** A subject that does what was recorded, with the ids and tokens of the trial that it is in. */
export function createRepeatingSubject(repetition: Repetition): Subject {
  const { recording } = repetition
  return createModuleSubject(
    async ({ body: told }, { env, fetch }) => {
      const replies = new Map<RecordedCall, FreeJson>()
      const valueOf = (ref: Ref): string => {
        const made = repetition.known.made.find(({ name }) => name === ref.name)
        if (made !== undefined) return String(below(replies.get(made.call), made.path))
        const sent = Object.entries(repetition.plot.sends).find(([, one]) => isSame(one, ref))
        return String((told as Record<string, unknown>)[sent?.[0] ?? ''])
      }
      for (const call of recording.calls) {
        const url = env[`BACKLOT_${envName(call.twin)}_URL`]!
        const reply = await fetch(url + addressOf(call, repetition.known, valueOf), {
          method: call.method,
          headers: headersOf(call, repetition, env),
          ...bodyOf(call, repetition.known, valueOf),
        })
        replies.set(call, await reply.json().catch(() => null))
      }
      return { status: 200, body: { ok: true } }
    },
    { name: 'a subject that repeats the calls', reach: 'fetch', env: {}, timeoutMs: 60_000 },
  )
}

type ValueOf = (ref: Ref) => string

function addressOf({ path }: RecordedCall, known: Known, valueOf: ValueOf): string {
  const [pathname = '', search] = path.split('?', 2)
  const segments = pathname.split('/').map((one) => again(one, known, valueOf))
  if (search === undefined) return segments.join('/')
  const query = search.split('&').map((pair) => {
    const [name, value] = pair.split('=', 2)
    return value === undefined
      ? pair
      : `${name}=${again(value.replaceAll('+', ' '), known, valueOf)}`
  })
  return `${segments.join('/')}?${query.join('&')}`
}

/** One encoded part of an address; as it was where nothing in it is another now. */
function again(part: string, known: Known, valueOf: ValueOf): string {
  const words = known.words(decodeURIComponent(part))
  return words.every((one) => typeof one === 'string')
    ? encodeURIComponent(decodeURIComponent(part))
    : encodeURIComponent(render(words, valueOf))
}

function bodyOf(
  { body, contentType = '' }: RecordedCall,
  known: Known,
  valueOf: ValueOf,
): { body?: string } {
  if (body === undefined) return {}
  const filled = fill(body, known, valueOf)
  if (typeof filled === 'string') return { body: filled }
  if (contentType.includes('x-www-form-urlencoded')) {
    return { body: new URLSearchParams(filled as Record<string, string>).toString() }
  }
  return { body: JSON.stringify(filled) }
}

function fill(value: FreeJson, known: Known, valueOf: ValueOf): unknown {
  if (typeof value === 'string') return render(known.words(value), valueOf)
  if (Array.isArray(value)) return value.map((one) => fill(one, known, valueOf))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, fill(one, known, valueOf)]),
  )
}

function render(words: Words, valueOf: ValueOf): string {
  return words.map((one) => (typeof one === 'string' ? one : valueOf(one))).join('')
}

/** The recorded caller's own token becomes that of the same kind in this trial. */
function headersOf(
  { twin, contentType, authorization }: RecordedCall,
  { credentials }: Repetition,
  env: Readonly<Record<string, string>>,
): Record<string, string> {
  const headers: Record<string, string> = {}
  if (contentType !== undefined) headers['content-type'] = contentType
  if (authorization === undefined) return headers
  const [scheme = '', rest = ''] = authorization.split(' ', 2)
  const isBasic = scheme.toLowerCase() === 'basic'
  let text = isBasic ? Buffer.from(rest, 'base64').toString() : rest
  for (const [kind, was] of Object.entries(credentials[twin] ?? {})) {
    const is = env[`BACKLOT_${envName(twin)}_${envName(kind)}`]
    if (is !== undefined) text = text.replaceAll(was, is)
  }
  headers['authorization'] = `${scheme} ${isBasic ? Buffer.from(text).toString('base64') : text}`
  return headers
}

function envName(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase()
}

function below(value: FreeJson, path: readonly string[]): unknown {
  return path.reduce<FreeJson>((of, name) => of?.[name], value)
}

function isSame(a: Ref, b: Ref): boolean {
  return a.name === b.name && a.path === b.path
}
