import type { FreeJson } from '../../scenario.ts'
import type { Kind } from './kinds.ts'
import { createLookAt, kinds } from './kinds.ts'
import { leavesOf, wordsOf, type RecordedCall, type Recording } from './recording.ts'

/** Something that leads to a value in the story: a variable, and a path below it. */
export interface Ref {
  name: string
  /** Empty: the variable itself. */
  path: string
}

/** A text with references in it. */
export type Words = readonly (string | Ref)[]

/** A thing that was there and was used. */
export interface GivenThing {
  name: string
  kind: Kind
  shown: FreeJson
  /** Whose name and address it bears. */
  person?: string
}

/** A value that one of the calls brought about and a later one, or what changed, speaks of. */
export interface MadeValue {
  name: string
  call: RecordedCall
  path: string[]
}

/** The values of a recording that must be told by references, since every trial has others. */
export class Known {
  readonly givens: GivenThing[] = []
  readonly made: MadeValue[] = []
  /** By address. */
  readonly people = new Map<string, string>()
  readonly #refs = new Map<string, Ref>()
  readonly #names = new Set(reserved)
  readonly #recording: Recording

  constructor(recording: Recording) {
    this.#recording = recording
    this.#findGivens()
    for (const { table, id, fields } of recording.changes) {
      const row = fields[0]?.path === '' ? [fields[0].before, fields[0].after] : []
      const words = [id, ...id.split('/'), ...leavesOf(row).map(({ value }) => value)]
      const thing = table === 'engine.things' ? id.split(' ') : undefined
      for (const word of [...words, ...(thing ?? [])]) {
        this.#findMade(thing?.[0] ?? table.split('.')[0]!, word)
      }
    }
    for (const call of recording.calls) {
      for (const word of wordsOf(call)) this.#findMade(call.twin, word, call.n)
    }
  }

  /** The reference to a value, where there is one. */
  ref(value: unknown): Ref | undefined {
    return typeof value === 'string' ? this.#refs.get(value) : undefined
  }

  /** A text in which known ids and addresses have become references. */
  words(text: string): Words {
    const whole = this.ref(text)
    if (whole !== undefined) return [whole]
    const known = [...this.#refs.keys()]
      .filter((one) => /[\d@]/.test(one) && one.length >= 4 && text.includes(one))
      .sort((a, b) => b.length - a.length)
      .map((one) => one.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
    if (known.length === 0) return [text]
    const form = new RegExp(`(?<![\\w.@-])(${known.join('|')})(?![\\w@-])`)
    return text.split(form).flatMap((part, i) => (i % 2 === 1 ? this.ref(part)! : part || []))
  }

  /** A name that nothing has yet, made from words. */
  free(words: string): string {
    const [first = 'it', ...rest] = words
      .normalize('NFD')
      .replaceAll(/[^\w\s.-]/g, '')
      .split(/[^A-Za-z0-9]+/)
      .filter(Boolean)
    const lower = /[a-z]/.test(first)
      ? first.charAt(0).toLowerCase() + first.slice(1)
      : first.toLowerCase()
    const joined = lower + rest.map((one) => one.charAt(0).toUpperCase() + one.slice(1)).join('')
    const name = /^[a-z]/.test(joined) ? joined : `it${joined}`
    for (let n = 1; ; n++) {
      const one = n === 1 ? name : `${name}${n}`
      if (this.#names.has(one)) continue
      this.#names.add(one)
      return one
    }
  }

  #findGivens(): void {
    const look = createLookAt(this.#recording.before)
    const words = new Set(this.#recording.calls.flatMap(wordsOf))
    for (const kind of kinds) {
      if (!this.#recording.twins.includes(kind.twin)) continue
      for (const word of words) {
        const shown = kind.find(look, word)
        if (shown === undefined) continue
        // What is found must bear the word: services know other names for things, such as "me".
        const names = Object.entries(kind.names(shown))
        if (!names.some(([, value]) => value === word)) continue
        if (this.givens.some((one) => one.kind === kind && sameThing(one, shown))) continue
        this.#give(kind, shown, names)
      }
    }
  }

  #give(kind: Kind, shown: FreeJson, names: [string, unknown][]): void {
    const name = this.free(String(kind.label(shown)))
    const email = kind.email?.(shown)
    const given: GivenThing = { name, kind, shown }
    if (email !== undefined) {
      const known = this.people.get(email)
      given.person = known ?? this.free(`${name} person`)
      this.people.set(email, given.person)
    }
    this.givens.push(given)
    for (const [path, value] of names) {
      if (typeof value === 'string' && !this.#refs.has(value)) this.#refs.set(value, { name, path })
    }
  }

  /** An id that a reply of the recording was the first to tell. */
  #findMade(twin: string, value: unknown, before = Infinity): void {
    if (typeof value !== 'string' || value.length < 4 || !/\d/.test(value)) return
    if (this.#refs.has(value)) return
    for (const call of this.#recording.calls) {
      if (call.twin !== twin || call.n >= before) continue
      // What was sent is no news.
      if (wordsOf(call).includes(value)) return
      const found = leavesOf(call.reply).find((one) => one.value === value)
      if (found === undefined) continue
      // What a read tells was there before: in every trial alike, or looked up there.
      if (!call.writes) return
      const name = this.free(`${call.op.split('.').at(-1)} ${found.path.at(-1)}`)
      this.made.push({ name, call, path: found.path })
      this.#refs.set(value, { name, path: '' })
      return
    }
  }
}

function sameThing({ kind, shown }: GivenThing, other: FreeJson): boolean {
  return JSON.stringify(kind.names(shown)) === JSON.stringify(kind.names(other))
}

/** Names that a scenario is handed, or that are words of the language. */
const reserved = `
  given subject step check must journal now advance changes random pick person settled kit reply scenario
  new class default delete function import in this null true false let const await async return if for do
  okta jira slack`
  .trim()
  .split(/\s+/)
