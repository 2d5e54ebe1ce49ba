import { replayCommand } from '../report/replay-command.ts'
import { inert, plural } from '../report/words.ts'
import { outcomes, type SweepOutcome } from './classify.ts'
import type { SweepCell, SweepResult, SweepRow } from './sweep.ts'

const marks: Readonly<Record<SweepOutcome, string>> = {
  'wrong data': 'W',
  'duplicate writes': 'D',
  crashed: 'C',
  stuck: 'S',
  degraded: '~',
  unclear: '?',
  correct: '✓',
  'not struck': '·',
}

/** What a person reads of a sweep: the matrix, its legend, and the worst cells with their trials. */
export function tellSweep(result: SweepResult, wall?: string, shownMost = 10): string {
  const { subject, rows, failures, counts, meanings, notSwept, trials, unplayed } = result
  const lines = [`${subject.name} (${subject.kind}): ${plural(trials, 'trial')}`, '']
  const width = Math.max(0, ...rows.map((row) => nameOf(row).length))
  const heads = failures.map((_one, i) => String(i + 1).padStart(3)).join('')
  if (rows.length > 0) lines.push(`  ${''.padEnd(width)} ${heads}`)
  for (const row of rows) {
    const cells = row.cells.map((cell) => (cell === null ? ' ' : marks[cell.outcome]).padStart(3))
    lines.push(`  ${nameOf(row).padEnd(width)} ${cells.join('').trimEnd()}`)
  }
  if (rows.length === 0) lines.push('  Nothing to sweep: no scenario satisfies without failures.')
  lines.push('')
  for (const [i, { name, about }] of failures.entries()) {
    lines.push(`  ${String(i + 1).padStart(2)}  ${name}: ${about}`)
  }
  lines.push('')
  for (const outcome of outcomes) {
    if (counts[outcome] === 0) continue
    const amount = `${marks[outcome]}  ${String(counts[outcome]).padStart(4)} ${outcome}`
    lines.push(`  ${amount.padEnd(26)} ${meanings[outcome]}`)
  }
  lines.push('', ...tellWorst(result, shownMost, wall))
  for (const { trial, why } of notSwept) {
    lines.push(`! ${trial} is not swept: without any failure, ${why.split('\n', 1)[0]}.`)
  }
  if (unplayed > 0) lines.push(`! interrupted: ${plural(unplayed, 'trial')} not played.`)
  return inert(`${lines.join('\n').trimEnd()}\n`)
}

function nameOf({ twin, op }: SweepRow): string {
  return op === undefined ? twin : `  ${op}`
}

function tellWorst(
  { rows, failures, subject }: SweepResult,
  most: number,
  wall: string | undefined,
): string[] {
  const bad: { row: SweepRow; failure: string; cell: SweepCell }[] = []
  for (const row of rows) {
    for (const [i, cell] of row.cells.entries()) {
      if (cell !== null && outcomes.indexOf(cell.outcome) < outcomes.indexOf('degraded')) {
        bad.push({ row, failure: failures[i]!.name, cell })
      }
    }
  }
  bad.sort((a, b) => outcomes.indexOf(a.cell.outcome) - outcomes.indexOf(b.cell.outcome))
  const lines: string[] = []
  for (const { row, failure, cell } of bad.slice(0, most)) {
    const on = row.op === undefined ? row.twin : `${row.twin} ${row.op}`
    lines.push(`✗ ${cell.outcome}: ${failure} on ${on}`, `  ${cell.why}`)
    lines.push(`  ${replayCommand(cell.trial, subject.file, wall)}`)
  }
  if (bad.length > most)
    lines.push(`… and ${plural(bad.length - most, 'more cell')}; the JSON has all.`)
  return lines.length === 0 ? [] : [...lines, '']
}
