import type { Failure } from './failures.ts'
import { html, type Html } from './html.ts'
import { replayCommand } from './replay-command.ts'
import type { RunResult } from './result.ts'
import { firstLine, tellReason, tellReply } from './shortfall.ts'
import { plural } from './words.ts'

/** Every way of falling short, in short; each leads to its trials. */
export function drawFailures(
  result: RunResult,
  all: readonly Failure[],
  numbers: ReadonlyMap<unknown, number>,
): Html {
  const failures = all.filter(({ shown }) => shown.verdict === 'unsatisfied')
  const inconclusive = all.filter(({ shown }) => shown.verdict === 'inconclusive')
  const draw = (one: Failure, isOpen: boolean): Html =>
    drawFailure(one, result, { number: all.indexOf(one), trial: numbers.get(one.shown)!, isOpen })
  return html`<section id="failures" aria-labelledby="failures-title">
      <h2 id="failures-title">What fell short</h2>
      ${failures.length === 0 && html`<p>Nothing fell short.</p>`}
      ${failures.map((one, i) => draw(one, i < 3))}
    </section>
    ${
      inconclusive.length > 0 &&
      html`<section id="inconclusive" aria-labelledby="inconclusive-title">
        <h2 id="inconclusive-title">Inconclusive, through no fault of the subject</h2>
        ${inconclusive.map((one) => draw(one, false))}
      </section>`
    }`
}

function drawFailure(
  { name, reason, also, shown, trials, anchor }: Failure,
  { subject, wall }: RunResult,
  { number, trial, isOpen }: { number: number; trial: number; isOpen: boolean },
): Html {
  const plans = [...new Set(trials.map((one) => one.plan.name))].join(', ')
  const told = [
    ...tellReason(shown, reason).slice(1),
    ...also.slice(0, 5).map(({ text }) => `and ${firstLine(text)}`),
    ...tellReply(shown),
  ]
  return html`<details class="failure" id="${anchor}" ${isOpen ? html` open` : html``}>
    <summary>
      <strong class="${shown.verdict === 'unsatisfied' ? 'bad' : 'odd'}"
        ><bdi>${reason.text}</bdi></strong
      >
      <br /><bdi>${name}</bdi>
      <span class="soft">· ${plural(trials.length, 'trial')} (<bdi>${plans}</bdi>)</span>
    </summary>
    ${told.length > 0 && html`<pre tabindex="0">${told.join('\n')}</pre>`}
    <p class="links">
      <a href="#failure=${number}&amp;trial=${trial}">Open the trial</a>
      ${trials.length > 1 && html`<a href="#failure=${number}">all ${trials.length} like it</a>`}
    </p>
    <pre class="command" tabindex="0">${replayCommand(shown.id, subject.file, wall?.name)}</pre>
  </details>`
}
