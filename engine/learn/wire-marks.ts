import { createChance, drawFraction } from '../chance.ts'
import { instantiate } from './instantiate.ts'
import type { WireMarks } from './knowledge.ts'
import { momentOf } from './times.ts'
import { maskOf } from './template.ts'
import type { Recorded } from './recorded.ts'

// What a service writes into headers of its replies, whatever they say: ids of requests, versions, limits.

const requestName = /(^|-)(request|correlation|trace|transaction)-?id$/
const rateName = /^(?:x-)?rate-?limit-(limit|remaining|reset)$/
const windows = [1, 10, 60, 300, 600, 900, 3600, 86_400].map((seconds) => seconds * 1000)
const unquoted = /^(W\/)?"?([^"]*)"?$/

interface RateSeen {
  op: string
  n: number
  cassette: string
  limit: number
  remaining: number
  /** How long until it is full again, in ms. */
  leftMs: number | undefined
}

/** Collects what replies say in their headers. */
export class WireMarkFinder {
  readonly #ids = new Map<string, string>()
  readonly #rates: RateSeen[] = []
  readonly #limits = new Map<string, number>()
  readonly #names = new Map<string, string>()
  #etag: string | undefined
  #resetAs: NonNullable<WireMarks['rate']>['resetAs'] = 's'
  #isSkipped = false
  #isGuarded = false

  /** Looks at one exchange of an operation. */
  note(op: string, recorded: Recorded): void {
    const { replyHeaders, status, headers } = recorded
    for (const [name, [value]] of Object.entries(replyHeaders))
      if (requestName.test(name) && value !== undefined && value !== '')
        this.#ids.set(name, maskOf(value))
    const etag = replyHeaders['etag']?.[0]
    if (etag !== undefined) this.#etag ??= etag
    if (status === 304) this.#isSkipped = true
    if (status === 412 && headers['if-match'] !== undefined) this.#isGuarded = true
    this.#noteRate(op, recorded)
  }

  #noteRate(op: string, { replyHeaders, at, n, cassette }: Recorded): void {
    const found: Record<string, string> = {}
    for (const [name, [value]] of Object.entries(replyHeaders)) {
      const kind = rateName.exec(name)?.[1]
      if (kind === undefined || value === undefined) continue
      found[kind] = value
      this.#names.set(kind, name)
    }
    const [limit, remaining] = [Number(found['limit']), Number(found['remaining'])]
    if (!Number.isInteger(limit) || limit <= 0 || !Number.isInteger(remaining)) return
    this.#limits.set(op, limit)
    const leftMs = this.#leftUntil(found['reset'], at)
    if (this.#rates.length < 20_000) this.#rates.push({ op, n, cassette, limit, remaining, leftMs })
  }

  #leftUntil(reset: string | undefined, at: number | undefined): number | undefined {
    if (reset === undefined) return undefined
    const number = Number(reset)
    const moment = momentOf(Number.isNaN(number) ? reset : number)
    this.#resetAs = Number.isNaN(number)
      ? 'iso'
      : number > 1e11
        ? 'ms'
        : number > 1e8
          ? 's'
          : 'seconds'
    if (moment === undefined) return number * 1000
    return at === undefined ? undefined : moment - at
  }

  /** What was found; undefined when replies carry none of it. */
  marks(): WireMarks | undefined {
    const out: WireMarks = {}
    if (this.#ids.size > 0) out.requestIds = Object.fromEntries([...this.#ids].sort())
    if (this.#etag !== undefined) {
      const [, weak = '', inner = ''] = unquoted.exec(this.#etag) ?? []
      const quote = this.#etag.includes('"') ? '"' : ''
      const form = `${weak}${quote}«new ${maskOf(inner)}»${quote}`
      out.etag = { form, skips: this.#isSkipped, guards: this.#isGuarded }
    }
    const rate = this.#rate()
    if (rate !== undefined) out.rate = rate
    return Object.keys(out).length === 0 ? undefined : out
  }

  #rate(): WireMarks['rate'] {
    const remaining = this.#names.get('remaining')
    if (remaining === undefined || this.#limits.size === 0) return undefined
    const longest = Math.max(0, ...this.#rates.flatMap(({ leftMs }) => leftMs ?? []))
    const windowMs = windows.find((one) => one >= longest - 2000) ?? windows.at(-1)!
    let [shared, apart] = [0, 0]
    for (const [i, one] of this.#rates.entries()) {
      const before = this.#rates[i - 1]
      if (before?.cassette !== one.cassette || before.limit !== one.limit || before.op === one.op)
        continue
      if (one.remaining === before.remaining - 1) shared++
      else apart++
    }
    return {
      names: Object.fromEntries(this.#names),
      resetAs: this.#resetAs,
      windowMs: longest === 0 ? 60_000 : windowMs,
      isShared: shared >= apart,
      limits: Object.fromEntries([...this.#limits].sort()),
    }
  }
}

/** The version of a value, as the service would write it: the same for the same value, another for any other. */
export function etagOf(form: string, value: unknown): string {
  const chance = createChance(JSON.stringify(value) ?? '')
  const nothing = { path: {}, query: {}, body: undefined, thing: undefined, sibling: undefined }
  const random = (): number => drawFraction(chance)
  return String(instantiate(form, { ...nothing, origin: '', now: 0, random }))
}

/** Whether a condition such as `If-None-Match: "a", W/"b"` names this version. */
export function namesVersion(condition: string, etag: string): boolean {
  const strip = (one: string): string => one.trim().replace(/^W\//, '')
  return condition.split(',').some((one) => strip(one) === '*' || strip(one) === strip(etag))
}
