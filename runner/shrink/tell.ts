import { describeFault } from '../../engine/fault-words.ts'
import { replayCommand } from '../report/replay-command.ts'
import { inert, plural } from '../report/words.ts'
import type { Cut } from './cut.ts'
import type { Shrunk } from './shrink.ts'

/** A trial that was shrunk, and where what is left of it stands. */
export interface ShrunkTrial extends Shrunk {
  /** The trial as it was. */
  from: string
  /** The trial as it is now: its plan is a file. */
  trial: string
  file: string
}

/** What a person reads when a trial has been shrunk. */
export function tellShrunk(shrunk: ShrunkTrial, subjectFile: string, wall?: string): string {
  const { from, trial, file, reason, before, after, parts, tries, isMinimal } = shrunk
  const lines = [`${from} still fails with what is left:`, `  ${reason.text.split('\n', 1)[0]}`, '']
  const row = (what: string, was: number, is: number): string =>
    `  ${what.padEnd(14)} ${String(was).padStart(5)} → ${is}`
  lines.push(
    row('faults', before.faults, after.faults),
    row('given rows', before.given, after.given),
    row('their fields', before.fields, after.fields),
    row('rows of worlds', before.rows, after.rows),
    '',
  )
  if (parts.faults.length === 0) lines.push('It fails without any fault.')
  for (const fault of parts.faults) lines.push(`fault: ${describeFault(fault)}`)
  lines.push(...tellCut(parts.cut), '')
  lines.push(
    isMinimal
      ? `Nothing more can be left out (${plural(tries, 'trial')} played).`
      : `There may be less: it ended after ${plural(tries, 'trial')}; --tries allows more.`,
    `written: ${file}`,
    'see it again:',
    `  ${replayCommand(trial, subjectFile, wall)}`,
  )
  return inert(`${lines.join('\n')}\n`)
}

function tellCut({ given = [], fields = [] }: Cut): string[] {
  const lines: string[] = []
  if (given.length > 0) lines.push(`not needed of what is given: ${given.join(', ')}`)
  if (fields.length > 0) lines.push(`not needed of what is said of it: ${fields.join(', ')}`)
  return lines
}

/** The plan file: faults, what is left out, and where it comes from. */
export function toPlanFile({ from, reason, parts }: Omit<ShrunkTrial, 'trial' | 'file'>): string {
  const about = `Shrunk from ${from}, which fails in this way: ${reason.text.split('\n', 1)[0]}`
  const cut = Object.keys(parts.cut).length === 0 ? {} : { cut: parts.cut }
  return `${JSON.stringify({ about, faults: parts.faults, ...cut }, null, 2)}\n`
}
