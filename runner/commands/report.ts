import { existsSync } from 'node:fs'
import { UsageError } from '../../engine/usage-error.ts'
import { readCount, readFlags } from '../flags.ts'
import { readKeptResult } from '../history/kept-result.ts'
import { needKnownEnding, writeReports } from '../report/files.ts'
import { jsonPieces } from '../report/json.ts'
import { readResult, readSweep } from '../report/read-result.ts'
import type { RunResult } from '../report/result.ts'
import { resultSchema } from '../report/schema/result-schema.ts'
import { summarize } from '../report/summary.ts'
import { defaultHistory } from './run-options.ts'

export const reportHelp = `backlot report [RESULT] – makes reports from a stored result

  backlot report                                       what the last run here printed at its end
  backlot report 12 --out report.html                  the page of run 12
  backlot report result.json --out junit.xml --out summary.md
  backlot report --schema > result-1.schema.json       what is in a result

  --out FILE       by its ending: .html (page), .json (result), .xml (JUnit),
                   .md (Markdown, as for a GitHub step summary); may be given several times
  --history FILE   another history than ${defaultHistory}
  --sweep FILE     a matrix of backlot sweep to draw into the page
  --schema         the JSON Schema (2020-12) of backlot.result/1
  --json           the result as JSON on stdout

RESULT is a file that backlot run --report result.json has written, or the number of a run that
backlot history lists; without it, the last run.
Ends with 0 when all is written, 2 when the file holds no result or a report can't be written.
`

/** Runs `backlot report`; returns the exit code. */
export async function report(args: readonly string[]): Promise<number> {
  const { values, positionals } = readFlags('report', args, {
    out: { type: 'string', short: 'o', multiple: true, default: [] },
    history: { type: 'string', default: defaultHistory },
    sweep: { type: 'string' },
    schema: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  })
  const { out, schema, json } = values
  if (schema) return say(`${JSON.stringify(resultSchema, null, 2)}\n`)
  const [source, ...more] = positionals
  if (more.length > 0) {
    const fix = 'backlot report .backlot/result.json --out report.html'
    throw new UsageError('One result at a time.', { fix })
  }
  for (const file of out) needKnownEnding('--out', file)
  const result = await findResult(source, values.history)
  const sweep = values.sweep === undefined ? undefined : await readSweep(values.sweep)
  await writeReports(result, out, { flag: '--out', sweep })
  if (json) return say(...jsonPieces(result), '\n')
  if (out.length === 0) return say(summarize(result))
  return say(out.map((file) => `written: ${file}\n`).join(''))
}

/** The result of a file, of a run of the history, or of its last one. */
async function findResult(source: string | undefined, history: string): Promise<RunResult> {
  if (source === undefined) return readKeptResult(history)
  const isNumber = /^\d+$/.test(source) && !existsSync(source)
  return isNumber ? readKeptResult(history, readCount('RESULT', source, 1)) : readResult(source)
}

function say(...pieces: string[]): number {
  for (const piece of pieces) process.stdout.write(piece)
  return 0
}
