import { verdicts, type PageIndex } from '../page-index.ts'
import { element } from './dom.ts'
import { noWishes, type Wishes } from './filter.ts'

/** The row of fields above the list. */
export class FilterBar {
  readonly search: HTMLInputElement
  readonly #fields: ReadonlyMap<keyof Wishes, HTMLInputElement | HTMLSelectElement>
  readonly #reset: HTMLButtonElement
  readonly #index: PageIndex
  #failure = ''
  readonly #note: HTMLElement

  constructor(bar: HTMLElement, index: PageIndex, changed: (wishes: Wishes) => void) {
    this.#index = index
    const { scenarios, plans } = index
    const sorted = (all: string[]): string[] => [...new Set(all)].sort()
    this.search = element('input', {
      type: 'search',
      id: 'search',
      placeholder: 'Search',
      'aria-label': 'Search trials: names, plans, reasons, operations, ids',
      title:
        'Names, tags, services, plans, reasons, operations; with an @ ids. Several words must all be there.',
    })
    const choices: [keyof Wishes, HTMLSelectElement][] = [
      [
        'verdict',
        choose(
          'any verdict',
          verdicts.map((one) => [one, one]),
        ),
      ],
      [
        'scenario',
        choose(
          'any scenario',
          scenarios.map(({ id, name }) => [id, name]),
        ),
      ],
      [
        'plan',
        choose(
          'any plan',
          plans.map((one) => [one, one]),
        ),
      ],
      [
        'tag',
        choose(
          'any tag',
          sorted(scenarios.flatMap(({ tags }) => [...tags])).map((one) => [one, one]),
        ),
      ],
      [
        'service',
        choose(
          'any service',
          sorted(scenarios.flatMap(({ twins }) => [...twins])).map((one) => [one, one]),
        ),
      ],
    ]
    this.#fields = new Map<keyof Wishes, HTMLInputElement | HTMLSelectElement>([
      ['text', this.search],
      ...choices,
    ])
    this.#reset = element('button', { type: 'button' }, 'Show all')
    this.#note = element('span', { class: 'failure-note' })
    bar.replaceChildren(this.search, ...choices.map(([, field]) => field), this.#note, this.#reset)
    bar.addEventListener('input', () => changed(this.#read()))
    this.#reset.addEventListener('click', () => changed({ ...noWishes }))
  }

  /** Shows what is wished for, wherever it was said. */
  show(wishes: Wishes): void {
    for (const [name, field] of this.#fields) {
      if (field.value !== wishes[name]) field.value = wishes[name]
    }
    this.#failure = wishes.failure
    const failure = wishes.failure === '' ? undefined : this.#index.failures[Number(wishes.failure)]
    this.#note.textContent =
      failure === undefined ? '' : `fell short alike: ${failure.text.split('\n', 1)[0]}`
    this.#reset.hidden = Object.values(wishes).every((wish) => wish === '')
  }

  #read(): Wishes {
    const wishes: Wishes = { ...noWishes, failure: this.#failure }
    for (const [name, field] of this.#fields) wishes[name] = field.value
    return wishes
  }
}

/** A list to choose from; one with nothing to choose is hidden. */
function choose(
  any: string,
  choices: readonly [value: string, label: string][],
): HTMLSelectElement {
  const select = element(
    'select',
    { 'aria-label': any.replace('any ', 'Only of ') },
    element('option', { value: '' }, any),
    ...choices.map(([value, label]) => element('option', { value }, label)),
  )
  select.hidden = choices.length < 2
  return select
}
