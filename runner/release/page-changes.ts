import { html, type Html } from '../report/html.ts'
import { percent, plural } from '../report/words.ts'
import { drawTable, points, toMinute } from './page-table.ts'
import { listWords } from './plan-words.ts'
import type { CaseChange, ReleaseChanges, ReleaseData } from './release-data.ts'

/** Lists are cut behind so many; `--json` has all. */
const NAMED_MAX = 30

/** What is new since the last accepted version. */
export function drawChanges({ changes }: ReleaseData): Html {
  return html`<section id="changes" aria-labelledby="changes-title">
    <h2 id="changes-title">Since the last accepted version</h2>
    ${
      changes === undefined
        ? html`<p>No accepted version was given to compare with.</p>`
        : drawFound(changes)
    }
  </section>`
}

function drawFound(changes: ReleaseChanges): Html {
  const { newlyFailing, newlyPassing, casesAdded, casesRemoved } = changes
  const lists: [string, readonly unknown[]][] = [
    ['cases that newly fail', newlyFailing],
    ['cases that newly pass', newlyPassing],
    ['operations newly used', changes.operationsAdded],
    ['operations no longer used', changes.operationsDropped],
    ['packages changed', changes.packages ?? ['unknown']],
  ]
  const none = lists.filter(([, list]) => list.length === 0).map(([name]) => name)
  return html`<p>${tellScore(changes)}</p>
    ${changes.isSameSubject && html`<p>The subject’s code is the same as then.</p>`}
    ${
      !changes.isSameSet &&
      html`<p class="note">
        The sealed set is another one than then: ${plural(casesAdded.length, 'case')} added,
        ${casesRemoved.length} gone. A change of the score may be theirs.
      </p>`
    }
    ${drawCaseChanges(
      'Cases that newly fail',
      'They passed every trial then, and fall short now',
      newlyFailing,
    )}
    ${drawCaseChanges(
      'Cases that newly pass',
      'They fell short then, and pass every trial now',
      newlyPassing,
    )}
    ${drawOperations('Operations newly used', changes.operationsAdded)}
    ${drawOperations('Operations no longer used', changes.operationsDropped)}
    ${none.length > 0 && html`<p class="soft">None: ${listWords(none, 'and')}.</p>`}
    ${drawPackages(changes)}`
}

function tellScore({ score, accepted }: ReleaseChanges): string {
  const then = `${percent(accepted.holdout.satisfaction)} on ${toMinute(accepted.startedAt)} UTC`
  if (score === null) return `The last accepted version had ${then}; the two can’t be compared.`
  const meaning = {
    better: 'better, by more than luck',
    worse: 'worse, by more than luck',
    'cannot-tell': 'which luck can explain',
  }[score.verdict]
  return `The last accepted version had ${then}. This one is at ${points(score.value)} (95 % interval ${points(score.low)} to ${points(score.high)}): ${meaning}.`
}

function drawCaseChanges(title: string, caption: string, cases: readonly CaseChange[]): Html {
  if (cases.length === 0) return html``
  const share = ({ satisfied, all }: CaseChange['is']): string => `${satisfied} of ${all}`
  return html`<h3>${title}</h3>
    ${drawTable({
      caption,
      head: ['Case', 'Kind', 'Satisfied then', 'Satisfied now'],
      rows: cases.slice(0, NAMED_MAX).map(
        ({ title, sealed, was, is }) =>
          html`<tr>
            <th scope="row"><bdi>${title}</bdi></th>
            <td class="kind">${sealed ? 'sealed' : 'public'}</td>
            <td class="n">${share(was)}</td>
            <td class="n">${share(is)}</td>
          </tr>`,
      ),
    })}
    ${tellLeft(cases.length)}`
}

function drawOperations(title: string, operations: readonly { twin: string; op: string }[]): Html {
  if (operations.length === 0) return html``
  return html`<h3>${title}</h3>
    <ul class="names">
      ${operations
        .slice(0, NAMED_MAX)
        .map(({ twin, op }) => html`<li><bdi>${twin} ${op}</bdi></li>`)}
    </ul>
    ${tellLeft(operations.length)}`
}

function drawPackages({ packages }: ReleaseChanges): Html {
  if (packages === undefined) {
    return html`<p class="soft">
      Which packages changed is unknown: that takes an attestation of both versions.
    </p>`
  }
  if (packages.length === 0) return html``
  return html`<h3>Packages changed</h3>
    ${drawTable({
      caption: 'Packages that the subject loaded, then and now',
      head: ['Package', 'Then', 'Now', 'Lockfile'],
      rows: packages.slice(0, NAMED_MAX).map(
        ({ name, was, is, state }) =>
          html`<tr>
            <th scope="row"><bdi>${name}</bdi></th>
            <td><bdi>${was ?? 'not loaded'}</bdi></td>
            <td><bdi>${is ?? 'not loaded'}</bdi></td>
            <td class="${state === undefined || state === 'pinned' ? '' : 'bad'}">
              ${state ?? ''}
            </td>
          </tr>`,
      ),
    })}
    ${tellLeft(packages.length)}`
}

function tellLeft(count: number): Html {
  const left = count - NAMED_MAX
  return left > 0 ? html`<p class="soft">And ${left} more; the JSON has all.</p>` : html``
}
