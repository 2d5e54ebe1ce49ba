import { existsSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { UsageError } from '../../engine/usage-error.ts'
import { openDemoSet, showHoldout, tellHoldout, type HoldoutShown } from '../demo-holdout.ts'
import { readCount, readFlags } from '../flags.ts'
import { interruptible } from '../interrupt.ts'
import { ProgressLine } from '../progress.ts'
import { readDocument } from '../read-document.ts'
import { readWall, wallForOwnCode, type WallWord } from '../wall/choose.ts'
import { writeReports } from '../report/files.ts'
import type { RunResult } from '../report/result.ts'
import { summarize } from '../report/summary.ts'
import { counts, percent, plural, span } from '../report/words.ts'
import { runSubject, seedsFrom } from '../run-subject.ts'

export const demoHelp = `backlot demo – the bundled subjects through the public scenarios: what Backlot is for, in a minute

  backlot demo
  backlot demo --trials 10 --jobs 4

  --trials N       seeds per scenario and plan (as examples/offboarding/demo.json says)
  --jobs J         trials under way at once (4: most of the time is waiting)
  --wall W         lane or environment (lane; where none can be had, environment, and it says so)
  --json           the results as JSON, one for each subject

Plays an off-boarding service, a hurried twin of it, and a subject that does nothing, each as a
process with the vendors' official clients. Writes a page for each below .backlot/. Ends with the first
two on the sealed example cases in holdout/, beside their public score.
`

/** What `examples/offboarding/demo.json` lists. */
interface Demo {
  /** Description files, from the folder of demo.json. */
  subjects: string[]
  scenarios: string[]
  faults: string[]
  trials: number
}

const demoFile = join(import.meta.dirname, '..', '..', 'examples', 'offboarding', 'demo.json')

/** Runs `backlot demo`; returns the exit code: 0 when the first subject scored better than every other. */
export async function demo(args: readonly string[]): Promise<number> {
  const { values } = readFlags('demo', args, {
    trials: { type: 'string', short: 'n' },
    jobs: { type: 'string', short: 'j', default: '4' },
    wall: { type: 'string' },
    json: { type: 'boolean', default: false },
  })
  if (!existsSync(demoFile)) {
    throw new UsageError('The demonstration comes with the repository, not with the package.', {
      fix: 'Clone the repository and run npm start there, or see backlot run --help.',
    })
  }
  const listed = (await readDocument(demoFile)).value as Demo
  const trials =
    values.trials === undefined ? listed.trials : readCount('--trials', values.trials, 1)
  const jobs = readCount('--jobs', values.jobs, 1)
  const wall = readWall(values.wall) ?? (await wallForBundled())
  const results: RunResult[] = []
  const shown: HoldoutShown[] = []
  const set = await openDemoSet()
  await interruptible(async (signal) => {
    for (const file of listed.subjects) {
      if (signal.aborted) return
      const progress = new ProgressLine()
      const result = await runSubject({
        paths: listed.scenarios,
        subjectFile: relative('.', resolve(dirname(demoFile), file)),
        seeds: seedsFrom('1', trials),
        plans: listed.faults,
        jobs,
        wall,
        signal,
        onTrial: progress.tell,
      })
      progress.end()
      results.push(result)
      const page = `.backlot/${result.subject.name}.html`
      await writeReports(result, [page, page.replace(/html$/, 'json')])
      if (!values.json) process.stdout.write(`${tell(result, page)}\n`)
    }
    if (!values.json) process.stdout.write(compare(results))
    // The last does nothing, which the holdout tells no better.
    for (const file of set === undefined ? [] : listed.subjects.slice(0, -1)) {
      if (signal.aborted) return
      const progress = new ProgressLine()
      const subjectFile = relative('.', resolve(dirname(demoFile), file))
      const play = { paths: listed.scenarios, jobs, wall, signal, onTrial: progress.tell }
      shown.push(await showHoldout(subjectFile, set!, play))
      progress.end()
    }
  })
  if (values.json) process.stdout.write(`${JSON.stringify(withHoldout(results, shown))}\n`)
  else if (set !== undefined && shown.length > 0) {
    process.stdout.write(`\n${tellHoldout(shown, set)}`)
  }
  return exitCodeOf(results)
}

function withHoldout(results: readonly RunResult[], shown: readonly HoldoutShown[]): object[] {
  return results.map((result) => {
    const found = shown.find(({ subject }) => subject === result.subject.name)
    return found === undefined ? result : { ...result, holdout: found }
  })
}

/** The bundled subjects are our own: where no lane can be had they may do without, but never in silence. */
async function wallForBundled(): Promise<WallWord> {
  const { word, lacking } = await wallForOwnCode()
  if (lacking !== undefined) {
    process.stderr.write(
      `No lane can be had here: ${lacking}\nThe bundled subjects run with --wall environment, which keeps no hostile code from getting out.\n\n`,
    )
  }
  return word
}

/** The whole story where there is one; a subject that satisfies nothing is the control. */
function tell(result: RunResult, page: string): string {
  const { subject, trials, score } = result
  if (score.satisfied > 0) return summarize(result, [page], 3)
  return `${subject.name} (${subject.kind}): none of ${plural(trials.length, 'trial')} satisfied; every scenario notices.\nwritten: ${page}\n`
}

function compare(results: readonly RunResult[]): string {
  const width = Math.max(...results.map(({ subject }) => subject.name.length))
  const lines = results.map(({ subject, score }) => {
    const sure = score.interval === null ? '' : ` (${span(score.interval)})`
    return `  ${subject.name.padEnd(width)}  ${percent(score.satisfaction)}${sure}  ${counts(score)}`
  })
  return `${['In short:', ...lines].join('\n')}\n`
}

function exitCodeOf(results: readonly RunResult[]): number {
  const [first, ...rest] = results
  if (first === undefined || results.some(({ unplayed }) => unplayed > 0)) return 130
  if (results.some(({ broken }) => broken.length > 0)) {
    throw new UsageError('A bundled scenario is broken.', { fix: results[0]!.broken[0]?.what })
  }
  const best = first.score.satisfaction ?? 0
  return rest.every(({ score }) => (score.satisfaction ?? 0) < best) ? 0 : 1
}
