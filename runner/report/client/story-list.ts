import type { PageExchange, PageRequest, PageTrial } from '../page-trial.ts'
import { exchangeLine, howLong, shortJson } from '../words.ts'
import { drawDiff } from './diff-view.ts'
import { element } from './dom.ts'
import { drawExchangeDetails, type Passing } from './exchange-details.ts'
import { prettyLines, valueLines } from './pretty.ts'
import { lookOf, type Happening } from './story.ts'

/** What a trial's list of happenings is drawn from. */
export interface StoryParts {
  trial: PageTrial
  story: readonly Happening[]
  passing: Passing | undefined
}

/** Every happening as a row; those with more to tell open, and are filled when they do. */
export function drawStoryList(parts: StoryParts): HTMLOListElement {
  const rests = new Set(parts.trial.why.flatMap(({ exchanges }) => exchanges))
  const list = element('ol', { class: 'story' })
  for (const [i, one] of parts.story.entries()) {
    const row = drawRow(one, parts, rests)
    row.dataset['row'] = String(i)
    list.append(row)
  }
  return list
}

/** Opens a row, brings it into sight and gives it the focus. */
export function openRow(list: HTMLElement, happening: number): void {
  const row = list.querySelector<HTMLElement>(`[data-row="${happening}"]`)
  const details = row?.querySelector('details')
  if (details) details.open = true
  row?.scrollIntoView({ block: 'center' })
  row?.querySelector<HTMLElement>('summary')?.focus({ preventScroll: true })
}

function drawRow(one: Happening, parts: StoryParts, rests: ReadonlySet<number>): HTMLLIElement {
  if (one.kind === 'step') {
    const { sentence, failed } = one.step
    return element(
      'li',
      { class: 'step' },
      `${one.number}. ${sentence}`,
      failed !== undefined && element('span', { class: 'bad' }, ` – failed: ${failed}`),
    )
  }
  if (one.kind === 'check') return drawCheck(one)
  if (one.kind === 'exchange') return drawExchange(one.view, parts, rests)
  return drawRequest(one.request, one.kind)
}

function drawExchange(
  view: PageExchange,
  parts: StoryParts,
  rests: ReadonlySet<number>,
): HTMLLIElement {
  const isReason = rests.has(view.n)
  return drawFolded(
    `exchange ${lookOf(view)}${isReason ? ' rests' : ''}`,
    [
      element('span', { class: 'soft time' }, `+${howLong(view.atMs)}`),
      element('span', { class: 'what' }, exchangeLine(view)),
      isReason && element('span', { class: 'tag bad' }, 'the failure rests on this'),
      view.divergences !== undefined && element('span', { class: 'tag odd' }, 'left the contract'),
    ],
    () => drawExchangeDetails(view, parts.trial, parts.passing),
  )
}

function drawRequest({ request, reply }: PageRequest, kind: 'asked' | 'answered'): HTMLLIElement {
  const address = `${request.method} ${request.path}`
  if (kind === 'asked') {
    return drawFolded(
      'asked',
      [element('span', { class: 'what' }, `the subject is asked: ${address}`)],
      () =>
        element('div', { class: 'details' }, element('pre', { tabindex: 0 }, jsonOf(request.body))),
    )
  }
  const said =
    reply.problem === undefined ? `${reply.status} ${shortJson(reply.body, 80)}` : reply.problem.why
  const isFine = reply.problem === undefined && reply.status >= 200 && reply.status < 400
  return drawFolded(
    `answered ${isFine ? 'fine' : 'refused'}`,
    [element('span', { class: 'what' }, `the subject answers ${address}: ${said}`)],
    () =>
      element(
        'div',
        { class: 'details' },
        element('pre', { tabindex: 0 }, jsonOf(reply.body)),
        reply.stderr !== '' && element('h5', {}, 'stderr'),
        reply.stderr !== '' && element('pre', { tabindex: 0 }, reply.stderr),
      ),
  )
}

function drawCheck({ check }: Happening & { kind: 'check' }): HTMLLIElement {
  const { ok, sentence, actual, expected, restsOn } = check
  const row = drawFolded(
    `check ${ok ? 'fine' : 'failed'}`,
    [
      element(
        'span',
        { class: 'what' },
        element('span', { class: ok ? 'good' : 'bad' }, ok ? '✓ ' : '✗ '),
        sentence,
      ),
    ],
    () =>
      element(
        'div',
        { class: 'details' },
        ok
          ? element('pre', { tabindex: 0 }, valueLines(actual).join('\n'))
          : drawExpectation(actual, expected),
        restsOn.length > 0 &&
          element('p', { class: 'soft' }, `It rests on exchange ${restsOn.join(', ')}.`),
      ),
  )
  if (!ok) row.querySelector('details')!.open = true
  return row
}

/** What was found laid over what was expected. */
function drawExpectation(actual: unknown, expected: unknown): HTMLElement {
  return drawDiff(valueLines(expected), valueLines(actual), { before: 'expected', after: 'it is' })
}

function drawFolded(
  look: string,
  summary: (Node | string | false)[],
  fill: () => HTMLElement,
): HTMLLIElement {
  const details = element('details', {}, element('summary', {}, ...summary))
  details.addEventListener('toggle', () => {
    if (details.open && details.childElementCount === 1) details.append(fill())
  })
  return element('li', { class: look }, details)
}

function jsonOf(value: unknown): string {
  if (value === undefined) return '(nothing)'
  return typeof value === 'string' ? prettyLines(value).join('\n') : JSON.stringify(value, null, 2)
}
