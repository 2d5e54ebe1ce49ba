import { availableParallelism } from 'node:os'
import { UsageError } from '../../engine/usage-error.ts'
import { readPriceFile } from '../budget/prices.ts'
import { configuredPrices, fillFlags } from '../config/fill-flags.ts'
import { planNames } from '../fault-plans.ts'
import { splitPlans } from '../faults/language.ts'
import { readCount, readDepth, readFlags } from '../flags.ts'
import { History } from '../history/history.ts'
import { findUnfinished } from '../history/keep-run.ts'
import { needSubject } from '../need-subject.ts'
import type { Shard } from '../plan-trials.ts'
import { needKnownEnding } from '../report/files.ts'
import { seedsFrom, type RunRequest } from '../run-subject.ts'
import type { GateOptions } from '../statistics/gate-test.ts'
import { readBudget } from '../stop-rules.ts'
import { readWall } from '../wall/choose.ts'
import { defaultScenarios } from './trial-flags.ts'

/** Where runs are kept when nobody says otherwise. */
export const defaultHistory = '.backlot/history.db'

/** What the flags of `backlot run` ask for. */
export interface RunOptions {
  request: RunRequest
  json: boolean
  reports: string[]
  /** Whether a GitHub job is told in its summary. */
  stepSummary: boolean
}

const text = { type: 'string' } as const
const flags = {
  subject: { type: 'string', short: 's' },
  trials: { type: 'string', short: 'n' },
  seed: text,
  faults: { type: 'string', short: 'f' },
  jobs: { type: 'string', short: 'j' },
  'min-depth': text,
  shard: text,
  gate: text,
  alpha: text,
  beta: text,
  budget: text,
  prices: text,
  history: text,
  'no-history': { type: 'boolean' },
  resume: { type: 'boolean' },
  wall: text,
  report: { type: 'string', multiple: true },
  'no-mutants': { type: 'boolean' },
  'no-step-summary': { type: 'boolean' },
  json: { type: 'boolean' },
} as const

type Values = ReturnType<typeof readFlags<typeof flags>>['values']

/** What a run that goes on may be told anew; everything else was said when it began. */
const ofResume = ['resume', 'jobs', 'history', 'report', 'no-step-summary', 'json']

/** Reads the flags of `backlot run`. Throws a UsageError that names the one that is wrong. */
export async function readRunOptions(args: readonly string[]): Promise<RunOptions> {
  // `--resume=12` as `--resume 12`.
  const split = args.flatMap((one) => (one.startsWith('--resume=') ? one.split('=', 2) : [one]))
  const { values: typed, positionals } = readFlags('run', split, flags)
  const values = typed.resume === true ? typed : fillFlags(typed, flags)
  const { json = false, report } = values
  for (const file of report ?? []) needKnownEnding('--report', file)
  const request =
    values.resume === true
      ? readResumed(values, positionals)
      : await readRequest(values, positionals)
  const defaults = json ? [] : ['.backlot/report.html', '.backlot/result.json']
  const stepSummary = values['no-step-summary'] !== true
  return { request, json, reports: report ?? defaults, stepSummary }
}

async function readRequest(values: Values, positionals: readonly string[]): Promise<RunRequest> {
  const { seed = '1', trials = '3' } = values
  if (seed === '' || /[@+]/.test(seed)) {
    throw new UsageError(`"${seed}" is no seed: it may hold no @ and no +.`, { field: '--seed' })
  }
  const plans = splitPlans(values.faults ?? 'none')
  if (plans.length === 0) {
    const fix = `Write ${planNames.join(', ')}; backlot faults tells what each does.`
    throw new UsageError('Which fault plan?', { field: '--faults', fix })
  }
  const request: RunRequest = {
    paths: positionals.length > 0 ? positionals : defaultScenarios(),
    subjectFile: needSubject('run', values.subject),
    seeds: seedsFrom(seed, readCount('--trials', trials, 1)),
    plans,
    jobs: readJobs(values),
  }
  await addBounds(request, values)
  request.mutantControls = values['no-mutants'] !== true
  request.history = openHistory(values)
  return request
}

/** What ends a run early, and what is no full run. */
async function addBounds(request: RunRequest, values: Values): Promise<void> {
  const { shard, gate, budget, prices } = values
  const wall = readWall(values.wall)
  if (wall !== undefined) request.wall = wall
  const depth = values['min-depth']
  if (depth !== undefined) request.minDepth = readDepth('--min-depth', depth)
  if (shard !== undefined) request.shard = readShard(shard)
  request.gate = readGate(values)
  if (budget !== undefined) request.budget = readBudget('--budget', budget)
  if (prices !== undefined) request.prices = await readPriceFile(prices)
  else request.prices = configuredPrices()
  if (request.budget?.usd !== undefined && request.prices === undefined) {
    throw new UsageError('A budget of "usd" needs prices.', {
      field: '--budget',
      fix: 'Name a price list: --prices prices.json.',
    })
  }
  const ender = gate === undefined ? '--budget' : '--gate'
  if (shard !== undefined && (gate ?? budget) !== undefined) {
    const fix = 'Play all shards, and give the gate to backlot merge.'
    throw new UsageError(`${ender} asks for the whole run, --shard for a part.`, { fix })
  }
}

/** A gate from `--gate`, `--alpha` and `--beta`; undefined where there is none. */
export function readGate(values: {
  gate?: string | undefined
  alpha?: string | undefined
  beta?: string | undefined
}): GateOptions | undefined {
  const { gate, alpha = '0.05', beta = '0.05' } = values
  if (gate === undefined) {
    const stray = ['alpha', 'beta'].find((name) => values[name as 'alpha'] !== undefined)
    if (stray === undefined) return undefined
    throw new UsageError('It belongs to a gate.', { field: `--${stray}`, fix: 'Add --gate 0.9.' })
  }
  const at = readFraction('--gate', gate, 1)
  return {
    at,
    alpha: readFraction('--alpha', alpha, 0.5),
    beta: readFraction('--beta', beta, 0.5),
  }
}

function readFraction(flag: string, text: string, most: number): number {
  const value = Number(text)
  if (/^\d*\.?\d+$/.test(text) && value > 0 && value <= most) return value
  throw new UsageError(`"${text}" is no number above 0 and up to ${most}.`, { field: flag })
}

function readShard(text: string): Shard {
  const [, index, of] = (/^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []).map(Number)
  if (index !== undefined && of !== undefined && index >= 1 && index <= of) return { index, of }
  throw new UsageError(`"${text}" is no shard.`, {
    field: '--shard',
    fix: 'Write 1/8 for the first of eight.',
  })
}

function readJobs({ jobs = String(availableParallelism()) }: Values): number {
  return readCount('--jobs', jobs, 1)
}

/** The history that is asked for. The one that nobody asked for may be missing: a folder that can't be written costs it, not the run. */
function openHistory({ history, 'no-history': none }: Values): History | undefined {
  if (none === true) {
    if (history === undefined) return undefined
    throw new UsageError('--history and --no-history say the opposite.', { field: '--no-history' })
  }
  if (history !== undefined) return History.open(history)
  try {
    return History.open(defaultHistory)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    process.stderr.write(`${error.message} This run is not kept.\n`)
    return undefined
  }
}

/** The request of a run that has not ended, as it was made. */
function readResumed(values: Values, positionals: readonly string[]): RunRequest {
  const other = Object.keys(values).find((name) => !ofResume.includes(name))
  if (other !== undefined) {
    throw new UsageError('A run that goes on plays what it was asked when it began.', {
      field: `--${other}`,
      fix: `Leave it out, or start a new run. With --resume go ${ofResume.slice(1).join(', ')}.`,
    })
  }
  const [id] = positionals
  const history = History.open(values.history ?? defaultHistory)
  const resumed = findUnfinished(
    history,
    id === undefined ? undefined : readCount('--resume', id, 1),
  )
  const { from, ...asked } = resumed.request as RunRequest & { from: string }
  if (from !== process.cwd()) {
    throw new UsageError(`Run ${resumed.id} was begun in another folder.`, { fix: `cd ${from}` })
  }
  return { ...asked, jobs: readJobs(values), history, resumed }
}
