import type { Score } from '../score.ts'
import type { Failure } from './failures.ts'
import { html, type Html } from './html.ts'
import { dimensions, type RunResult } from './result.ts'
import { counts, howSure, percent, span } from './words.ts'

/** The one number, its uncertainty as numbers and as a bar, and pass^k. */
export function drawScore({ score, passHat }: RunResult): Html {
  const { satisfaction, interval } = score
  return html`<section class="score" aria-label="Satisfaction">
    <div><strong>${percent(satisfaction)}</strong><br /><span class="soft">satisfied</span></div>
    <div>
      ${interval !== null && drawBar(score)}
      ${
        interval !== null &&
        html`<p>
          95 % interval ${span(interval)} <span class="soft">(${howSure(interval)})</span>
        </p>`
      }
      <p>${counts(score)}</p>
      ${
        passHat.length > 1 &&
        html`<p>
          All of k trials of a scenario satisfy:
          ${passHat.map(({ k, value }) => `pass^${k} ${percent(value)}`).join(', ')}
        </p>`
      }
    </div>
  </section>`
}

function drawBar({ satisfaction, interval }: Score): Html {
  const [low, high, at] = [interval!.low, interval!.high, satisfaction!].map((one) => one * 200 + 4)
  const label = `Satisfaction ${percent(satisfaction)}, interval ${span(interval!)}`
  return html`<svg viewBox="0 0 208 24" role="img" aria-label="${label}">
    <line
      x1="4"
      y1="12"
      x2="204"
      y2="12"
      stroke="currentColor"
      stroke-opacity=".25"
      stroke-width="2"
    />
    <line
      x1="${low}"
      y1="12"
      x2="${high}"
      y2="12"
      stroke="currentColor"
      stroke-opacity=".55"
      stroke-width="8"
    />
    <line x1="${at}" y1="2" x2="${at}" y2="22" stroke="currentColor" stroke-width="3" />
  </svg>`
}

/** Every scenario under every plan: how many of its trials satisfied. */
export function drawGrid(
  { trials, run, controls, by }: RunResult,
  failures: readonly Failure[],
): Html {
  const rows = by.scenario.map(({ name: id, score }) => {
    const own = trials.filter(({ scenario }) => scenario === id)
    const control = controls.find(({ scenario }) => scenario === id)?.verdict
    return html`<tr>
      <th scope="row">
        <bdi>${own[0]!.name}</bdi><br /><span class="soft"><bdi>${id}</bdi></span>
      </th>
      ${run.plans.map((plan) =>
        drawCell(
          own.filter((one) => one.plan.name === plan),
          failures,
        ),
      )}
      <td class="n">${percent(score.satisfaction)}</td>
      <td>
        ${control === 'satisfied' ? html`<span class="bad">satisfies it</span>` : control === 'unsatisfied' ? 'fails' : 'unknown'}
      </td>
    </tr>`
  })
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Scenarios and fault plans">
    <table>
      <caption>
        Satisfied of all trials; a linked cell leads to what fell short in it.
      </caption>
      <thead>
        <tr>
          <th scope="col">Scenario</th>
          ${run.plans.map((plan) => html`<th scope="col"><bdi>${plan}</bdi></th>`)}
          <th scope="col">All</th>
          <th scope="col">A do-nothing subject</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`
}

function drawCell(trials: RunResult['trials'], failures: readonly Failure[]): Html {
  const count = (verdict: string) => trials.filter((one) => one.verdict === verdict).length
  const [yes, no] = [count('satisfied'), count('unsatisfied')]
  const look = yes + no === 0 ? 'unknown' : no === 0 ? 'all' : yes === 0 ? 'none' : 'some'
  const odd = count('inconclusive')
  const text = `${yes}/${yes + no}${odd > 0 ? ` (+${odd}?)` : ''}`
  const first = failures.find((one) => one.trials.some((trial) => trials.includes(trial)))
  return html`<td class="n ${look}">
    ${first === undefined ? text : html`<a href="#${first.anchor}">${text}</a>`}
  </td>`
}

/** The same score by plan, tag and service, where there is more than one. */
export function drawGroups({ by }: RunResult): Html {
  const shown = dimensions.filter((name) => name !== 'scenario' && by[name].length > 1)
  return html`${shown.map(
    (dimension) =>
      html`<h2>By ${dimension}</h2>
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">${dimension}</th>
                <th scope="col">Satisfied</th>
                <th scope="col">95 % interval</th>
                <th scope="col">Trials</th>
              </tr>
            </thead>
            <tbody>
              ${by[dimension].map(
                ({ name, score }) =>
                  html`<tr>
                    <th scope="row"><bdi>${name}</bdi></th>
                    <td class="n">${percent(score.satisfaction)}</td>
                    <td class="n">${score.interval === null ? '' : span(score.interval)}</td>
                    <td>${counts(score)}</td>
                  </tr>`,
              )}
            </tbody>
          </table>
        </div>`,
  )}`
}
