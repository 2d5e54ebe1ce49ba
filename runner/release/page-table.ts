import { html, type Html } from '../report/html.ts'
import type { Score } from '../score.ts'

/** A table of the page. Cells of `rows` come as they are to be drawn, the first being the row's head. */
export interface Table {
  caption: string
  head: readonly (string | Html)[]
  rows: readonly Html[]
}

/** A table in a region of its own, which scrolls where the paper is too narrow. */
export function drawTable({ caption, head, rows }: Table): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${head.map((one) => html`<th scope="col">${one}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`
}

/** A score as a bar of its interval, from 0 to 100 %; what it says stands beside it in figures. */
export function drawBar({ satisfaction, interval }: Score, floor?: number): Html {
  if (satisfaction === null || interval === null) return html``
  const at = (share: number): string => (share * 100).toFixed(2)
  const wide = Math.max(0.6, (interval.high - interval.low) * 100).toFixed(2)
  return html`<svg class="bar" viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true">
    <rect class="ground" x="0" y="6" width="100" height="2"></rect>
    <rect class="spread" x="${at(interval.low)}" y="3" width="${wide}" height="8"></rect>
    ${
      floor !== undefined &&
      html`<line class="floor" x1="${at(floor)}" x2="${at(floor)}" y1="0" y2="14"></line>`
    }
    <line class="point" x1="${at(satisfaction)}" x2="${at(satisfaction)}" y1="0" y2="14"></line>
  </svg>`
}

/** `2026-11-21 19:05` of ISO 8601, in UTC. */
export function toMinute(iso: string): string {
  return iso.replace('T', ' ').slice(0, 16)
}

/** `+12.5 points`. */
export function points(value: number): string {
  const size = (Math.abs(value) * 100).toFixed(1).replace(/\.0$/, '')
  return `${size === '0' ? '' : value < 0 ? '−' : '+'}${size} points`
}

/** A fault plan as a reader knows it. */
export function planName(plan: string): string {
  return plan === 'none' ? 'no failure' : plan
}
