import { writeFile } from 'node:fs/promises'
import { wrong } from '../../engine/assert.ts'
import { UsageError } from '../../engine/usage-error.ts'
import { findPlan } from '../fault-plans.ts'
import { readCount, readDepth, readFlags } from '../flags.ts'
import { interruptible, leaveWhenSaid } from '../interrupt.ts'
import { needSubject } from '../need-subject.ts'
import { NoteLine } from '../note-line.ts'
import { needWritable } from '../report/files.ts'
import { shrinkTrial, type Shrunk } from '../shrink/shrink.ts'
import { tellShrunk, toPlanFile } from '../shrink/tell.ts'
import { playSingle, withTrial, type SingleTrial } from '../single-trial.ts'
import { readTrialId, spellTrialId } from '../trial-id.ts'
import { readWall } from '../wall/choose.ts'

export const shrinkHelp = `backlot shrink <trial> --subject FILE – finds the least that a trial needs to fail as it does

  backlot shrink 'offboarding/leaver@3+flaky+slow' --subject subject.json
  backlot shrink 'offboarding/leaver@3+flaky' --subject subject.json --out leaver.json

Leaves out faults, then makes those that stay as plain as they can be, then leaves out rows that the
scenario gives, fields that it says of them, and rows that every world begins with, as long as the
trial fails with the same reason. What a scenario's own code decides can't be left out. The result is
a fault plan in a file, and a trial that can be played again: scenario@seed+FILE.

  --out FILE       where the plan goes, a .json (.backlot/shrunk.json)
  --reason TEXT    which failure to keep, as the run words it (the trial's first)
  --tries N        how many trials to play at most (300)
  --min-depth D    as the run had it (spec)
  --wall W         as the run had it: lane (the default), or environment (unsafe)
  --json           what is left as JSON

Ends with 0 when it was shrunk, 2 when the trial does not fail, 130 when it was interrupted (the least
that was found so far is kept).
`

/** Runs `backlot shrink`; returns the exit code. */
export async function shrink(args: readonly string[]): Promise<number> {
  const options = readShrinkOptions(args)
  await needWritable(options.out, '--out')
  try {
    return await withTrial(options.id, options, (trial) =>
      interruptible((signal) => shrinkInto(trial, options, signal)),
    )
  } finally {
    leaveWhenSaid()
  }
}

async function shrinkInto(
  trial: SingleTrial,
  { id, out, json, subjectFile, reason, tries, wall }: ReturnType<typeof readShrinkOptions>,
  signal: AbortSignal,
): Promise<number> {
  const note = new NoteLine()
  const onTry = (used: number): void => note.tell(`${used} of ${tries} trials`)
  const shrunk = await shrinkTrial(trial, { reason, tries, signal, onTry }).finally(() =>
    note.end(),
  )
  const name = spellTrialId({ ...readTrialId(id), plan: out })
  const told = { from: id, ...shrunk, trial: name, file: out }
  await writeFile(out, toPlanFile(told))
  if (!signal.aborted) await proveSame(trial, out, shrunk)
  process.stdout.write(json ? `${JSON.stringify(told)}\n` : tellShrunk(told, subjectFile, wall))
  return signal.aborted ? 130 : 0
}

/** The file must say what was found. A subject that does not do the same twice shows here at the latest. */
async function proveSame(trial: SingleTrial, file: string, { reason }: Shrunk): Promise<void> {
  const result = await playSingle(trial, { plan: await findPlan(file) })
  if (result?.why.some(({ key }) => key === reason.key)) return
  const again = await playSingle(trial, { plan: await findPlan(file) })
  if (JSON.stringify(again?.why) === JSON.stringify(result?.why)) {
    wrong(`the plan in ${file} is ${result?.verdict}, though its trial failed`)
  }
  throw new UsageError('What is left does not fail every time: the subject is not deterministic.', {
    file,
    fix: 'Find what it does otherwise from time to time: backlot replay … --against.',
  })
}

function readShrinkOptions(args: readonly string[]) {
  const { values, positionals } = readFlags('shrink', args, {
    subject: { type: 'string', short: 's' },
    out: { type: 'string', short: 'o', default: '.backlot/shrunk.json' },
    reason: { type: 'string' },
    tries: { type: 'string', default: '300' },
    'min-depth': { type: 'string', default: 'spec' },
    wall: { type: 'string' },
    json: { type: 'boolean', default: false },
  })
  const [id] = positionals
  if (id === undefined || positionals.length > 1) {
    throw new UsageError('Shrink takes one trial.', { fix: 'See backlot shrink --help.' })
  }
  const { out, reason, json } = values
  if (!out.endsWith('.json')) {
    const fix = 'Name a file that ends with .json.'
    throw new UsageError(`A plan can't be written to "${out}".`, { field: '--out', fix })
  }
  return {
    id,
    subjectFile: needSubject('shrink', values.subject),
    out,
    reason,
    tries: readCount('--tries', values.tries, 1),
    json,
    wall: readWall(values.wall),
    minDepth: readDepth('--min-depth', values['min-depth']),
  }
}
