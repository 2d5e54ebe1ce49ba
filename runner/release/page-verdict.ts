import { html, type Html } from '../report/html.ts'
import { percent, plural, span } from '../report/words.ts'
import type { Score } from '../score.ts'
import { points } from './page-table.ts'
import type { ReleaseData, ReleaseVerdict } from './release-data.ts'

const looks: Readonly<
  Record<ReleaseVerdict['word'], { word: string; sign: string; look: string }>
> = {
  accepted: { word: 'Accepted', sign: '✓', look: 'good' },
  rejected: { word: 'Rejected', sign: '✗', look: 'bad' },
  inconclusive: { word: 'Inconclusive', sign: '?', look: 'odd' },
  undecided: { word: 'Not decided', sign: '–', look: 'odd' },
}

/** The verdict in a word. */
export function verdictWord({ word }: ReleaseVerdict): string {
  return looks[word].word
}

/** May it go out, and why (not): what a reader with one minute reads. */
export function drawVerdict(data: ReleaseData): Html {
  const { verdict, warnings } = data
  const { word, sign, look } = looks[verdict.word]
  const rules = [...verdict.rules].sort((a, b) => Number(a.held) - Number(b.held))
  return html`<section id="verdict" class="verdict ${look}" aria-labelledby="verdict-title">
      <h2 id="verdict-title"><span aria-hidden="true">${sign}</span> ${word}</h2>
      <p>${tellVerdict(verdict)}</p>
      ${
        rules.length > 0 &&
        html`<ul class="rules">
          ${rules.map(
            ({ held, sentence }) =>
              html`<li class="${held ? 'held' : 'broken'}">
                <span aria-hidden="true">${held ? '✓' : '✗'}</span>
                <span
                  ><span class="unseen">${held ? 'Holds: ' : 'Does not hold: '}</span
                  ><bdi>${sentence}</bdi></span
                >
              </li>`,
          )}
        </ul>`
      }
    </section>
    ${drawFigures(data)} ${warnings.map((one) => html`<p class="note"><bdi>${one}</bdi></p>`)}`
}

/** The verdict in a sentence. */
export function tellVerdict({ word, rules }: ReleaseVerdict): string {
  const broken = rules.filter(({ held }) => !held).length
  const all = plural(rules.length, 'rule')
  if (word === 'undecided') return 'No policy was given, so nothing is decided.'
  if (word === 'inconclusive') {
    return 'The scoring says too little to decide, through no fault of the subject. It counts as not passed.'
  }
  if (word === 'accepted')
    return `${rules.length === 1 ? 'The one rule' : `All ${all}`} of the policy held.`
  return `${broken} of ${all} of the policy did not hold.`
}

/** The figures that a verdict rests on, each with what it means. */
function drawFigures(data: ReleaseData): Html {
  const { gap, contained, changes } = data
  const tried = contained.escapes.reduce((sum, { count }) => sum + count, 0)
  const { wall } = contained
  const behind = wall === undefined ? 'no wall is known' : `wall: ${wall.name}`
  const figures: [title: string, figure: string, meaning: string, look?: string][] = [
    ['Holdout', percent(data.holdout.satisfaction), sureness(data.holdout)],
    ['Public cases', percent(data.public.satisfaction), sureness(data.public)],
    gap === null
      ? ['Gap', 'unknown', 'one part has no conclusive trial']
      : [
          'Gap: public minus holdout',
          points(gap.value),
          gap.significant ? 'more than luck: fitted to the public cases' : 'luck can explain it',
          gap.significant ? 'bad' : '',
        ],
    [
      'Attempts to get out',
      String(tried),
      wall?.unsafe === true ? `${behind}, which is unsafe` : behind,
      tried > 0 ? 'bad' : wall?.unsafe === false ? '' : 'odd',
    ],
  ]
  if (changes?.score) {
    const { value, verdict } = changes.score
    const meaning = { better: 'better', worse: 'worse', 'cannot-tell': 'luck can explain it' }
    const look = verdict === 'worse' ? 'bad' : ''
    figures.push(['Since the last accepted', points(value), meaning[verdict], look])
  }
  return html`<dl class="figures">
    ${figures.map(
      ([title, figure, meaning, look = '']) =>
        html`<div>
          <dt>${title}</dt>
          <dd><strong class="${look}">${figure}</strong> <span class="soft">${meaning}</span></dd>
        </div>`,
    )}
  </dl>`
}

function sureness({ interval, satisfied, unsatisfied }: Score): string {
  if (interval === null) return 'no conclusive trial'
  return `${span(interval)} with 95 % certainty, ${satisfied} of ${plural(satisfied + unsatisfied, 'trial')}`
}
