import type { ExchangeView } from '../exchange-view.ts'
import type { TrialResult } from '../trial-result.ts'
import { replayCommand, type Failure } from './failures.ts'
import { html, type Html } from './html.ts'
import type { RunResult } from './result.ts'
import { plural, shortJson } from './words.ts'

/** A body longer than this is cut; `backlot replay --bodies` tells it in full. */
const BODY_MAX = 1500

/** Every way of falling short, each with one trial told in full. */
export function drawFailures(result: RunResult, all: readonly Failure[]): Html {
  const failures = all.filter(({ shown }) => shown.verdict === 'unsatisfied')
  const inconclusive = all.filter(({ shown }) => shown.verdict === 'inconclusive')
  return html`${failures.length === 0 && html`<p>Nothing fell short.</p>`}
  ${failures.map((one, i) => drawFailure(one, result, i < 3))}
  ${
    inconclusive.length > 0 &&
    html`<h2 id="inconclusive">Inconclusive, through no fault of the subject</h2>`
  }
  ${inconclusive.map((one) => drawFailure(one, result, false))}`
}

function drawFailure(failure: Failure, { subject }: RunResult, isOpen: boolean): Html {
  const { name, scenario, reason, also, shown, trials, anchor } = failure
  const plans = [...new Set(trials.map((one) => one.plan.name))].join(', ')
  const open = isOpen ? html` open` : html``
  return html`<details ${open}>
    <summary>
      <strong class="${shown.verdict === 'unsatisfied' ? 'bad' : 'odd'}"
        ><bdi>${reason.text}</bdi></strong
      >
      ${also.map(({ text }) => html`<br /><span class="soft">and</span> <bdi>${text}</bdi>`)}
      <br /><span><bdi>${name}</bdi></span>
      <span class="soft">· ${plural(trials.length, 'trial')} (${plans})</span>
    </summary>
    <p id="${anchor}" class="anchor">Shown: <code>${shown.id}</code>. Play it again:</p>
    <pre class="command">${replayCommand(shown.id, subject.file)}</pre>
    ${drawReasons(shown)} ${drawPlaces(shown)} ${drawChanges(shown)} ${drawStory(shown)}
    ${drawRequests(shown)}
    ${
      trials.length > 1 &&
      html`<details>
        <summary>
          ${plural(trials.length - 1, 'other trial')} like it in <bdi>${scenario}</bdi>
        </summary>
        <pre>
${trials
  .filter((one) => one !== shown)
  .map((one) => replayCommand(one.id, subject.file))
  .join('\n')}</pre>
      </details>`
    }
  </details>`
}

function drawReasons({ checks, requests }: TrialResult): Html {
  const odd = requests.findLast(({ reply }) => reply.status < 200 || reply.status >= 300)
  const failed = checks.filter(({ ok }) => !ok)
  return html`${
    odd !== undefined &&
    html`<dl>
      <dt>asked</dt>
      <dd><code>${odd.request.method} ${odd.request.path}</code></dd>
      <dt>it said</dt>
      <dd>
        <code
          >${odd.reply.problem?.why ?? `${odd.reply.status} ${shortJson(odd.reply.body, 1000)}`}</code
        >
      </dd>
    </dl>`
  }
  ${failed.map(
    ({ sentence, actual, expected, step }) =>
      html`<dl>
        <dt>check</dt>
        <dd>
          <bdi>${sentence}</bdi
          >${step !== undefined && html` <span class="soft">in “<bdi>${step}</bdi>”</span>`}
        </dd>
        <dt>it is</dt>
        <dd><code>${shortJson(actual, 1000)}</code></dd>
        <dt>expected</dt>
        <dd><code>${shortJson(expected, 1000)}</code></dd>
      </dl>`,
  )}`
}

function drawPlaces({ plan }: TrialResult): Html {
  if (plan.places.length === 0) return html``
  return html`<p>
    Faults laid: ${plan.places.join('; ')}. ${plural(plan.struck, 'call was', 'calls were')} struck.
  </p>`
}

function drawChanges({ unexpected }: TrialResult): Html {
  if (unexpected.length === 0) return html``
  return html`<div class="scroll">
    <table>
      <caption>
        Changes that nothing in the scenario accounts for
      </caption>
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
          <th scope="col">By exchange</th>
        </tr>
      </thead>
      <tbody>
        ${unexpected.flatMap(({ table, id, kind, fields, by }) =>
          fields.map(
            ({ path, before, after }) =>
              html`<tr>
                <td>${kind}: <code>${table}[${id}]${path && `.${path}`}</code></td>
                <td><code>${shortJson(before, 300)}</code></td>
                <td><code>${shortJson(after, 300)}</code></td>
                <td>${by.join(', ') || 'time'}</td>
              </tr>`,
          ),
        )}
      </tbody>
    </table>
  </div>`
}

function drawStory(trial: TrialResult): Html {
  const rests = new Set(trial.why.flatMap(({ exchanges }) => exchanges))
  const pieces: Html[] = []
  let told = 0
  const tellSteps = (upTo: number): void => {
    for (; told < trial.steps.length && trial.steps[told]!.before < upTo; told++) {
      pieces.push(html`<li class="step"><bdi>${trial.steps[told]!.sentence}</bdi></li>`)
    }
  }
  for (const view of trial.exchanges) {
    tellSteps(view.n)
    pieces.push(drawExchange(view, rests.has(view.n), isTelling(view)))
  }
  tellSteps(Infinity)
  return html`<h3>What happened</h3>
    <ol class="story">
      ${pieces}
    </ol>`
}

/** Whether the bodies of an exchange are worth their place in a page, beside those that a failure rests on. */
function isTelling({ method, status, fault }: ExchangeView): boolean {
  return fault !== undefined || (method !== 'GET' && method !== undefined) || (status ?? 0) >= 400
}

function drawExchange(view: ExchangeView, rests: boolean, isTelling: boolean): Html {
  const bodies = rests || isTelling
  const look = rests ? 'rests' : view.fault === undefined ? '' : 'fault'
  const who = { subject: '', scenario: 'look: ', service: 'event: ' }[view.by]
  const went = view.lost ? 'no answer' : view.status
  return html`<li class="${look}">
    <details>
      <summary>
        <span class="soft">${view.n} · +${view.atMs} ms ·</span> ${who}${view.twin}
        <bdi>${view.what}</bdi> ${went !== undefined && `→ ${went}`} ${view.refusal}
        ${view.fault !== undefined && html`<span class="tag odd">fault: ${view.fault}</span>`}
        ${rests && html`<span class="tag bad">the failure rests on this</span>`}
        ${view.crash !== undefined && html`<span class="tag bad">the twin crashed</span>`}
      </summary>
      <p>
        <code>${view.method ?? view.kind} ${view.path}</code>
        <span class="soft">depth: ${view.depth}</span>
      </p>
      ${
        bodies &&
        view.request !== undefined &&
        html`<p>Request</p>
          <pre>${pretty(view.request)}</pre>`
      }
      ${
        bodies &&
        view.reply !== undefined &&
        html`<p>Reply${view.lost && ', which never arrived'}</p>
          <pre>${pretty(view.reply)}</pre>`
      }
      ${view.divergences !== undefined && html`<p class="odd">Our reply left the contract: ${view.divergences.join('; ')}</p>`}
      ${view.crash !== undefined && html`<pre>${view.crash}</pre>`}
    </details>
  </li>`
}

function drawRequests({ requests }: TrialResult): Html {
  return html`<details>
    <summary>What the subject was asked, and what it said</summary>
    ${requests.map(
      ({ request, reply }) =>
        html`<p>
            <code>${request.method} ${request.path}</code> → ${reply.status} ${reply.problem?.why}
          </p>
          <pre>${shortJson(request.body ?? null, 2000)}</pre>
          <pre>${shortJson(reply.body ?? null, 2000)}</pre>
          ${
            reply.stderr !== '' &&
            html`<p>stderr</p>
              <pre>${reply.stderr}</pre>`
          }`,
    )}
  </details>`
}

function pretty(text: string): string {
  let out = text
  try {
    out = JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    // Not JSON, or cut: shown as it is.
  }
  return out.length <= BODY_MAX ? out : `${out.slice(0, BODY_MAX)}…`
}
