import { html, type Html } from '../report/html.ts'
import { percent, plural } from '../report/words.ts'
import { drawTable, planName, toMinute } from './page-table.ts'
import type { AskedQuestions, AttestationState, ReleaseData } from './release-data.ts'

/** Of one kind so many targets of escapes are named. */
const TARGETS_MAX = 5
const AUTHORS_MAX = 50

/** What kept the subject in, and what it tried all the same. */
export function drawContained({ contained: { wall, escapes } }: ReleaseData): Html {
  return html`<section id="contained" aria-labelledby="contained-title">
    <h2 id="contained-title">What was contained</h2>
    ${
      wall === undefined
        ? html`<p class="note">The scoring does not say behind which wall it was played.</p>`
        : html`<p class="${wall.unsafe && 'note'}">
            Wall:
            <strong>${wall.name}</strong
            >${wall.unsafe && ' (unsafe: hostile code gets out, and nobody hears of it)'}.
            <bdi>${wall.about}</bdi>
          </p>`
    }
    ${
      escapes.length === 0
        ? html`<p>
            Nothing tried to reach anything that is no
            twin${wall?.unsafe !== false && ', as far as this wall can see'}.
          </p>`
        : drawTable({
            caption: 'Attempts to reach anything that is no twin; all were refused or noted',
            head: ['What was done', 'Times', 'To where'],
            rows: escapes.map(
              ({ how, count, targets }) =>
                html`<tr>
                  <th scope="row"><bdi>${how}</bdi></th>
                  <td class="n">${count}</td>
                  <td>
                    ${targets
                      .slice(0, TARGETS_MAX)
                      .map(
                        (one, i) => html`${i > 0 && ', '}<bdi>${one.target}</bdi> (${one.count})`,
                      )}
                    ${targets.length > TARGETS_MAX && ` and ${targets.length - TARGETS_MAX} more`}
                  </td>
                </tr>`,
            ),
          })
    }
  </section>`
}

/** Who asked how often: every question wears the holdout down a little. */
export function drawQuestions({ questions, set }: ReleaseData): Html {
  return html`<section id="questions" aria-labelledby="questions-title">
    <h2 id="questions-title">Who asked</h2>
    ${questions === undefined ? html`<p>No ledger of questions was given.</p>` : drawAsked(questions, set.digest)}
  </section>`
}

function drawAsked(questions: readonly AskedQuestions[], set: string): Html {
  const own = questions.filter((one) => one.set === set)
  const others = questions.length - own.length
  const sum = own.reduce((all, one) => all + one.questions, 0)
  const sorted = [...own].sort((a, b) => b.questions - a.questions)
  return html`<p>
      ${own.length === 0 ? 'Nobody has asked for a score on this set.' : `${plural(sum, 'question')} about this set.`}
      ${others > 0 && `${plural(others, 'line')} of the ledger are about other sets.`}
    </p>
    ${
      own.length > 0 &&
      drawTable({
        caption: 'Questions about this set; authors were told no more than the best score',
        head: ['Author', 'Project', 'Questions', 'Best score told'],
        rows: sorted.slice(0, AUTHORS_MAX).map(
          ({ author, project, questions: asked, best }) =>
            html`<tr>
              <th scope="row"><bdi>${author}</bdi></th>
              <td><bdi>${project}</bdi></td>
              <td class="n">${asked}</td>
              <td class="n">${best === null ? 'none yet' : percent(best)}</td>
            </tr>`,
        ),
      })
    }
    ${
      own.length > AUTHORS_MAX &&
      html`<p class="soft">And ${own.length - AUTHORS_MAX} more; the JSON has all.</p>`
    }`
}

const looks: Readonly<Record<AttestationState['state'], { word: string; look: string }>> = {
  absent: { word: 'Not signed', look: 'odd' },
  unverified: { word: 'Signed, not verified', look: 'odd' },
  verified: { word: 'Signed and verified', look: 'good' },
  refused: { word: 'The signature does not hold', look: 'bad' },
}

/** Whether the verdict is signed, and what exactly was scored on what. */
export function drawOrigin(data: ReleaseData): Html {
  const { attestation, subject, set, run, verdict } = data
  const { word, look } = looks[attestation.state]
  const facts: [string, Html][] = [
    ['Signed by key', keys(attestation)],
    ['Subject', html`<bdi>${subject.file}</bdi> (${subject.kind})`],
    [
      'Subject’s SHA-256',
      subject.digest === undefined ? html`unknown` : html`<code>${subject.digest}</code>`,
    ],
    ['Sealed set', html`${plural(set.count, 'case')}, sealed ${toMinute(set.sealed)} UTC`],
    ['Set’s SHA-256', html`<code>${set.digest}</code>`],
    ['Played', html`${plural(run.trials, 'trial')}, ${plural(run.seeds, 'seed')} a case`],
    ['Fault plans', html`<bdi>${run.plans.map(planName).join(', ')}</bdi>`],
  ]
  if (verdict.policy !== undefined) {
    const { file, digest } = verdict.policy
    facts.push(['Policy', html`<bdi>${file}</bdi> <code>${digest}</code>`])
  }
  return html`<section id="attestation" aria-labelledby="attestation-title">
    <h2 id="attestation-title">Attestation</h2>
    <p><strong class="${look}">${word}.</strong> <bdi>${attestation.sentence}</bdi></p>
    <dl class="facts">
      ${facts.map(
        ([title, text]) =>
          html`<dt>${title}</dt>
            <dd>${text}</dd>`,
      )}
    </dl>
  </section>`
}

function keys({ keyIds, state }: AttestationState): Html {
  if (keyIds.length === 0) return html`none`
  const claimed = state === 'verified' ? '' : ' (as the file claims)'
  return html`${keyIds.map((one, i) => html`${i > 0 && ', '}<code>${one}</code>`)}${claimed}`
}
