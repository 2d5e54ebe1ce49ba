import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { UsageError } from '../../engine/usage-error.ts'
import { planNames } from '../fault-plans.ts'
import { readCount, readDepth, readFlags } from '../flags.ts'
import { interruptible, leaveWhenSaid } from '../interrupt.ts'
import { ownScenarios } from '../load-scenarios.ts'
import { ProgressLine } from '../progress.ts'
import { addStepSummary, needKnownEnding, needWritable, writeReports } from '../report/files.ts'
import { exitCodeOf } from '../report/result.ts'
import { summarize } from '../report/summary.ts'
import { runSubject, seedsFrom, type RunRequest } from '../run-subject.ts'

export const runHelp = `backlot run [paths] --subject FILE – plays a subject through scenarios and scores it

  backlot run --subject subject.json                    every scenario in ./scenarios, or ours
  backlot run scenarios/offboarding --subject s.json --trials 20 --faults none,flaky,lost-after-write
  backlot run offboarding/leaver --subject s.json --faults flaky+slow --json

  --subject FILE   describes the code under test (JSON, YAML, TypeScript):
                   { "kind": "command", "command": ["node", "service.js"], "warm": true }
                   { "kind": "module", "module": "./service.js" }
  --trials N       seeds per scenario and plan (3)
  --seed S         the first seed (1)
  --faults P,P     fault plans, each played on its own; + lays several at once (none)
                   ${planNames.join(', ')}, or a JSON or YAML file
  --jobs J         trials under way at once (as many as there are cores)
  --min-depth D    operations shallower than this make a trial inconclusive (spec)
  --report FILE    write a report there, by its ending: .html (page), .json (result), .xml (JUnit),
                   .md (Markdown); may be given several times
                   (.backlot/report.html and .backlot/result.json)
  --no-step-summary  add nothing to the summary of a GitHub job (where GITHUB_STEP_SUMMARY is set)
  --json           the result as JSON on stdout, and no files unless --report names them

Ends with 0 when every trial satisfies, 1 when the subject fell short, 2 when a flag or a scenario
is wrong or measures nothing, 3 when a trial was inconclusive through our fault, 130 when it was
interrupted.
`

/** Runs `backlot run`; returns the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const { request, json, reports, stepSummary } = readRunOptions(args)
  for (const file of reports) await needWritable(file)
  const progress = new ProgressLine()
  const result = await interruptible(async (signal) => {
    try {
      return await runSubject({ ...request, signal, onTrial: progress.tell })
    } finally {
      progress.end()
    }
  })
  process.stdout.write(json ? `${JSON.stringify(result)}\n` : summarize(result, reports))
  if (stepSummary) await addStepSummary(result)
  await writeReports(result, reports).finally(leaveWhenSaid)
  return exitCodeOf(result)
}

interface RunOptions {
  request: RunRequest
  json: boolean
  reports: string[]
  /** Whether a GitHub job is told in its summary. */
  stepSummary: boolean
}

function readRunOptions(args: readonly string[]): RunOptions {
  const { values, positionals } = readFlags('run', args, {
    subject: { type: 'string', short: 's' },
    trials: { type: 'string', short: 'n', default: '3' },
    seed: { type: 'string', default: '1' },
    faults: { type: 'string', short: 'f', default: 'none' },
    jobs: { type: 'string', short: 'j', default: String(availableParallelism()) },
    'min-depth': { type: 'string' },
    report: { type: 'string', multiple: true },
    'no-step-summary': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  })
  const { subject, seed, json, report } = values
  if (subject === undefined) {
    const fix = 'Name its description: --subject subject.json. See backlot run --help.'
    throw new UsageError('Which code is to be run?', { field: '--subject', fix })
  }
  if (seed === '' || /[@+]/.test(seed)) {
    throw new UsageError(`"${seed}" is no seed: it may hold no @ and no +.`, { field: '--seed' })
  }
  for (const file of report ?? []) needKnownEnding('--report', file)
  const plans = values.faults.split(',').filter(Boolean)
  if (plans.length === 0) {
    const fix = `Write none, or one of ${planNames.join(', ')}.`
    throw new UsageError('Which fault plan?', { field: '--faults', fix })
  }
  const request: RunRequest = {
    paths:
      positionals.length > 0 ? positionals : [existsSync('scenarios') ? 'scenarios' : ownScenarios],
    subjectFile: subject,
    seeds: seedsFrom(seed, readCount('--trials', values.trials, 1)),
    plans,
    jobs: readCount('--jobs', values.jobs, 1),
  }
  const depth = values['min-depth']
  if (depth !== undefined) request.minDepth = readDepth('--min-depth', depth)
  const defaults = json ? [] : ['.backlot/report.html', '.backlot/result.json']
  const stepSummary = !values['no-step-summary']
  return { request, json, reports: report ?? defaults, stepSummary }
}
