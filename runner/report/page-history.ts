import { html, type Html } from './html.ts'
import type { FormerRun, RunResult } from './result.ts'
import { percent, span } from './words.ts'

const WIDTH = 260
const HEIGHT = 64
const PAD = 8

/** The scores of former runs and of this one, as a line with intervals, and as a table for who would rather read. */
export function drawHistory({ former = [], startedAt, score }: RunResult): Html {
  if (former.length === 0) return html``
  const runs = [...former, { startedAt, score }]
  const step = (WIDTH - 2 * PAD) / Math.max(1, runs.length - 1)
  const y = (share: number): number => PAD + (1 - share) * (HEIGHT - 2 * PAD)
  const points = runs.flatMap(({ score: { satisfaction, interval } }, i) =>
    satisfaction === null ? [] : [{ x: PAD + i * step, at: satisfaction, interval }],
  )
  const label = `Satisfaction over ${runs.length} runs, the last ${percent(score.satisfaction)}`
  return html`<section class="history" aria-label="Former runs">
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">
      ${[0, 0.5, 1].map(
        (share) =>
          html`<line class="lane" x1="0" x2="${WIDTH}" y1="${y(share)}" y2="${y(share)}"></line>`,
      )}
      ${points.map(
        ({ x, interval }) =>
          interval !== null &&
          html`<line
            class="spread"
            x1="${x}"
            x2="${x}"
            y1="${y(interval.high)}"
            y2="${y(interval.low)}"
          ></line>`,
      )}
      <polyline
        class="course"
        points="${points.map(({ x, at }) => `${x},${y(at)}`).join(' ')}"
      ></polyline>
      ${points.map(
        ({ x, at }, i) =>
          html`<circle
            class="${i === points.length - 1 ? 'now' : 'then'}"
            cx="${x}"
            cy="${y(at)}"
            r="3.5"
          ></circle>`,
      )}
    </svg>
    ${drawTable(runs)}
  </section>`
}

function drawTable(runs: readonly FormerRun[]): Html {
  const count = runs.length - 1
  return html`<details>
    <summary>${count} former ${count === 1 ? 'run' : 'runs'}</summary>
    <table>
      <thead>
        <tr>
          <th scope="col">Begun (UTC)</th>
          <th scope="col">Satisfied</th>
          <th scope="col">95 % interval</th>
        </tr>
      </thead>
      <tbody>
        ${runs.toReversed().map(
          (one) =>
            html`<tr>
              <td>${one.startedAt.replace('T', ' ').slice(0, 16)}</td>
              <td class="n">${percent(one.score.satisfaction)}</td>
              <td class="n">${one.score.interval === null ? '' : span(one.score.interval)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </details>`
}
