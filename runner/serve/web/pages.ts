import { html, type Html } from '../../report/html.ts'
import { percent } from '../../report/words.ts'
import type { Manager } from '../login/sessions.ts'
import type { ReleaseData, ReleaseSubmission } from '../release-data.ts'

const style = `
  body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #1b1b1f }
  table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #ccc; vertical-align: top }
  code { font-size: .85em; overflow-wrap: anywhere } .bad { color: #a00; font-weight: 600 }
`

/** The page of somebody who is not logged in. */
export function welcomePage({ nonce, canLogIn }: { nonce: string; canLogIn: boolean }): string {
  const body = canLogIn
    ? html`<p><a href="/login">Log in</a> as a release manager.</p>`
    : html`<p>This service is set up without a log-in for release managers.</p>`
  return page('Backlot', { nonce, body })
}

/** The overview of release managers; each scoring has a page of its own. */
export function overviewPage(
  data: ReleaseData,
  { manager, nonce }: { manager: Manager; nonce: string },
): string {
  const { project, set, usage, allowance, submissions, audit } = data
  const asked = usage.filter((one) => one.project === project && one.set === set.digest)
  const spent = asked.reduce((sum, { questions }) => sum + questions, 0)
  const broken =
    audit.broken &&
    html`<p class="bad" role="alert">
      The log was tampered with: entry ${audit.broken.number} ${audit.broken.how}.
    </p>`
  const body = html`<form method="post" action="/logout">
      ${manager.name} <input type="hidden" name="csrf" value="${manager.csrf}" />
      <button>Log out</button>
    </form>
    <p>
      ${set.count} sealed cases, sealed ${set.sealed}; ${spent} of ${allowance.questions} questions
      asked.
    </p>
    <h2>Submissions</h2>
    ${table(
      ['Submitted', 'Author', 'From', 'State', 'Told', 'Holdout', 'Public', 'Policy'],
      submissions.map(toCells),
    )}
    <h2>Questions</h2>
    ${table(
      ['Author', 'Questions', 'Best told'],
      asked.map(({ author, questions, best }) => [author, String(questions), percentOf(best)]),
    )}
    <h2>Audit log</h2>
    <p>${audit.entries} entries, the last with the hash <code>${audit.head}</code>.</p>
    ${broken ?? ''}
    ${table(
      ['At', 'Who', 'What', 'On'],
      audit.latest.map(({ at, who, what, on = '' }) => [at, who, what, on]),
    )}`
  return page(`${project}: submissions`, { nonce, body })
}

function toCells(one: ReleaseSubmission): (string | Html)[] {
  const { ticket, created, author, source, state, answer, problem, figures } = one
  const at = new Date(created).toISOString()
  return [
    figures === null ? at : html`<a href="/releases/${ticket}">${at}</a>`,
    author,
    source,
    problem ?? state,
    answer?.verdict ?? '',
    percentOf(figures?.holdout.satisfaction ?? null),
    percentOf(figures?.public.satisfaction ?? null),
    figures?.decision?.verdict ?? '',
  ]
}

function percentOf(fraction: number | null): string {
  return fraction === null ? '–' : percent(fraction)
}

function table(heads: readonly string[], rows: readonly (readonly (string | Html)[])[]): Html {
  return html`<table>
    <thead>
      <tr>
        ${heads.map((one) => html`<th scope="col">${one}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (cells) =>
          html`<tr>
            ${cells.map((one) => html`<td>${one}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`
}

function page(title: string, { nonce, body }: { nonce: string; body: Html }): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title}</title>
        <style nonce="${nonce}">
          ${style}
        </style>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html>`.text
}
