import { clientScript } from './client-script.ts'
import type { SweepResult } from '../sweep/sweep.ts'
import { groupFailures } from './failures.ts'
import { html, Html } from './html.ts'
import { packTrials } from './page-data.ts'
import { drawFailures } from './page-failures.ts'
import { drawHistory } from './page-history.ts'
import { drawFacts, drawGrid, drawGroups, drawScore } from './page-score.ts'
import { policyOf } from './page-policy.ts'
import { style } from './page-style.ts'
import { drawSweep } from './page-sweep.ts'
import { drawBrowser, drawKeys } from './page-trials.ts'
import type { RunResult } from './result.ts'
import { findTroubles } from './troubles.ts'
import { howLong, percent, plural } from './words.ts'

/**
 * A run as one page that needs nothing else: no font, no picture, no request. Its policy forbids
 * them and any script but its own, whatever a subject may have smuggled into a name. What sums the run
 * up is there without a script; the trials are packed behind it and are drawn when they are looked at.
 */
export function renderPage(
  result: RunResult,
  { sweep }: { sweep?: SweepResult | undefined } = {},
): string {
  const { subject, score, trials } = result
  const failures = [
    ...groupFailures(trials, 'unsatisfied'),
    ...groupFailures(trials, 'inconclusive'),
  ]
  const numbers = new Map(trials.map((trial, i) => [trial, i]))
  const script = clientScript()
  const { index, packs } = packTrials(result, failures)
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policyOf(style, script)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>${subject.name}: ${percent(score.satisfaction)} satisfied</title>
        ${new Html(`<style>${style}</style>`)}
      </head>
      <body>
        <a class="skip" href="#failures">Skip to what fell short</a>
        ${drawHeader(result)}
        <main>
          ${drawScore(result)} ${drawFacts(result)} ${drawHistory(result)} ${drawNotes(result)}
          ${drawGrid(result)} ${drawGroups(result)} ${drawSweep(sweep)}
          ${drawFailures(result, failures, numbers)} ${drawBrowser()}
        </main>
        <footer class="soft">
          <p>
            Backlot ${result.versions.backlot}, Node ${result.versions.node}. Seeds
            ${shorten(result.run.seeds)}. Satisfaction is satisfied / (satisfied + unsatisfied);
            inconclusive trials are ours and count as neither.
          </p>
        </footer>
        ${drawKeys()} ${new Html(`<script type="text/plain" data-index>${index}</script>`)}
        ${packs.map((pack) => new Html(`<script type="text/plain" data-pack>${pack}</script>\n`))}
        ${new Html(`<script type="module">${script}</script>`)}
      </body>
    </html>`
  return page.text
}

function drawHeader({ subject, trials, wallMs, startedAt }: RunResult): Html {
  return html`<header>
    <div class="title">
      <h1><bdi>${subject.name}</bdi> (${subject.kind})</h1>
      <p class="soft">
        ${plural(trials.length, 'trial')} in ${howLong(wallMs)}, begun
        ${startedAt.replace('T', ' ').slice(0, 16)} UTC, from <bdi>${subject.file}</bdi>
      </p>
    </div>
    <nav aria-label="Parts of this page">
      <a href="#matrix">Matrix</a> <a href="#failures">What fell short</a>
      <a href="#trials">Trials</a>
      <button type="button" id="help" title="Keys (?)">Keys</button>
      <button type="button" id="theme" title="Light or dark (t)">Colours: auto</button>
    </nav>
  </header>`
}

function drawNotes(result: RunResult): Html {
  const { inconclusive } = result.score
  const odd = plural(inconclusive, 'trial was', 'trials were')
  const notes = findTroubles(result)
  if (inconclusive > 0) {
    notes.push(`${odd} inconclusive through no fault of the subject: they count as neither.`)
  }
  return html`${notes.map((note) => html`<p class="note"><bdi>${note}</bdi></p>`)}`
}

/** A thousand seeds are told by the first and the last. */
function shorten(seeds: readonly string[]): string {
  return seeds.length <= 12 ? seeds.join(', ') : `${seeds[0]} … ${seeds.at(-1)} (${seeds.length})`
}
