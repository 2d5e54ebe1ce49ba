import { html, type Html } from '../report/html.ts'
import { listWords } from './plan-words.ts'
import { plural } from '../report/words.ts'
import { outcomes } from '../sweep/classify.ts'
import type { SweepResult } from '../sweep/sweep.ts'
import { drawTable } from './page-table.ts'
import type { DependencyUse, ReleaseData } from './release-data.ts'

/** Operations are cut behind so many; `--json` has all. */
const SHOWN_MAX = 150

/** What the subject depends on, how well that is known, and what came of its failures. */
export function drawDependencies({ dependencies, sweep }: ReleaseData): Html {
  const left = dependencies.length - SHOWN_MAX
  return html`<section id="dependencies" aria-labelledby="dependencies-title">
    <h2 id="dependencies-title">Dependencies</h2>
    ${
      dependencies.length === 0
        ? html`<p>The subject called no service.</p>`
        : drawTable({
            caption: 'Operations that the subject called, and the failures that met them',
            head: [
              'Operation',
              'Calls',
              'Trials',
              'Answered at depth',
              'Calls struck',
              'Fell short when struck',
            ],
            rows: dependencies.slice(0, SHOWN_MAX).map(drawUse),
          })
    }
    ${left > 0 && html`<p class="soft">And ${left} more; the JSON has all.</p>`}
    ${dependencies.length > 0 && html`<p class="soft">${depthMeanings}</p>`} ${tellSweep(sweep)}
  </section>`
}

/** The matrix in a sentence; it stands at the end of the page. */
function tellSweep(sweep: SweepResult | undefined): Html {
  if (sweep === undefined) {
    return html`<p class="soft">
      backlot sweep lets each of them fail in each way; its matrix is drawn here with --sweep.
    </p>`
  }
  const { counts } = sweep
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const bad = outcomes
    .slice(0, outcomes.indexOf('degraded'))
    .flatMap((one) => (counts[one] > 0 ? [`${counts[one]} ${one}`] : []))
  const said = bad.length === 0 ? 'none worse than degraded' : listWords(bad, 'and')
  return html`<p>
    Each was made to fail in each way: of ${plural(all, 'outcome')}, ${said}.
    <a href="#sweep">The whole matrix</a>
  </p>`
}

const depthMeanings =
  'Depth says how well an operation is known: spec (its shape only), learned (from traffic), behaved (written by hand), checked (compared with the real service).'

function drawUse({ twin, op, calls, trials, depth, struck, struckTrials }: DependencyUse): Html {
  const { failed, all } = struckTrials
  const look = all === 0 ? '' : failed === 0 ? 'all' : failed === all ? 'none' : 'some'
  const isShallow = depth === 'spec' || depth === 'learned'
  return html`<tr>
    <th scope="row"><bdi>${twin}</bdi> <bdi>${op}</bdi></th>
    <td class="n">${calls}</td>
    <td class="n">${trials}</td>
    <td class="${isShallow ? 'odd' : ''}">${depth ?? 'unknown'}</td>
    <td class="n">${struck}</td>
    <td class="n ${look}">${all === 0 ? 'none struck' : `${failed} of ${all}`}</td>
  </tr>`
}
