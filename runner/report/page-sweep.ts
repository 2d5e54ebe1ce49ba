import type { SweepCell, SweepResult, SweepRow } from '../sweep/sweep.ts'
import { html, type Html } from './html.ts'
import { replayCommand } from './replay-command.ts'
import { plural } from './words.ts'

type Outcome = SweepCell['outcome']

/** How an outcome is drawn: a sign, and the colour of its cell. */
const looks: Readonly<Record<Outcome, { sign: string; look: string }>> = {
  'wrong data': { sign: 'W', look: 'none' },
  'duplicate writes': { sign: 'D', look: 'none' },
  crashed: { sign: 'C', look: 'none' },
  stuck: { sign: 'S', look: 'none' },
  degraded: { sign: '~', look: 'some' },
  unclear: { sign: '?', look: 'unknown' },
  correct: { sign: '✓', look: 'all' },
  'not struck': { sign: '·', look: 'unknown' },
}
const order = Object.keys(looks) as Outcome[]

/** The failure-mode matrix: every dependency × every way in which it can fail, and the trial behind each cell that is worse than degraded. */
export function drawSweep(sweep: SweepResult | undefined): Html {
  if (sweep === undefined) return html``
  const { failures, rows, subject } = sweep
  return html`<section id="sweep" aria-labelledby="sweep-title">
    <h2 id="sweep-title">What it does when a dependency fails</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Failure-mode matrix">
      <table>
        <caption>
          <bdi>${subject.name}</bdi
          >, ${plural(sweep.trials, 'trial')}; a linked cell leads to its trial.
        </caption>
        <thead>
          <tr>
            <th scope="col">Dependency</th>
            ${failures.map(({ name }) => html`<th scope="col"><bdi>${name}</bdi></th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row, i) =>
              html`<tr>
                <th scope="row"><bdi>${nameOf(row)}</bdi></th>
                ${row.cells.map((cell, j) => drawCell(cell, anchorOf(i, j)))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${drawMeanings(sweep)} ${drawWorst(sweep)}
    ${sweep.notSwept.map(
      ({ scenario, why }) =>
        html`<p class="note">
          <bdi>${scenario}</bdi> is not swept: without any failure, <bdi>${why}</bdi>.
        </p>`,
    )}
    ${
      sweep.unplayed > 0 &&
      html`<p class="note">Interrupted: ${plural(sweep.unplayed, 'trial')} not played.</p>`
    }
  </section>`
}

function drawCell(cell: SweepCell | null, anchor: string): Html {
  if (cell === null) return html`<td></td>`
  const { sign, look } = looks[cell.outcome]
  const text = html`<span aria-hidden="true">${sign}</span
    ><span class="unseen">${cell.outcome}</span>`
  return html`<td class="sign ${look}">
    ${isBad(cell) ? html`<a href="#${anchor}">${text}</a>` : text}
  </td>`
}

function drawMeanings({ counts, meanings }: SweepResult): Html {
  const shown = order.filter((outcome) => counts[outcome] > 0)
  return html`<dl class="facts">
    ${shown.map(
      (outcome) =>
        html`<dt>${looks[outcome].sign} ${outcome}</dt>
          <dd>${plural(counts[outcome], 'cell')}: ${meanings[outcome]}</dd>`,
    )}
  </dl>`
}

/** The trial behind each cell that nobody wants, the worst first. */
function drawWorst({ rows, failures, subject }: SweepResult): Html {
  const bad = rows.flatMap((row, i) =>
    row.cells.flatMap((cell, j) =>
      cell !== null && isBad(cell)
        ? [{ row, cell, failure: failures[j]!.name, at: anchorOf(i, j) }]
        : [],
    ),
  )
  bad.sort((a, b) => order.indexOf(a.cell.outcome) - order.indexOf(b.cell.outcome))
  return html`${bad.map(
    ({ row, cell, failure, at }) =>
      html`<details class="failure" id="${at}">
        <summary>
          <strong class="bad">${cell.outcome}</strong>: <bdi>${nameOf(row)}</bdi>,
          <bdi>${failure}</bdi><br /><span class="soft"><bdi>${cell.why}</bdi></span>
        </summary>
        <pre class="command" tabindex="0">${replayCommand(cell.trial, subject.file)}</pre>
      </details>`,
  )}`
}

function isBad({ outcome }: SweepCell): boolean {
  return looks[outcome].look === 'none'
}

function nameOf({ twin, op }: SweepRow): string {
  return op === undefined ? twin : `${twin} ${op}`
}

function anchorOf(row: number, column: number): string {
  return `sweep-${row}-${column}`
}
