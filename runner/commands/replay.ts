import { UsageError } from '../../engine/usage-error.ts'
import { Bases } from '../bases.ts'
import { findPlan } from '../fault-plans.ts'
import { readDepth, readFlags } from '../flags.ts'
import { interruptible, leaveWhenSaid } from '../interrupt.ts'
import { loadScenarios } from '../load-scenarios.ts'
import { tellTrial } from '../report/story.ts'
import { playOver } from '../run-subject.ts'
import type { Run } from '../schedule.ts'
import { loadSubject } from '../subject/load.ts'
import { readTrialId } from '../trial-id.ts'

export const replayHelp = `backlot replay <trial> --subject FILE – plays one trial again and tells it exchange by exchange

  backlot replay 'offboarding/leaver@3+lost-after-write' --subject subject.json

A trial is scenario@seed+plan; a run prints it with each failure. The same trial gives the same
exchanges, as far as the subject itself does.

  --bodies         requests and replies in full
  --min-depth D    as the run had it (spec)
  --json           the trial's result as JSON
`

/** Runs `backlot replay`; returns the exit code. */
export async function replay(args: readonly string[]): Promise<number> {
  const { values, positionals } = readFlags('replay', args, {
    subject: { type: 'string', short: 's' },
    bodies: { type: 'boolean', default: false },
    'min-depth': { type: 'string', default: 'spec' },
    json: { type: 'boolean', default: false },
  })
  const [id] = positionals
  if (id === undefined || positionals.length > 1) {
    throw new UsageError('Replay takes one trial.', { fix: 'See backlot replay --help.' })
  }
  if (values.subject === undefined) {
    throw new UsageError('Which code is to be run?', {
      field: '--subject',
      fix: 'Name its description: --subject subject.json.',
    })
  }
  const { scenario, seed, plan } = readTrialId(id)
  const { scenarios, broken } = await loadScenarios([scenario])
  for (const { error } of broken) throw error
  const subject = await loadSubject(values.subject)
  const outcome = await interruptible(async (signal) => {
    const run: Run = {
      scenarios,
      seeds: [seed],
      plans: [await findPlan(plan)],
      jobs: 1,
      subject,
      bases: new Bases(),
      minDepth: readDepth('--min-depth', values['min-depth']),
      signal,
    }
    return playOver(run, subject)
  })
  leaveWhenSaid()
  for (const { error } of outcome.broken) throw error
  const [trial] = outcome.trials
  if (trial === undefined) return 130
  process.stdout.write(
    values.json ? `${JSON.stringify(trial)}\n` : tellTrial(trial, { bodies: values.bodies }),
  )
  return { satisfied: 0, unsatisfied: 1, inconclusive: 3 }[trial.verdict]
}
