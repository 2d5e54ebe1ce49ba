import type { PageIndex } from '../page-index.ts'
import type { PageTrial } from '../page-trial.ts'
import { replayCommand } from '../replay-command.ts'
import { howLong, plural, shortJson } from '../words.ts'
import { element } from './dom.ts'
import type { Passing } from './exchange-details.ts'
import { drawStoryList, openRow } from './story-list.ts'
import { findRow, tellStory, type Happening } from './story.ts'
import { drawTimeline } from './timeline.ts'

/** One trial, whole. */
export function drawTrialPanel(
  trial: PageTrial,
  passing: Passing | undefined,
  { subjectFile, wall }: PageIndex,
  width: number,
): Node[] {
  const story = tellStory(trial)
  const list = drawStoryList({ trial, story, passing })
  const { plan, seed, verdict, why, unexpected } = trial
  return [
    element('h3', { id: 'trial-name', tabindex: -1 }, trial.name),
    element(
      'p',
      {},
      element('span', { class: `badge ${verdict}` }, verdict),
      ` seed ${seed}, ${plan.name} · ${tellBudget(trial)} · ${howLong(trial.wallMs)} on the wall`,
    ),
    element(
      'pre',
      { class: 'command', tabindex: 0, 'aria-label': 'The command that plays this trial again' },
      replayCommand(trial.id, subjectFile, wall),
    ),
    ...(why.length > 0 ? [drawReasons(trial, story, list)] : []),
    ...(plan.places.length > 0
      ? [
          element(
            'p',
            { class: 'soft' },
            `Faults laid: ${plan.places.join('; ')}. ${plural(plan.struck, 'call was', 'calls were')} struck.`,
          ),
        ]
      : []),
    ...(unexpected.length > 0 ? [drawChanges(trial)] : []),
    ...(story.length > 0 ? [drawTimes(story, width, list)] : []),
    element('h4', {}, 'What happened'),
    list,
  ]
}

/** What fell short; each leads to the row that shows it. */
function drawReasons(
  { why }: PageTrial,
  story: readonly Happening[],
  list: HTMLElement,
): HTMLElement {
  return element(
    'ul',
    { class: 'why' },
    ...why.map((reason) => {
      const row = findRow(reason, story)
      if (row === -1) return element('li', {}, reason.text)
      const button = element('button', { type: 'button', class: 'plain' }, reason.text)
      button.addEventListener('click', () => openRow(list, row))
      return element('li', {}, button)
    }),
  )
}

function tellBudget({ budget }: PageTrial): string {
  return (Object.entries(budget) as [string, { used?: unknown; most?: number } | undefined][])
    .flatMap(([name, spent]) => {
      if (spent === undefined || typeof spent.used !== 'number') return []
      const used = Math.round(spent.used * 1000) / 1000
      return [`${used}${spent.most === undefined ? '' : ` of ${spent.most}`} ${name}`]
    })
    .join(', ')
}

function drawTimes(
  story: ReturnType<typeof tellStory>,
  width: number,
  list: HTMLElement,
): HTMLElement {
  const scale = element('input', { type: 'checkbox' })
  const draw = (): HTMLElement =>
    drawTimeline(story, width, scale.checked, (happening) => openRow(list, happening))
  let drawn = draw()
  scale.addEventListener('change', () => {
    const next = draw()
    drawn.replaceWith(next)
    drawn = next
  })
  return element(
    'section',
    { 'aria-label': 'Time line' },
    element(
      'div',
      { class: 'heading' },
      element('h4', {}, 'Time line'),
      element('label', { class: 'soft' }, scale, ' true to scale'),
    ),
    drawn,
    drawLegend(),
  )
}

function drawLegend(): HTMLElement {
  const entries: [mark: string, text: string][] = [
    ['●', 'call'],
    ['○', 'look of the scenario'],
    ['◆', 'event'],
    ['◎', 'struck by a fault'],
  ]
  return element(
    'p',
    { class: 'legend soft' },
    ...entries.map(([mark, text]) => element('span', {}, `${mark} ${text}`)),
    element('span', { class: 'bad' }, 'red: refused or failed'),
    element('span', {}, 'virtual time; long waits are drawn short'),
  )
}

function drawChanges({ unexpected }: PageTrial): HTMLElement {
  const rows = unexpected.flatMap(({ table, id, kind, fields, by }) =>
    fields.map(({ path, before, after }) =>
      element(
        'tr',
        {},
        element('td', {}, `${kind}: `, element('code', {}, `${table}[${id}]${path && `.${path}`}`)),
        element('td', {}, element('code', {}, shortJson(before, 300))),
        element('td', {}, element('code', {}, shortJson(after, 300))),
        element('td', {}, by.join(', ') || 'time'),
      ),
    ),
  )
  const head = ['What', 'Before', 'After', 'By exchange']
  return element(
    'div',
    {
      class: 'scroll',
      tabindex: 0,
      role: 'region',
      'aria-label': 'Changes that nothing accounts for',
    },
    element(
      'table',
      {},
      element('caption', {}, 'Changes that nothing in the scenario accounts for'),
      element(
        'thead',
        {},
        element('tr', {}, ...head.map((name) => element('th', { scope: 'col' }, name))),
      ),
      element('tbody', {}, ...rows),
    ),
  )
}
