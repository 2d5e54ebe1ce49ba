import { html, type Html } from '../report/html.ts'
import { percent, span } from '../report/words.ts'
import type { Gap } from '../holdout/gap.ts'
import type { Score } from '../score.ts'
import { drawCourse } from './page-course.ts'
import { drawBar, drawTable, planName, points } from './page-table.ts'
import type { ReleaseData, ScoreGroup } from './release-data.ts'

/** The score over time, public against holdout, and both by tag, service and fault plan. */
export function drawScores(data: ReleaseData): Html {
  const { gap, verdict, byTag, byService, byPlan } = data
  return html`<section id="score" aria-labelledby="score-title">
    <h2 id="score-title">Score</h2>
    <h3>Public against holdout</h3>
    ${drawTable({
      caption: 'Satisfied trials. The bar is the 95 % interval, from 0 to 100 %.',
      head: ['Cases', 'Satisfied', bars, '95 % interval', 'Trials'],
      rows: [
        drawRow('Holdout (sealed)', data.holdout, verdict.floor),
        drawRow('Public', data.public),
      ],
    })}
    ${gap !== null && html`<p>${tellGap(gap)}</p>`}
    ${
      verdict.floor !== undefined &&
      html`<p class="soft">
        The dashed line is what the policy asks of the lower end: ${percent(verdict.floor)}.
      </p>`
    }
    ${drawCourse(data)} ${drawGroup('Tag', byTag)} ${drawGroup('Service', byService)}
    ${drawGroup(
      'Fault plan',
      byPlan.map((one) => ({ ...one, name: planName(one.name) })),
    )}
  </section>`
}

/** Of the column of bars, which goes where there is no room for it. */
const bars = html`<span class="bars">Bar</span>`

function tellGap({ value, low, high, significant }: Gap): string {
  const range = `(95 % interval ${points(low)} to ${points(high)})`
  if (Math.abs(value) < 0.0005) return `Public cases and the holdout go equally well ${range}.`
  const how = value < 0 ? 'worse' : 'better'
  const said = `Public cases go ${how} than the holdout by ${points(Math.abs(value)).slice(1)} ${range}.`
  if (significant) {
    return `${said} That is more than luck: the subject does better on what its author can see.`
  }
  return `${said} ${value > 0 ? 'Luck can explain that.' : 'Nothing says that they flatter it.'}`
}

function drawGroup(what: string, groups: readonly ScoreGroup[]): Html {
  if (groups.length === 0) return html``
  return html`<h3>By ${what.toLowerCase()}</h3>
    ${drawTable({
      caption: `Satisfied trials by ${what.toLowerCase()}, lowest of the holdout first`,
      head: [what, 'Holdout', bars, '95 % interval', 'Trials', 'Public', 'Trials'],
      rows: [...groups].sort((a, b) => rank(a) - rank(b)).map(drawGroupRow),
    })}`
}

function rank({ holdout }: ScoreGroup): number {
  return holdout?.satisfaction ?? 2
}

function drawGroupRow({ name, holdout, public: open }: ScoreGroup): Html {
  return html`<tr>
    <th scope="row"><bdi>${name}</bdi></th>
    ${holdout === null ? html`<td colspan="4" class="soft">none sealed</td>` : drawCells(holdout)}
    ${
      open === null
        ? html`<td colspan="2" class="soft">none public</td>`
        : html`<td class="n">${percent(open.satisfaction)}</td>
            <td class="n">${trialsOf(open)}</td>`
    }
  </tr>`
}

function drawRow(name: string, score: Score, floor?: number): Html {
  return html`<tr>
    <th scope="row">${name}</th>
    ${drawCells(score, floor)}
  </tr>`
}

function drawCells(score: Score, floor?: number): Html {
  return html`<td class="n">${percent(score.satisfaction)}</td>
    <td class="bars">${drawBar(score, floor)}</td>
    <td class="n">${score.interval === null ? 'unknown' : span(score.interval)}</td>
    <td class="n">${trialsOf(score)}</td>`
}

/** `30/48`, and what was inconclusive beside it. */
function trialsOf({ satisfied, unsatisfied, inconclusive }: Score): string {
  const odd = inconclusive === 0 ? '' : ` (${inconclusive} inconclusive)`
  return `${satisfied} of ${satisfied + unsatisfied}${odd}`
}
