import { verdicts, type PageIndex } from '../page-index.ts'
import { element } from './dom.ts'
import { scrollToRow, visibleRows } from './visible-rows.ts'

/** As high as `.row` in page.css. */
const ROW_PX = 52
const marks = { satisfied: '✓', unsatisfied: '✗', inconclusive: '?' } as const

/**
 * A list box over thousands of trials, of which only those in sight are in the page. What is chosen is
 * told to `choose`; the box itself keeps the focus.
 */
export class TrialList {
  #shown: readonly number[] = []
  #chosen: number | undefined
  readonly #index: PageIndex
  readonly #box: HTMLElement
  readonly #tall: HTMLElement
  readonly #choose: (trial: number) => void

  constructor(box: HTMLElement, index: PageIndex, choose: (trial: number) => void) {
    this.#index = index
    this.#choose = choose
    this.#box = box
    this.#tall = element('div', { class: 'tall', role: 'presentation' })
    box.append(this.#tall)
    box.addEventListener('scroll', () => this.#draw())
    new ResizeObserver(() => this.#draw()).observe(box)
    box.addEventListener('click', ({ target }) => {
      const row = (target as Element).closest<HTMLElement>('[data-trial]')
      if (row !== null) choose(Number(row.dataset['trial']))
    })
  }

  /** Shows other trials, one of them chosen. */
  show(trials: readonly number[], chosen: number | undefined): void {
    const isOther = trials !== this.#shown
    this.#shown = trials
    this.#chosen = chosen
    this.#tall.style.height = `${trials.length * ROW_PX}px`
    if (isOther) this.#box.scrollTop = 0
    const row = chosen === undefined ? -1 : trials.indexOf(chosen)
    if (row >= 0) this.#box.scrollTop = scrollToRow(this.#view(), ROW_PX, row)
    this.#draw()
  }

  /** Chooses the trial so many rows further down, counted from above the first where none is chosen. */
  move(rows: number): void {
    const at = this.#chosen === undefined ? -1 : this.#shown.indexOf(this.#chosen)
    const to = Math.max(0, Math.min(this.#shown.length - 1, at + rows))
    const trial = this.#shown[to]
    if (trial !== undefined) this.#choose(trial)
    // Whoever presses a key at the top of the page sees what it did, and Enter goes on from here.
    this.#box.focus({ preventScroll: true })
    this.#box.scrollIntoView({ block: 'nearest' })
  }

  #view(): { top: number; height: number } {
    return { top: this.#box.scrollTop, height: this.#box.clientHeight }
  }

  #draw(): void {
    const { from, to } = visibleRows(this.#view(), ROW_PX, this.#shown.length)
    const rows: HTMLElement[] = []
    for (let at = from; at < to; at++) rows.push(this.#drawRow(at))
    this.#tall.replaceChildren(...rows)
    const isSeen = rows.some((row) => row.getAttribute('aria-selected') === 'true')
    if (isSeen) this.#box.setAttribute('aria-activedescendant', `trial-${this.#chosen}`)
    else this.#box.removeAttribute('aria-activedescendant')
  }

  #drawRow(at: number): HTMLElement {
    const trial = this.#shown[at]!
    const { columns, scenarios, plans, texts, lists } = this.#index
    const verdict = verdicts[columns.verdict[trial]!]!
    const why = lists[columns.why[trial]!]!.map((text) => texts[text]!)
    const { name } = scenarios[columns.scenario[trial]!]!
    const about = `seed ${columns.seed[trial]!}, ${plans[columns.plan[trial]!]!}`
    const row = element(
      'div',
      {
        class: 'row',
        role: 'option',
        id: `trial-${trial}`,
        'data-trial': trial,
        'aria-selected': String(trial === this.#chosen),
        'aria-setsize': this.#shown.length,
        'aria-posinset': at + 1,
      },
      element(
        'span',
        { class: `mark ${verdict}`, role: 'img', 'aria-label': verdict },
        marks[verdict],
      ),
      element('span', { class: 'name' }, name),
      element(
        'span',
        { class: 'about' },
        element('span', { class: 'soft' }, about),
        why.length > 0 && element('span', { class: 'why' }, ` · ${why.join(' · ')}`),
      ),
    )
    row.style.top = `${at * ROW_PX}px`
    return row
  }
}
