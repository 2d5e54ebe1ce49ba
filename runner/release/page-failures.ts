import { html, type Html } from '../report/html.ts'
import { plural } from '../report/words.ts'
import { drawTable, planName } from './page-table.ts'
import type { CaseScore, FailureMode, ReleaseData } from './release-data.ts'

/** So many causes and cases are told; `--json` has all. */
const MODES_MAX = 8
const CASES_MAX = 60
const EFFECTS_MAX = 3
const NAMED_MAX = 3

/** What goes wrong, in sentences. */
export function drawFailureModes({ failureModes }: ReleaseData): Html {
  const left = failureModes.length - MODES_MAX
  return html`<section id="failures" aria-labelledby="failures-title">
    <h2 id="failures-title">What goes wrong</h2>
    ${
      failureModes.length === 0
        ? html`<p>No conclusive trial fell short.</p>`
        : html`<ol class="modes">
            ${failureModes.slice(0, MODES_MAX).map(drawMode)}
          </ol>`
    }
    ${left > 0 && html`<p class="soft">And ${plural(left, 'more cause')}; the JSON has all.</p>`}
  </section>`
}

function drawMode({ sentence, effects, failed }: FailureMode): Html {
  const [first, ...others] = effects.slice(0, EFFECTS_MAX)
  return html`<li>
    <p><bdi>${sentence}</bdi></p>
    ${first !== undefined && html`<p class="soft">Seen in: ${nameCases(first.cases)}.</p>`}
    ${
      others.length > 0 &&
      html`<ul class="soft">
        ${others.map(
          ({ text, trials, cases }) =>
            html`<li><bdi>${text}</bdi> (${trials} of these ${failed}; ${nameCases(cases)})</li>`,
        )}
      </ul>`
    }
  </li>`
}

function nameCases(cases: readonly string[]): Html {
  const left = cases.length - NAMED_MAX
  return html`${cases
    .slice(0, NAMED_MAX)
    .map((one, i) => html`${i > 0 && ', '}<bdi>${one}</bdi>`)}${left > 0 && ` and ${left} more`}`
}

/** Cases that fell short or say nothing, one by one; the others as a number. */
export function drawCases({ cases }: ReleaseData): Html {
  const told = cases.filter((one) => one.unsatisfied > 0 || one.satisfied === 0)
  const well = cases.length - told.length
  const left = told.length - CASES_MAX
  const isWell = `${well} of ${plural(cases.length, 'case')} satisfied the user in every conclusive trial.`
  return html`<section id="cases" aria-labelledby="cases-title">
    <h2 id="cases-title">Cases</h2>
    <p>${cases.length === 0 ? 'No case was played.' : isWell}</p>
    ${
      told.length > 0 &&
      drawTable({
        caption: 'Cases by how often they fell short, sealed ones first',
        head: ['Case', 'Kind', 'Satisfied', 'Fell short under', 'Tags'],
        rows: told.slice(0, CASES_MAX).map(drawCase),
      })
    }
    ${left > 0 && html`<p class="soft">And ${plural(left, 'more case')}; the JSON has all.</p>`}
  </section>`
}

function drawCase(one: CaseScore): Html {
  const conclusive = one.satisfied + one.unsatisfied
  const look =
    conclusive === 0
      ? 'unknown'
      : one.unsatisfied === 0
        ? 'all'
        : one.satisfied === 0
          ? 'none'
          : 'some'
  const odd = one.inconclusive === 0 ? '' : ` (${one.inconclusive} inconclusive)`
  return html`<tr>
    <th scope="row">
      <bdi>${one.title}</bdi
      >${one.name !== one.title && html`<br /><span class="soft"><bdi>${one.name}</bdi></span>`}${
        one.measuresNothing && html`<br /><span class="odd">measures nothing, not counted</span>`
      }
    </th>
    <td class="kind">${one.sealed ? 'sealed' : 'public'}</td>
    <td class="n ${look}">${one.satisfied} of ${conclusive}${odd}</td>
    <td>
      <bdi>${one.under.map(planName).join(', ')}</bdi>
    </td>
    <td><bdi>${one.tags.join(', ')}</bdi></td>
  </tr>`
}
