import type { Score } from '../score.ts'
import { html, type Html } from './html.ts'
import { dimensions, type RunResult } from './result.ts'
import { factsOfRun } from './run-words.ts'
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

/** What else is known of the run: gate, last run, spending, controls, wall. */
export function drawFacts(result: RunResult): Html {
  const facts = factsOfRun(result)
  if (facts.length === 0) return html``
  return html`<dl class="facts">
    ${facts.map(
      ([title, text]) =>
        html`<dt>${title}</dt>
          <dd><bdi>${text}</bdi></dd>`,
    )}
  </dl>`
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

/** Every scenario under every plan: how many of its trials satisfied. A cell leads to its trials. */
export function drawGrid({ trials, run, controls, by }: RunResult): Html {
  const cells = Map.groupBy(trials, ({ scenario, plan }) => JSON.stringify([scenario, plan.name]))
  const names = new Map(trials.map(({ scenario, name }) => [scenario, name]))
  const rows = by.scenario.map(({ name: id, score }) => {
    const control = controls.find(({ scenario }) => scenario === id)?.verdict
    return html`<tr>
      <th scope="row">
        <bdi>${names.get(id) ?? id}</bdi><br /><span class="soft"><bdi>${id}</bdi></span>
      </th>
      ${run.plans.map((plan) => drawCell(cells.get(JSON.stringify([id, plan])) ?? [], id, plan))}
      <td class="n">${percent(score.satisfaction)}</td>
      <td>
        ${control === 'satisfied' ? html`<span class="bad">satisfies it</span>` : control === 'unsatisfied' ? 'fails' : 'unknown'}
      </td>
    </tr>`
  })
  return html`<section id="matrix" aria-labelledby="matrix-title">
    <h2 id="matrix-title">Scenarios and fault plans</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Scenarios and fault plans">
      <table>
        <caption>
          Satisfied of all trials; a cell leads to them.
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
    </div>
  </section>`
}

function drawCell(trials: RunResult['trials'], scenario: string, plan: string): Html {
  const count = (verdict: string) => trials.filter((one) => one.verdict === verdict).length
  const [yes, no] = [count('satisfied'), count('unsatisfied')]
  const look = yes + no === 0 ? 'unknown' : no === 0 ? 'all' : yes === 0 ? 'none' : 'some'
  const odd = count('inconclusive')
  const text = `${yes}/${yes + no}${odd > 0 ? ` (+${odd}?)` : ''}`
  const place = new URLSearchParams({ scenario, plan }).toString()
  return html`<td class="n ${look}">
    ${trials.length === 0 ? '' : html`<a href="#${place}">${text}</a>`}
  </td>`
}

/** The same score by plan, tag and service, where there is more than one. */
export function drawGroups({ by }: RunResult): Html {
  const shown = dimensions.filter((name) => name !== 'scenario' && by[name].length > 1)
  if (shown.length === 0) return html``
  return html`<div class="groups">
    ${shown.map(
      (dimension) =>
        html`<section aria-label="By ${dimension}">
          <h2>By ${dimension}</h2>
          <div class="scroll" tabindex="0" role="region" aria-label="Scores by ${dimension}">
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
          </div>
        </section>`,
    )}
  </div>`
}
