import { createHash } from 'node:crypto'
import { groupFailures } from './failures.ts'
import { html, Html } from './html.ts'
import { drawFailures } from './page-failures.ts'
import { drawGrid, drawGroups, drawScore } from './page-score.ts'
import { style } from './page-style.ts'
import type { RunResult } from './result.ts'
import { howLong, percent, plural, whyNothing } from './words.ts'

/**
 * A run as one page that needs nothing else: no script, no font, no request. Its policy forbids
 * them too, whatever a subject may have smuggled into a name.
 */
export function renderPage(result: RunResult): string {
  const { subject, score, trials } = result
  const failures = [
    ...groupFailures(trials, 'unsatisfied'),
    ...groupFailures(trials, 'inconclusive'),
  ]
  const hash = createHash('sha256').update(style).digest('base64')
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`
  const title = `${subject.name}: ${percent(score.satisfaction)} satisfied`
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>${title}</title>
        ${new Html(`<style>${style}</style>`)}
      </head>
      <body>
        <a class="skip" href="#failures">Skip to what fell short</a>
        <header>
          <h1><bdi>${subject.name}</bdi> (${subject.kind})</h1>
          <p class="soft">
            ${plural(trials.length, 'trial')} in ${howLong(result.wallMs)}, begun
            ${result.startedAt.replace('T', ' ').slice(0, 16)} UTC, from ${subject.file}
          </p>
        </header>
        <main>
          ${drawScore(result)} ${drawNotes(result)}
          <h2 id="grid">Scenarios and fault plans</h2>
          ${drawGrid(result, failures)} ${drawGroups(result)}
          <h2 id="failures">What fell short</h2>
          ${drawFailures(result, failures)}
        </main>
        <footer class="soft">
          <p>
            Backlot ${result.versions.backlot}, Node ${result.versions.node}. Seeds
            ${result.run.seeds.join(', ')}. Satisfaction is satisfied / (satisfied + unsatisfied);
            inconclusive trials are ours and count as neither.
          </p>
        </footer>
      </body>
    </html>`
  return page.text
}

function drawNotes(result: RunResult): Html {
  const { measuringNothing, broken, unplayed, score } = result
  return html`${measuringNothing.map(
    (id) =>
      html`<p class="note">
        <bdi>${id}</bdi> measures nothing: ${whyNothing(result, id)}. Its trials are not counted.
      </p>`,
  )}
  ${broken.map(
    ({ id, what, where, fix }) =>
      html`<p class="note">
        <bdi>${[where.file ?? id, where.line, where.column].filter(Boolean).join(':')}</bdi> was not
        played: ${what} ${fix}
      </p>`,
  )}
  ${unplayed > 0 && html`<p class="note">Interrupted: ${plural(unplayed, 'trial')} not played.</p>`}
  ${
    score.inconclusive > 0 &&
    html`<p class="note">
      ${plural(score.inconclusive, 'trial was', 'trials were')} inconclusive through no fault of the
      subject, and ${score.inconclusive === 1 ? 'is' : 'are'} not counted.
    </p>`
  }`
}
