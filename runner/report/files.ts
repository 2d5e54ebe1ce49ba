import { existsSync } from 'node:fs'
import { appendFile, mkdir, open, writeFile } from 'node:fs/promises'
import { dirname, extname } from 'node:path'
import { didYouMean } from '../../engine/nearest.ts'
import { UsageError } from '../../engine/usage-error.ts'
import { jsonPieces } from './json.ts'
import { renderJUnit } from './junit.ts'
import { renderMarkdown } from './markdown.ts'
import { renderPage } from './page.ts'
import type { SweepResult } from '../sweep/sweep.ts'
import type { RunResult } from './result.ts'

/** What a report tells beside the run itself, where it has a place for it. */
export interface More {
  sweep?: SweepResult | undefined
}

/** How a report is made, by the ending of its file. */
const renderers: Readonly<Record<string, (result: RunResult, more: More) => Iterable<string>>> = {
  '.html': (result, more) => [renderPage(result, more)],
  '.json': jsonPieces,
  '.xml': (result) => [renderJUnit(result)],
  '.md': (result) => [renderMarkdown(result)],
}

/** What a file's ending may be, in words. */
export const endingsTold =
  '.html (page), .json (result), .xml (JUnit) or .md (Markdown for a step summary)'

/** Throws a UsageError when a report's name does not say what kind it is to be. */
export function needKnownEnding(flag: string, file: string): void {
  const ending = extname(file)
  if (Object.hasOwn(renderers, ending)) return
  throw new UsageError(`"${file}" does not end with ${endingsTold}.`, {
    field: flag,
    fix: ending === '' ? undefined : didYouMean(ending, Object.keys(renderers)),
  })
}

/** Writes a result by each file's ending. One that can't be written keeps no other from being written. */
export async function writeReports(
  result: RunResult,
  files: readonly string[],
  { flag = '--report', ...more }: More & { flag?: string } = {},
): Promise<void> {
  let failed: UsageError | undefined
  for (const file of files) {
    const pieces = renderers[extname(file)]!(result, more)
    try {
      await makeFolder(dirname(file))
      await writeFile(file, pieces)
    } catch (error) {
      failed ??= unwritable(file, error, flag)
    }
  }
  if (failed !== undefined) throw failed
}

/** Tells before a run of minutes that its report will have no place. */
export async function needWritable(file: string, flag = '--report'): Promise<void> {
  try {
    await makeFolder(dirname(file))
    await (await open(file, 'a')).close()
  } catch (error) {
    throw unwritable(file, error, flag)
  }
}

/**
 * Adds the Markdown report to the step summary of the GitHub job that this process is part of (the file
 * that GITHUB_STEP_SUMMARY names); returns that file, or undefined outside of such a job. Never
 * throws: a summary that can't be written must not change how a run ends.
 */
export async function addStepSummary(
  result: RunResult,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<string | undefined> {
  const file = env['GITHUB_STEP_SUMMARY']
  if (file === undefined || file === '') return undefined
  try {
    await appendFile(file, `${renderMarkdown(result)}\n`)
    return file
  } catch (error) {
    process.stderr.write(`The step summary can't be written: ${(error as Error).message}.\n`)
    return undefined
  }
}

function unwritable(file: string, error: unknown, flag: string): UsageError {
  const why = (error as Error).message
  return new UsageError(`The report can't be written: ${why}.`, { field: flag, file })
}

/** One folder after the other: `mkdir` with `recursive` never comes back below /proc. */
async function makeFolder(path: string): Promise<void> {
  if (existsSync(path)) return
  await makeFolder(dirname(path))
  await mkdir(path)
}
