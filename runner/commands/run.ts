import { interruptible, leaveWhenSaid } from '../interrupt.ts'
import { ProgressLine } from '../progress.ts'
import { addStepSummary, needWritable, writeReports } from '../report/files.ts'
import { jsonPieces } from '../report/json.ts'
import { exitCodeOf } from '../report/result.ts'
import { summarize } from '../report/summary.ts'
import { runSubject } from '../run-subject.ts'
import { defaultHistory, readRunOptions } from './run-options.ts'

export const runHelp = `backlot run [paths] --subject FILE – plays a subject through scenarios and scores it

  backlot run --subject subject.json                    every scenario in ./scenarios, or ours
  backlot run scenarios/offboarding --subject s.json --trials 20 --faults none,flaky,lost-after-write
  backlot run offboarding/leaver --subject s.json --faults flaky+slow --json
  backlot run --subject s.json --trials 200 --gate 0.9  ends when it is sure enough
  backlot run --resume                                  goes on with the run that was cut off

  --subject FILE   describes the code under test (JSON, YAML, TypeScript):
                   { "kind": "command", "command": ["node", "service.js"], "warm": true }
                   { "kind": "service", "command": ["node", "server.js"], "ready": { "path": "/healthz" } }
                   { "kind": "module", "module": "./service.js" }
                   or names one in backlot.config.ts, whose only one is meant without it
  --trials N       seeds per scenario and plan (3)
  --seed S         the first seed (1)
  --faults P,P     fault plans, each played on its own; + lays several at once, @ says where (none):
                   none,flaky,slow@okta+down*5s@jira, or a JSON or YAML file; backlot faults lists them
  --wall W         what keeps the subject where it is put: lane (the default, on Linux), or environment
                   (settings alone: unsafe, for code that you trust)
  --jobs J         trials under way at once (as many as there are cores)
  --shard 2/8      every eighth trial, from the second; backlot merge joins the results
  --gate G         ends with 0 when at least G (0.9) of the trials satisfy, else with 1, and ends as soon
                   as that is sure: with a chance of at most --alpha (0.05) of passing, --beta (0.05)
                   of failing, where the whole run says otherwise
  --budget B,B     ends the run when it has spent more: calls=10000,usd=5 (calls, writes, seconds, bytes,
                   tokens, usd); what was played is kept
  --prices FILE    what calls cost in US dollars, by service or operation (JSON or YAML)
  --min-depth D    operations shallower than this make a trial inconclusive (spec)
  --report FILE    write a report there, by its ending: .html (page), .json (result), .xml (JUnit),
                   .md (Markdown); may be given several times
                   (.backlot/report.html and .backlot/result.json)
  --history FILE   keep every trial there as it ends (${defaultHistory}); --no-history keeps nothing
  --resume [RUN]   play what is missing of a run that was cut off: the last one, or by its number
  --no-mutants     do not show that scenarios notice when the subject's own calls go wrong (a trial or two
                   more for each scenario; never in a shard)
  --no-step-summary  add nothing to the summary of a GitHub job (where GITHUB_STEP_SUMMARY is set)
  --json           the result as JSON on stdout, and no reports unless --report names them

Ends with 0 when every trial satisfies (or the gate is passed), 1 when the subject fell short or
overspent, 2 when a flag or a scenario is wrong or measures nothing, 3 when a trial was inconclusive
through our fault, 130 when it was interrupted.
`

/** Runs `backlot run`; returns the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const { request, json, reports, stepSummary } = await readRunOptions(args)
  for (const file of reports) await needWritable(file)
  const progress = new ProgressLine()
  const result = await interruptible(async (signal) => {
    try {
      return await runSubject({ ...request, signal, onTrial: progress.tell })
    } finally {
      progress.end()
      request.history?.close()
    }
  })
  const pieces = json ? [...jsonPieces(result), '\n'] : [summarize(result, reports)]
  for (const piece of pieces) process.stdout.write(piece)
  if (stepSummary) await addStepSummary(result)
  await writeReports(result, reports).finally(leaveWhenSaid)
  return exitCodeOf(result)
}
