import { writeFile } from 'node:fs/promises'
import { splitPlans } from '../faults/language.ts'
import { readCount, readFlags } from '../flags.ts'
import { interruptible, leaveWhenSaid } from '../interrupt.ts'
import { needSubject } from '../need-subject.ts'
import { ProgressLine } from '../progress.ts'
import { needWritable } from '../report/files.ts'
import { defaultFailures, exitCodeOfSweep, needFailures, sweepSubject } from '../sweep/sweep.ts'
import { tellSweep } from '../sweep/tell.ts'
import { readTrials, trialFlags, trialFlagsHelp } from './trial-flags.ts'

export const sweepHelp = `backlot sweep [paths] --subject FILE – what the subject does when each dependency fails in each way

  backlot sweep --subject subject.json
  backlot sweep scenarios/offboarding --subject subject.json --failures flaky,lost-after-write,down
  backlot sweep --subject subject.json --services-only

A matrix: every service, and every operation that the subject uses, times every kind of failure. Each
cell says correct, degraded, stuck, crashed, duplicate writes or wrong data, and has its trial.

  --subject FILE   describes the code under test
  --failures F,F   plans of the language of faults, each aimed at every dependency in turn
                   (${defaultFailures.slice(0, 4).join(', ')} … all that backlot faults lists but latency)
  --services-only  no rows for single operations
  --most N         trials behind a cell at most, over the scenarios that use it (2)
${trialFlagsHelp(1)}
  --out FILE       where the matrix goes as JSON (.backlot/sweep.json)
  --json           the matrix as JSON on stdout, and no file unless --out names one

Ends with 0 when every cell is correct or degraded, 1 when one is worse, 2 when a flag or a scenario is
wrong, 3 when something could not be judged, 130 when it was interrupted.
`

/** Runs `backlot sweep`; returns the exit code. */
export async function sweep(args: readonly string[]): Promise<number> {
  const { request, json, out } = readSweepOptions(args)
  if (out !== undefined) await needWritable(out, '--out')
  const progress = new ProgressLine()
  try {
    const result = await interruptible((signal) =>
      sweepSubject({ ...request, signal, onTrial: progress.tell }).finally(() => progress.end()),
    )
    if (out !== undefined) await writeFile(out, JSON.stringify(result))
    process.stdout.write(json ? `${JSON.stringify(result)}\n` : tellSweep(result, request.wall))
    if (!json && out !== undefined) process.stdout.write(`\nwritten: ${out}\n`)
    return exitCodeOfSweep(result)
  } finally {
    leaveWhenSaid()
  }
}

function readSweepOptions(args: readonly string[]) {
  const { faults: _faults, ...flags } = trialFlags
  const { values, positionals } = readFlags('sweep', args, {
    ...flags,
    subject: { type: 'string', short: 's' },
    failures: { type: 'string' },
    'services-only': { type: 'boolean', default: false },
    most: { type: 'string', default: '2' },
    out: { type: 'string', short: 'o' },
    json: { type: 'boolean', default: false },
  })
  const { failures, json } = values
  const request = {
    ...readTrials(values, positionals, 1),
    subjectFile: needSubject('sweep', values.subject),
    failures: failures === undefined ? defaultFailures : needFailures(splitPlans(failures)),
    most: readCount('--most', values.most, 1),
    withOperations: !values['services-only'],
  }
  return { request, json, out: values.out ?? (json ? undefined : '.backlot/sweep.json') }
}
