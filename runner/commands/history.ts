import { UsageError } from '../../engine/usage-error.ts'
import { didYouMean } from '../../engine/nearest.ts'
import { readCount, readFlags } from '../flags.ts'
import type { History, RunRecord } from '../history/history.ts'
import { isPlayed } from '../history/keep-run.ts'
import { needRun, openExisting, resultOf } from '../history/kept-result.ts'
import { needKnownEnding, writeReports } from '../report/files.ts'
import { summarize } from '../report/summary.ts'
import { inert, percent, plural, span } from '../report/words.ts'
import type { Verdict } from '../trial-result.ts'
import { defaultHistory } from './run-options.ts'

export const historyHelp = `backlot history – the runs that were played here

  backlot history                          every run, the latest first
  backlot history show 12                  what run 12 found (without a number: the last)
  backlot history show 12 --report page.html
  backlot history forget 3 4               takes runs out, with their trials
  backlot history forget --keep 20         all but the last twenty

  --history FILE   another history than ${defaultHistory}
  --subject NAME   runs of this subject only
  --report FILE    of show: write a report there (.html, .json, .xml, .md); may be given several times
  --keep N         of forget: keep the last N runs
  --json           as JSON on stdout

A run that was cut off goes on with backlot run --resume.
`

const words = ['list', 'show', 'forget']

/** Runs `backlot history`; returns the exit code. */
export async function history(args: readonly string[]): Promise<number> {
  const { values, positionals } = readFlags('history', args, {
    history: { type: 'string', default: defaultHistory },
    subject: { type: 'string' },
    report: { type: 'string', multiple: true, default: [] },
    keep: { type: 'string' },
    json: { type: 'boolean', default: false },
  })
  const [word = 'list', ...numbers] = positionals
  if (!words.includes(word)) {
    const fix = `${didYouMean(word, words)} See backlot history --help.`
    throw new UsageError(`History knows no "${word}".`, { fix })
  }
  const ids = numbers.map((text) => readCount('run', text, 1))
  const { json, subject, report, keep } = values
  const kept = openExisting(values.history)
  try {
    if (word === 'show') return await show(kept, ids, { json, report })
    if (word === 'forget') return forget(kept, ids, keep)
    const runs = kept.runs().filter((one) => subject === undefined || one.subject.name === subject)
    return say(json ? `${JSON.stringify(runs.map(toJson))}\n` : listRuns(runs))
  } finally {
    kept.close()
  }
}

async function show(
  kept: History,
  ids: readonly number[],
  { json, report }: { json: boolean; report: readonly string[] },
): Promise<number> {
  if (ids.length > 1) throw new UsageError('One run at a time.', { fix: 'backlot history show 12' })
  for (const file of report) needKnownEnding('--report', file)
  const record = needRun(kept, ids[0])
  const result = resultOf(kept, record)
  if (result === undefined) {
    if (report.length > 0) throw new UsageError(`Run ${record.id} has found nothing yet.`)
    const trials = kept.trials(record.id)
    if (json) return say(`${JSON.stringify({ ...toJson(record), trials })}\n`)
    return say(`${listRuns([record])}${countVerdicts(trials.map(({ verdict }) => verdict))}\n`)
  }
  await writeReports(result, report)
  return say(json ? `${JSON.stringify(result)}\n` : summarize(result, report))
}

function forget(kept: History, ids: readonly number[], keep: string | undefined): number {
  if ((keep === undefined) === (ids.length === 0)) {
    throw new UsageError('Which runs?', { fix: 'Name them, or say how many to --keep.' })
  }
  const all = kept.runs()
  const gone =
    keep === undefined
      ? ids.map((id) => needRun(kept, id))
      : all.slice(readCount('--keep', keep, 0)).filter((one) => !isPlayed(one))
  const busy = gone.find(isPlayed)
  if (busy !== undefined) throw new UsageError(`Run ${busy.id} is still being played.`)
  kept.forget(gone.map(({ id }) => id))
  return say(`${plural(gone.length, 'run')} forgotten, ${all.length - gone.length} kept\n`)
}

/** What `--json` tells of a run. */
function toJson(record: RunRecord): object {
  const { request, result, ...rest } = record
  return { ...rest, state: stateOf(record), score: result?.score ?? null, request }
}

function stateOf(record: RunRecord): 'ended' | 'unfinished' | 'being-played' {
  if (record.finishedAt !== undefined) return 'ended'
  return isPlayed(record) ? 'being-played' : 'unfinished'
}

function listRuns(runs: readonly RunRecord[]): string {
  if (runs.length === 0) return 'No run is kept.\n'
  const rows = runs.map((one) => {
    const { score, comparison, run } = one.result ?? {}
    const sure = score?.interval == null ? '' : ` (${span(score.interval)})`
    return [
      String(one.id),
      one.startedAt.slice(0, 16).replace('T', ' '),
      one.subject.name,
      `${one.played}/${one.planned}`,
      score === undefined ? '–' : `${percent(score.satisfaction)}${sure}`,
      [
        stateOf(one).replace('-', ' '),
        ...(run?.shard === undefined ? [] : [`shard ${run.shard.index}/${run.shard.of}`]),
        ...(comparison === undefined || comparison.verdict === 'cannot-tell'
          ? []
          : [`${comparison.verdict} than run ${comparison.with.run}`]),
      ].join(', '),
    ]
  })
  const all = [['run', 'begun (UTC)', 'subject', 'trials', 'satisfaction', ''], ...rows]
  const widths = all[0]!.map((_, i) => Math.max(...all.map((row) => row[i]!.length)))
  const lines = all.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('  ')
      .trimEnd(),
  )
  return inert(`${lines.join('\n')}\n`)
}

function countVerdicts(verdicts: readonly Verdict[]): string {
  const parts = (['satisfied', 'unsatisfied', 'inconclusive'] as const).map(
    (verdict) => `${verdicts.filter((one) => one === verdict).length} ${verdict}`,
  )
  return parts.join(', ')
}

function say(text: string): number {
  process.stdout.write(text)
  return 0
}
