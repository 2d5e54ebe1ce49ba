import { html, type Html } from '../report/html.ts'
import { percent, span } from '../report/words.ts'
import { drawTable, toMinute } from './page-table.ts'
import type { FormerScoring, ReleaseData } from './release-data.ts'

const WIDTH = 600
const HEIGHT = 150
const PAD = 10
/** More points than this could not be told apart. */
const SHOWN_MAX = 40

/** The scores of former scorings and of this one: as a line with intervals, and as a table for who would rather read. */
export function drawCourse({ former, ...now }: ReleaseData): Html {
  if (former.length === 0) {
    return html`<h3>Over time</h3>
      <p class="soft">No earlier scoring was given to compare with.</p>`
  }
  const last = { ...now, set: now.set.digest, verdict: now.verdict.word }
  const all: FormerScoring[] = [...former, last]
  const shown = all.slice(-SHOWN_MAX)
  const isOther = shown.some(({ set }) => set !== last.set)
  const left = all.length - shown.length
  const [from, to] = [toMinute(shown[0]!.startedAt), toMinute(last.startedAt)]
  const isOneDay = from.slice(0, 10) === to.slice(0, 10)
  return html`<h3>Over time</h3>
    <figure>
      <div class="chart">
        <div class="axis" aria-hidden="true">
          <span>100 %</span><span>50 %</span><span>0 %</span>
        </div>
        ${drawLines(shown, now.verdict.floor)}
        <div class="dates" aria-hidden="true">
          <span>${from.slice(0, isOneDay ? 16 : 10)}</span
          ><span>${to.slice(0, isOneDay ? 16 : 10)}</span>
        </div>
      </div>
      <figcaption class="soft">
        Solid line: holdout, with its 95 % interval. Dotted line: public cases.
        ${isOther && 'Hollow points were scored on another set of cases.'}
        ${now.verdict.floor !== undefined && `Dashed: the ${percent(now.verdict.floor)} that the policy asks.`}
        ${left > 0 && `${left} earlier ones are left out.`}
      </figcaption>
    </figure>
    ${drawTable({
      caption: 'Scorings, the newest first',
      head: ['Begun (UTC)', 'Holdout', '95 % interval', 'Public', 'Verdict', 'Set'],
      rows: shown.toReversed().map((one) => drawRow(one, last.set)),
    })}`
}

function drawLines(shown: readonly FormerScoring[], floor: number | undefined): Html {
  const step = (WIDTH - 2 * PAD) / Math.max(1, shown.length - 1)
  const y = (share: number): string => ((1 - share) * HEIGHT).toFixed(1)
  const at = (i: number): string => (PAD + i * step).toFixed(1)
  const line = (part: 'holdout' | 'public'): string =>
    shown
      .flatMap(({ [part]: { satisfaction } }, i) =>
        satisfaction === null ? [] : [`${at(i)},${y(satisfaction)}`],
      )
      .join(' ')
  const newest = shown.at(-1)!
  const label = `Holdout satisfaction over ${shown.length} scorings, from ${percent(shown[0]!.holdout.satisfaction)} to ${percent(newest.holdout.satisfaction)}; the table below has every one.`
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">
    ${[0, 0.5, 1].map(
      (share) =>
        html`<line class="lane" x1="0" x2="${WIDTH}" y1="${y(share)}" y2="${y(share)}"></line>`,
    )}
    ${
      floor !== undefined &&
      html`<line class="floor" x1="0" x2="${WIDTH}" y1="${y(floor)}" y2="${y(floor)}"></line>`
    }
    ${shown.map(
      ({ holdout: { interval } }, i) =>
        interval !== null &&
        html`<line
          class="spread"
          x1="${at(i)}"
          x2="${at(i)}"
          y1="${y(interval.high)}"
          y2="${y(interval.low)}"
        ></line>`,
    )}
    <polyline class="open" points="${line('public')}"></polyline>
    <polyline class="course" points="${line('holdout')}"></polyline>
    ${shown.map(
      ({ holdout: { satisfaction }, set }, i) =>
        satisfaction !== null &&
        html`<circle
          class="${set === newest.set ? 'same' : 'other'}"
          cx="${at(i)}"
          cy="${y(satisfaction)}"
          r="5"
        ></circle>`,
    )}
  </svg>`
}

function drawRow(one: FormerScoring, set: string): Html {
  return html`<tr>
    <th scope="row">${toMinute(one.startedAt)}</th>
    <td class="n">${percent(one.holdout.satisfaction)}</td>
    <td class="n">${one.holdout.interval === null ? 'unknown' : span(one.holdout.interval)}</td>
    <td class="n">${percent(one.public.satisfaction)}</td>
    <td>${one.verdict ?? 'unknown'}</td>
    <td>${one.set === set ? 'the same' : 'another'}</td>
  </tr>`
}
