import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { clientScript } from '../report/client-script.ts'
import { html, Html } from '../report/html.ts'
import { policyOf } from '../report/page-policy.ts'
import { plainStyle } from '../report/page-style.ts'
import { drawSweep } from '../report/page-sweep.ts'
import { plural } from '../report/words.ts'
import { drawChanges } from './page-changes.ts'
import { drawDependencies } from './page-dependencies.ts'
import { drawCases, drawFailureModes } from './page-failures.ts'
import { drawContained, drawOrigin, drawQuestions } from './page-origin.ts'
import { drawScores } from './page-scores.ts'
import { toMinute } from './page-table.ts'
import { drawVerdict, verdictWord } from './page-verdict.ts'
import type { ReleaseData } from './release-data.ts'

const style = plainStyle + readFileSync(join(import.meta.dirname, 'release.css'), 'utf8')

/**
 * A version as one page for release managers, which needs nothing else: no font, no picture, no
 * request, and no script but for its colours. It names sealed cases, so whoever serves it must know
 * who asks for it.
 */
export function renderRelease(data: ReleaseData): string {
  const script = clientScript('release')
  const { subject, verdict } = data
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policyOf(style, script)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex, nofollow, noarchive" />
        <meta name="referrer" content="no-referrer" />
        <title>${verdictWord(verdict)}: ${subject.name}</title>
        ${new Html(`<style>${style}</style>`)}
      </head>
      <body class="release">
        <a class="skip" href="#main">Skip to the verdict</a>
        ${drawHeader(data)}
        <main id="main" tabindex="-1">
          ${drawVerdict(data)} ${drawFailureModes(data)} ${drawChanges(data)} ${drawScores(data)}
          ${drawCases(data)} ${drawContained(data)} ${drawDependencies(data)} ${drawQuestions(data)}
          ${drawOrigin(data)} ${drawSweep(data.sweep)}
        </main>
        <footer class="soft">
          <p>
            Made ${toMinute(data.madeAt)} UTC. Scored with Backlot ${data.versions.backlot}, Node
            ${data.versions.node}. Satisfaction is satisfied / (satisfied + unsatisfied);
            inconclusive trials are ours and count as neither.
          </p>
        </footer>
        ${new Html(`<script type="module">${script}</script>`)}
      </body>
    </html>`
  return page.text
}

const parts = [
  ['verdict', 'Verdict'],
  ['failures', 'What goes wrong'],
  ['changes', 'Changes'],
  ['score', 'Score'],
  ['cases', 'Cases'],
  ['contained', 'Contained'],
  ['dependencies', 'Dependencies'],
  ['questions', 'Who asked'],
  ['attestation', 'Attestation'],
] as const

function drawHeader({ subject, startedAt, set, run }: ReleaseData): Html {
  return html`<header>
    <p class="note secret">
      <strong>For release managers only.</strong> This page names sealed cases: whoever writes the
      subject must not see it.
    </p>
    <div class="title">
      <h1><bdi>${subject.name}</bdi></h1>
      <p class="soft">
        Scored ${toMinute(startedAt)} UTC on ${plural(set.count, 'sealed case')},
        ${plural(run.trials, 'trial')}
      </p>
    </div>
    <nav aria-label="Parts of this page">
      ${parts.map(([id, name]) => html`<a href="#${id}">${name}</a>`)}
      <button type="button" id="theme" hidden>Colours: auto</button>
    </nav>
  </header>`
}
