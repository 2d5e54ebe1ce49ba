import { html, type Html } from './html.ts'

/** Where the script puts the list of trials and the one that is looked at. */
export function drawBrowser(): Html {
  return html`<section id="trials" aria-labelledby="trials-title">
    <h2 id="trials-title">
      Trials <span id="count" class="soft" role="status" aria-live="polite"></span>
    </h2>
    <noscript
      ><p class="note">Scripts are off: what stands above is all that can be shown.</p></noscript
    >
    <div id="filters" role="search" aria-label="Filters"></div>
    <div class="browser">
      <div class="column">
        <div id="list" class="list" role="listbox" tabindex="0" aria-label="Trials"></div>
        <p id="nothing" class="soft" hidden>No trial fits. “Show all” takes the filters away.</p>
      </div>
      <article id="trial" class="panel" aria-label="The chosen trial">
        <p class="soft">
          Choose a trial: its time line, requests, replies and checks are shown here. Press
          <kbd>?</kbd> for the keys.
        </p>
      </article>
    </div>
  </section>`
}

const keys: readonly [keys: string[], what: string][] = [
  [['j', 'k'], 'next and former trial; within a trial, its next and former row'],
  [['Enter'], 'from the list into the trial; on a row, open or close it'],
  [['Esc'], 'back from the trial or the search to the list'],
  [['/'], 'search'],
  [['↑', '↓', 'PgUp', 'PgDn', 'Home', 'End'], 'move in the list'],
  [['t'], 'light, dark, or as the system says'],
  [['?'], 'this list'],
]

/** What the keys do. */
export function drawKeys(): Html {
  return html`<dialog id="keys" aria-labelledby="keys-title">
    <h2 id="keys-title">Keys</h2>
    <dl>
      ${keys.map(
        ([names, what]) =>
          html`<dt>${names.map((name) => html`<kbd>${name}</kbd> `)}</dt>
            <dd>${what}</dd>`,
      )}
    </dl>
    <form method="dialog"><button>Close</button></form>
  </dialog>`
}
