import { noteEscape } from '../../../fronts/escape.ts'
import type { OpenWorld } from '../../../fronts/worlds.ts'
import type { EscapeAttempt } from '../wall.ts'

/** So many attempts of a trial are listed one by one; the others are counted. */
const listedMax = 200

interface Page {
  open: OpenWorld
  /** What need not be said twice. */
  said: Set<string>
  listed: number
  surplus: number
}

/**
 * Who tried to get out. What can't be told apart is noted in every world that is open; what comes
 * when none is, in the one that is opened next, so that nothing is lost between two trials.
 */
export class EscapeBook {
  readonly #pages = new Map<string, Page>()
  #waiting: EscapeAttempt[] = []
  #waitingSurplus = 0

  /** From now on attempts are this world's, or also this world's. */
  open(open: OpenWorld): void {
    const page: Page = { open, said: new Set(), listed: 0, surplus: this.#waitingSurplus }
    this.#pages.set(open.id, page)
    for (const one of this.#waiting) write(page, one)
    this.#waiting = []
    this.#waitingSurplus = 0
  }

  /** Ends a world's page. */
  close(id: string): void {
    const page = this.#pages.get(id)
    this.#pages.delete(id)
    if (page === undefined || page.surplus === 0) return
    noteEscape(page.open.world, `${page.surplus} more attempts`, 'not listed:')
  }

  /** Notes an attempt in the worlds it may be of; in all that are open where nobody knows. */
  note(attempt: EscapeAttempt, ids?: ReadonlySet<string>): void {
    const pages = [...this.#pages.values()]
    const known = pages.filter(({ open }) => ids?.has(open.id))
    const meant = known.length > 0 ? known : pages
    for (const page of meant) write(page, attempt)
    if (meant.length > 0 || this.#waiting.some((one) => isSame(one, attempt))) return
    if (this.#waiting.length < listedMax) this.#waiting.push(attempt)
    else this.#waitingSurplus++
  }

  /** What was tried when no world was open, and has found none since. */
  takeStrays(): EscapeAttempt[] {
    return this.#waiting.splice(0)
  }
}

function isSame(one: EscapeAttempt, other: EscapeAttempt): boolean {
  const isRequest = one.sent !== undefined || other.sent !== undefined
  return !isRequest && one.how === other.how && one.target === other.target
}

/** Lookups and connections are said once for each place; requests each time, since each may carry something else. */
function write(page: Page, { target, how, sent }: EscapeAttempt): void {
  const line = `${how} ${target}`
  const isRequest = sent !== undefined
  if (!isRequest && page.said.has(line)) return
  if (page.listed >= listedMax) {
    page.surplus++
    return
  }
  page.said.add(line)
  page.listed++
  noteEscape(page.open.world, target, how, sent)
}
