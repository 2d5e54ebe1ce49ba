import { isRecord } from '../../engine/contract/schema.ts'
import { isEpoch, isIdName, isIdText, isTimeText, isUrl } from '../../engine/learn/looks.ts'

const token = /[\w.~+-]+/g

/**
 * Which value of ours stands for which recorded one: found out as replies come in, used in the requests that
 * follow. One recorded id is one id of ours, and the other way round.
 */
export class Unifier {
  readonly #ours = new Map<string, string>()
  readonly #recorded = new Map<string, string>()

  /** Notes that two values mean the same; false when one of them means something else already. */
  pair(recorded: string, ours: string): boolean {
    const known = this.#ours.get(recorded)
    const back = this.#recorded.get(ours)
    if (known !== undefined || back !== undefined) return known === ours && back === recorded
    this.#ours.set(recorded, ours)
    this.#recorded.set(ours, recorded)
    return true
  }

  /** A moment may mean several: pages and windows begin at times, and two clocks round otherwise. */
  #pairTimes(recorded: string, ours: string): void {
    if (!this.#ours.has(recorded)) this.#ours.set(recorded, ours)
  }

  /** Recorded text with every known value replaced by ours. */
  translate(text: string): string {
    const whole = this.#ours.get(text)
    if (whole !== undefined) return whole
    if (this.#ours.size === 0 || text.length < 4) return text
    return text.replaceAll(token, (one) => (one.length < 4 ? one : (this.#ours.get(one) ?? one)))
  }

  /** A recorded JSON value, likewise; numbers that are ids too. */
  translateValue(value: unknown): unknown {
    if (typeof value === 'string') return this.translate(value)
    if (typeof value === 'number') {
      const ours = value > 999 ? this.#ours.get(String(value)) : undefined
      return ours !== undefined && /^\d+$/.test(ours) ? Number(ours) : value
    }
    if (Array.isArray(value)) return value.map((one) => this.translateValue(one))
    if (!isRecord(value)) return value
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [this.translate(name), this.translateValue(one)]),
    )
  }

  /** Finds what corresponds in two replies. Lists are aligned first by what is known, then by order. */
  learn(recorded: unknown, ours: unknown, name = ''): void {
    if (Array.isArray(recorded) && Array.isArray(ours)) {
      for (const [theirs, mine] of this.align(recorded, ours)) this.learn(theirs, mine, name)
    } else if (isRecord(recorded) && isRecord(ours)) {
      for (const [key, theirs] of Object.entries(recorded)) {
        if (Object.hasOwn(ours, key)) this.learn(theirs, ours[key], key)
      }
    } else this.same(recorded, ours, name)
  }

  /** Whether two scalars mean the same; notes newly found pairs. */
  same(recorded: unknown, ours: unknown, name: string): boolean {
    if (recorded === ours) {
      // What is equal stands for itself, so that nothing else is taken for it later.
      if (typeof recorded === 'string' && isIdText(recorded) && !this.#ours.has(recorded))
        this.pair(recorded, recorded)
      return true
    }
    if (typeof recorded === 'number' && typeof ours === 'number') {
      if (isEpoch(recorded) && isEpoch(ours)) return true
      return isIdName(name) && recorded > 0 && this.pair(String(recorded), String(ours))
    }
    if (typeof recorded !== 'string' || typeof ours !== 'string') return false
    if (isTimeText(recorded) && isTimeText(ours)) {
      this.#pairTimes(recorded, ours)
      return true
    }
    if (this.#ours.get(recorded) === ours) return true
    if (isVolatile(recorded, ours, name)) return this.pair(recorded, ours)
    return this.translate(recorded) === ours || this.#sameParts(recorded, ours)
  }

  /** Texts that hold ids or moments: equal but for those. Hosts may differ. */
  #sameParts(recorded: string, ours: string): boolean {
    const [theirs, mine] =
      isUrl(recorded) && isUrl(ours) ? [pathOf(recorded), pathOf(ours)] : [recorded, ours]
    const [a, b] = [theirs.match(token) ?? [], mine.match(token) ?? []]
    if (a.length !== b.length || a.length === 0) return false
    if (theirs.replaceAll(token, '') !== mine.replaceAll(token, '')) return false
    return a.every((one, i) => {
      const other = b[i]!
      if (one === other || this.#ours.get(one) === other) return true
      return isIdText(one) && isIdText(other) && this.pair(one, other)
    })
  }

  /** Pairs the members of two lists. */
  align(recorded: readonly unknown[], ours: readonly unknown[]): [unknown, unknown][] {
    const out: [unknown, unknown][] = []
    const free = new Set(ours)
    const left: unknown[] = []
    const byKey = new Map<string, unknown>()
    for (const mine of ours) {
      const key = keyOf(mine)
      if (key !== undefined && !byKey.has(key)) byKey.set(key, mine)
    }
    for (const theirs of recorded) {
      const key = keyOf(theirs)
      const mine = key === undefined ? undefined : byKey.get(this.#ours.get(key) ?? key)
      if (mine === undefined || !free.delete(mine)) left.push(theirs)
      else out.push([theirs, mine])
    }
    const rest = ours.filter((one) => free.delete(one) && !this.#isTaken(one))
    left
      .filter((one) => !this.#isKnown(one))
      .forEach((theirs, i) => {
        if (i < rest.length) out.push([theirs, rest[i]])
      })
    return out
  }

  #isKnown(recorded: unknown): boolean {
    const key = keyOf(recorded)
    return key !== undefined && this.#ours.has(key)
  }

  #isTaken(ours: unknown): boolean {
    const key = keyOf(ours)
    return key !== undefined && this.#recorded.has(key)
  }
}

function keyOf(item: unknown): string | undefined {
  if (!isRecord(item)) return undefined
  for (const name of ['id', 'key', 'ts', 'name']) {
    const value = Object.hasOwn(item, name) ? item[name] : undefined
    if (typeof value === 'string' || typeof value === 'number') return String(value)
  }
  return undefined
}

function isVolatile(recorded: string, ours: string, name: string): boolean {
  if (isUrl(recorded) || recorded.includes(' ') || ours.includes(' ')) return false
  if (isIdText(recorded) && isIdText(ours)) return true
  return isIdName(name) && recorded !== '' && ours !== '' && (isIdText(recorded) || isIdText(ours))
}

function pathOf(url: string): string {
  return url.replace(/^https?:\/\/[^/]+/, '')
}
