import type { PageExchange, PageTrial } from '../page-trial.ts'
import { drawDiff } from './diff-view.ts'
import { element } from './dom.ts'
import { prettyLines } from './pretty.ts'

/** A passing trial to hold a call against. */
export interface Passing {
  trial: PageTrial
  /** Its own number in the page. */
  number: number
}

/** What was sent and answered in one exchange, and how the same call went in a passing trial. */
export function drawExchangeDetails(
  view: PageExchange,
  own: PageTrial,
  passing: Passing | undefined,
): HTMLElement {
  const address = [view.method, view.path].filter(Boolean).join(' ')
  const isCall = view.kind === 'call'
  const isBare = isCall && view.request === undefined && view.reply === undefined
  return element(
    'div',
    { class: 'details' },
    address !== '' && element('p', {}, element('code', {}, address)),
    view.depth !== undefined &&
      element('p', { class: 'soft' }, `The twin knows this operation at depth “${view.depth}”.`),
    view.divergences !== undefined &&
      element('p', { class: 'odd' }, `Our reply left the contract: ${view.divergences.join('; ')}`),
    view.crash !== undefined && element('pre', { tabindex: 0 }, view.crash),
    element(
      'div',
      { class: 'sides' },
      drawBody(isCall ? 'Request' : 'What it tells', view.request),
      drawBody(view.lost ? 'Reply, which never arrived' : 'Reply', view.reply),
    ),
    isBare &&
      element(
        'p',
        { class: 'soft' },
        'Bodies are kept for trials that show a failure; backlot replay --bodies tells them.',
      ),
    isCall && passing !== undefined && drawComparison(view, own, passing),
  )
}

function drawBody(title: string, body: string | undefined): HTMLElement | undefined {
  if (body === undefined || body === '') return undefined
  return element(
    'section',
    {},
    element('h5', {}, title),
    element('pre', { tabindex: 0 }, prettyLines(body).join('\n')),
  )
}

function drawComparison(
  view: PageExchange,
  own: PageTrial,
  { trial, number }: Passing,
): HTMLElement {
  const twin = findSameCall(view, own, trial)
  const link = element('a', { href: `#trial=${number}` }, trial.id)
  if (twin === undefined) {
    return element('p', { class: 'soft' }, 'There is no such call in the passing trial ', link, '.')
  }
  const [before, after] = [linesOf(twin), linesOf(view)]
  const isSame = before.length === after.length && before.every((line, i) => line === after[i])
  const heading = isSame
    ? 'The same, to the letter, in the passing trial '
    : 'Against the passing trial '
  return element(
    'section',
    { class: 'against' },
    element('h5', {}, heading, link),
    !isSame &&
      drawDiff(before, after, {
        before: `passing, exchange ${twin.n}`,
        after: `this trial, exchange ${view.n}`,
      }),
  )
}

/** The call of the same operation, by the same side, that came as many such calls after the first. */
export function findSameCall(
  view: PageExchange,
  own: PageTrial,
  other: PageTrial,
): PageExchange | undefined {
  const isLike = (one: PageExchange): boolean =>
    one.kind === view.kind && one.by === view.by && one.twin === view.twin && one.what === view.what
  const place = own.exchanges.filter(isLike).findIndex(({ n }) => n === view.n)
  return other.exchanges.filter(isLike)[place]
}

function linesOf({ method, path, request, reply, status, lost }: PageExchange): string[] {
  return [
    [method, path].filter(Boolean).join(' '),
    ...(request === undefined || request === '' ? [] : prettyLines(request)),
    lost ? `→ ${status}, which never arrived` : `→ ${status}`,
    ...(reply === undefined || reply === '' ? [] : prettyLines(reply)),
  ]
}
