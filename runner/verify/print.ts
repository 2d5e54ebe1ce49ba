import type { Fidelity, Verdict, Worst } from './tally.ts'

/** A share as people read it. */
export function percent(value: number): string {
  return `${(Math.floor(value * 1000) / 10).toFixed(1)} %`
}

/** The verdict as a table and the worst differences, for a terminal. */
export function printVerdict(
  verdict: Verdict,
  options: { operations: number; worst: number },
): string {
  const { target, cassettes, all, earned, operations, worst, unplayable, unread, cut } = verdict
  const width = Math.min(52, Math.max(20, ...operations.map(({ op }) => op.length)))
  const lines = [
    `${target} beside ${cassettes} recordings, ${all.exchanges} exchanges`,
    '',
    `${''.padEnd(width)}  calls   status  headers    shape   values   (whole: shape, values)`,
    row('all', width, all),
    ...(earned.exchanges === all.exchanges
      ? []
      : [row('without those that gave to the seed', width, earned)]),
    '',
    ...operations.slice(0, options.operations).map((one) => row(one.op, width, one)),
  ]
  const more = operations.length - options.operations
  if (more > 0)
    lines.push(`… and ${more} more operations (--operations ${operations.length}, --json, --html)`)
  if (unplayable > 0)
    lines.push('', `${unplayable} requests were recorded without their body and are not judged.`)
  if (unread > 0)
    lines.push(
      '',
      `${unread} entries are no whole HTTP exchange, or too large, and are not judged.`,
    )
  if (cut > 0)
    lines.push('', `${cut} exchanges have a body that was too long; it was cut before comparing.`)
  if (worst.length > 0) lines.push('', 'The worst differences')
  for (const one of worst.slice(0, options.worst)) lines.push(...describe(one))
  return `${lines.join('\n')}\n`
}

function row(name: string, width: number, one: Fidelity): string {
  const cells = [one.status, one.headers, one.shape, one.values].map((value) =>
    percent(value).padStart(8),
  )
  const whole = [one.wholeShape, one.wholeValues].map((value) => percent(value).padStart(8))
  return `${name.slice(0, width).padEnd(width)} ${String(one.exchanges).padStart(6)} ${cells.join(' ')}  ${whole.join(' ')}`
}

/** One difference with both sides. */
function describe(one: Worst): string[] {
  const at = one.at === '' ? '' : ` at ${one.at}`
  return [
    `  ${one.op}: ${one.level}${at} (${one.count}×)`,
    `    recorded  ${brief(one.recorded)}`,
    `    ours      ${brief(one.ours)}`,
    `    first in  ${one.cassette} #${one.n}: ${one.call.slice(0, 140)}`,
  ]
}

/** A side of a difference in a line. */
export function brief(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  const clean = text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ')
  return clean.length > 220 ? `${clean.slice(0, 220)}…` : clean
}
