import { html, Html } from '../report/html.ts'
import { style } from '../report/page-style.ts'
import { percent } from './print.ts'
import type { Fidelity, Verdict, Worst } from './tally.ts'

/** The verdict as a page of its own: no script, nothing loaded, everything escaped. */
export function verifyPage(verdict: Verdict): string {
  const { target, cassettes, all, earned, operations, worst, unplayable } = verdict
  const head = [
    'Operation',
    'Calls',
    'Status',
    'Headers',
    'Shape',
    'Values',
    'Whole shape',
    'Whole values',
  ]
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <meta
          http-equiv="content-security-policy"
          content="default-src 'none'; style-src 'unsafe-inline'"
        />
        <title>${target} beside its recordings</title>
        <style>
          ${new Html(style)}
        </style>
      </head>
      <body>
        <h1>${target} beside ${cassettes} recordings</h1>
        <p class="soft">
          ${all.exchanges} exchanges. Shape and values are the shares of places that agree; a wrong
          status counts as 0.
          ${unplayable > 0 && `${unplayable} requests without their body are not judged.`}
        </p>
        <div class="scroll">
          <table>
            <thead>
              <tr>
                ${head.map((one) => html`<th scope="col">${one}</th>`)}
              </tr>
            </thead>
            <tbody>
              ${row('all', all)} ${row('all that gave nothing to the seed', earned)}
              ${operations.map((one) => row(one.op, one))}
            </tbody>
          </table>
        </div>
        <h2>The worst differences</h2>
        ${worst.slice(0, 100).map(difference)}
      </body>
    </html>`
  return page.text
}

function row(name: string, one: Fidelity): Html {
  const shares = [one.status, one.headers, one.shape, one.values, one.wholeShape, one.wholeValues]
  return html`<tr>
    <th scope="row">${name}</th>
    <td class="n">${one.exchanges}</td>
    ${shares.map((share) => html`<td class="${`n ${tone(share)}`}">${percent(share)}</td>`)}
  </tr>`
}

function tone(share: number): string {
  return share >= 0.95 ? 'all' : share >= 0.5 ? 'some' : 'none'
}

function difference(one: Worst): Html {
  return html`<details>
    <summary>
      ${one.op} <span class="tag">${one.level}</span> ${one.at}
      <span class="soft">${one.count}×</span>
    </summary>
    <p class="soft">${one.cassette} #${one.n}: ${one.call}</p>
    <dl>
      <dt>recorded</dt>
      <dd><pre>${side(one.recorded)}</pre></dd>
      <dt>ours</dt>
      <dd><pre>${side(one.ours)}</pre></dd>
    </dl>
  </details>`
}

function side(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = typeof value === 'string' ? value : (JSON.stringify(value, null, 1) ?? '')
  return text.length > 4000 ? `${text.slice(0, 4000)}…` : text
}
