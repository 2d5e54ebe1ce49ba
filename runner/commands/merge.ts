import { UsageError } from '../../engine/usage-error.ts'
import { readFlags } from '../flags.ts'
import { readKeptResult } from '../history/kept-result.ts'
import { mergeResults, type ShardResult } from '../merge-results.ts'
import { needKnownEnding, writeReports } from '../report/files.ts'
import { readResult } from '../report/read-result.ts'
import { exitCodeOf } from '../report/result.ts'
import { summarize } from '../report/summary.ts'
import { readGate } from './run-options.ts'

export const mergeHelp = `backlot merge RESULT… – joins the shards of a run into its result

  backlot run --subject s.json --shard 1/2 --report 1.json     on one machine
  backlot run --subject s.json --shard 2/2 --report 2.json     on another
  backlot merge 1.json 2.json --report whole.json --report page.html

RESULT is what a shard wrote (.json), or its history (.db: the last run in it; history.db#12: run 12).

  --report FILE    write a report there, by its ending: .html, .json, .xml, .md; may be given several times
  --gate G         end with 0 when at least G (0.9) of the trials satisfy, else with 1
  --json           the result as JSON on stdout

Refuses shards of different subjects, scenarios, plans, seeds or versions, and says which is missing.
Ends as backlot run does.
`

/** Runs `backlot merge`; returns the exit code. */
export async function merge(args: readonly string[]): Promise<number> {
  const { values, positionals } = readFlags('merge', args, {
    report: { type: 'string', multiple: true, default: [] },
    gate: { type: 'string' },
    json: { type: 'boolean', default: false },
  })
  if (positionals.length === 0) {
    throw new UsageError('Which shards?', { fix: 'See backlot merge --help.' })
  }
  for (const file of values.report) needKnownEnding('--report', file)
  const shards: ShardResult[] = []
  for (const file of positionals) shards.push({ file, result: await readShardResult(file) })
  const result = mergeResults(shards, readGate(values))
  await writeReports(result, values.report)
  process.stdout.write(
    values.json ? `${JSON.stringify(result)}\n` : summarize(result, values.report),
  )
  return exitCodeOf(result)
}

async function readShardResult(file: string): Promise<ShardResult['result']> {
  const [, history, run] = /^(.+\.db)(?:#(\d+))?$/.exec(file) ?? []
  if (history === undefined) return readResult(file)
  return readKeptResult(history, run === undefined ? undefined : Number(run))
}
