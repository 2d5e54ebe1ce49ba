import { createHmac } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import { UsageError } from '../../engine/usage-error.ts'
import type { Depth } from '../../engine/depth.ts'
import { Bases } from '../bases.ts'
import { findPlan } from '../fault-plans.ts'
import { digestSubject } from '../history/digest.ts'
import { loadScenarios, type LoadedScenario } from '../load-scenarios.ts'
import { toResult, type RunResult } from '../report/result.ts'
import { playOver } from '../run-subject.ts'
import { playRun } from '../schedule.ts'
import { scoreTrials, type Score } from '../score.ts'
import { loadSubject } from '../subject/load.ts'
import { nothingSubject } from '../subject/nothing.ts'
import type { Subject } from '../subject/subject.ts'
import type { TrialResult } from '../trial-result.ts'
import { readVersion } from '../version.ts'
import type { WallWord } from '../wall/choose.ts'
import type { WallReport } from '../wall/wall.ts'
import { gapBetween, type Gap } from './gap.ts'
import { findLeaksInScoring, LeakFinder, type Leak } from './leaks/find-leaks.ts'
import type { OpenSet } from './seal/open-set.ts'

/** What is to be scored, and on what. */
export interface HoldoutRequest {
  subjectFile: string
  set: OpenSet
  /** Public cases, to compare with: files, folders or ids. */
  publicPaths: readonly string[]
  /** How many seeds each case is played with. */
  trials: number
  plans: readonly string[]
  jobs: number
  /** Drawn for this scoring and told nobody: order and seeds of the trials come from it. */
  secret: string
  wall?: WallWord | undefined
  minDepth?: Depth | undefined
  signal?: AbortSignal | undefined
  onTrial?: ((result: TrialResult, done: number, all: number) => void) | undefined
}

/** What a scoring found. All of it is for release managers; authors get an answer made of `holdout` alone. */
export interface HoldoutScore {
  format: 'backlot.scoring/1'
  /** ISO 8601. */
  startedAt: string
  versions: { backlot: string; node: string }
  subject: { name: string; kind: string; file: string; digest?: string }
  /** SHA-256 of the manifest. */
  set: { digest: string; root: string; count: number; sealed: string }
  public: Score
  holdout: Score
  gap: Gap | null
  /** Of the sealed cases. */
  byTag: { name: string; score: Score }[]
  wall: WallReport | undefined
  /** Attempts to reach anything that is no twin, over all trials. */
  escapes: { trial: string; target: string; how: string }[]
  /** Which case each name of a trial stands for; public ones by their ids. */
  names: Record<string, { name: string; sealed: boolean }>
  /** Traces of sealed cases in what the subject said and sent: it has seen what it must not have. */
  leaks?: Leak[]
  unplayed: number
  /** Every trial, public ones among the others. */
  result: RunResult
}

/**
 * Plays public and sealed cases as one run, so that nothing the subject can see tells them apart:
 * names that say nothing, one order and seeds drawn from the secret. Throws a UsageError when the
 * subject or a public case is wrong, and when the subject would run in this process: what it shares
 * with the cases' plaintext it could read.
 */
export async function scoreHoldout(request: HoldoutRequest): Promise<HoldoutScore> {
  const startedAt = new Date().toISOString()
  const begun = performance.now()
  const { subjectFile, set, jobs, minDepth, signal, wall, onTrial } = request
  const mixed = await mix(request)
  const plans = await Promise.all(request.plans.map(findPlan))
  const subject = await loadSubject(subjectFile, wall)
  await needApart(subject, subjectFile)
  const seeds = Array.from({ length: request.trials }, (_, i) => draw(request.secret, `seed ${i}`))
  const ground = { scenarios: mixed.scenarios, seeds, bases: new Bases(), minDepth, signal }
  const played = await playOver({ ...ground, plans, jobs, subject, onTrial }, subject)
  const idle = { ...ground, seeds: seeds.slice(0, 1), plans: [await findPlan('none')] }
  const controls = await playRun({ ...idle, jobs: 1, subject: nothingSubject })
  const digest = await digestSubject(subjectFile.replace(/#[^#]*$/, '')).catch(() => undefined)
  const result = toResult({
    startedAt,
    wallMs: performance.now() - begun,
    version: readVersion(),
    subject,
    subjectFile,
    run: {
      scenarios: mixed.scenarios.map(({ id }) => id),
      seeds,
      plans: plans.map(({ name }) => name),
      jobs,
      minDepth: minDepth ?? 'spec',
    },
    controls: controls.trials,
    ...played,
  })
  const described = { name: subject.name, kind: subject.kind, file: subjectFile }
  return {
    format: 'backlot.scoring/1',
    startedAt,
    versions: result.versions,
    subject: digest === undefined ? described : { ...described, digest },
    set: {
      digest: set.digest,
      root: set.manifest.root,
      count: set.manifest.count,
      sealed: set.manifest.sealed,
    },
    ...scoreParts(result, mixed.names),
    wall: result.wall,
    names: mixed.names,
    leaks: await findLeaks(set, mixed.scenarios, result),
    unplayed: result.unplayed,
    result,
  }
}

/** Throws a UsageError when a subject would run in this process, which holds what is sealed. */
export async function needApart(subject: Subject, file: string): Promise<void> {
  if (subject.kind !== 'module' && subject.kind !== 'nothing') return
  await subject.close()
  throw new UsageError('A module runs in the process that holds the sealed cases.', {
    file,
    field: 'kind',
    fix: 'Describe it as a command, a service or a container.',
  })
}

/** Scores of the two parts; cases that measure nothing count in neither. */
function scoreParts(
  result: RunResult,
  names: HoldoutScore['names'],
): Pick<HoldoutScore, 'public' | 'holdout' | 'gap' | 'byTag' | 'escapes'> {
  const idle = new Set(result.measuringNothing)
  const counted = result.trials.filter(({ scenario }) => !idle.has(scenario))
  const isSealed = ({ scenario }: TrialResult): boolean => names[scenario]!.sealed
  const sealed = counted.filter(isSealed)
  const seen = scoreTrials(counted.filter((one) => !isSealed(one)))
  const unseen = scoreTrials(sealed)
  const tags = [...new Set(sealed.flatMap((one) => one.tags))].sort()
  return {
    public: seen,
    holdout: unseen,
    gap: gapBetween(seen, unseen),
    byTag: tags.map((name) => ({
      name,
      score: scoreTrials(
        sealed.filter((one) => one.tags.includes(name)),
        name,
      ),
    })),
    escapes: result.trials.flatMap(({ id, escapes }) =>
      escapes.map(({ target, how }) => ({ trial: id, target, how })),
    ),
  }
}

/** What is public is nobody's leak; what can't be read again counts as sealed. */
async function findLeaks(
  { cases }: OpenSet,
  scenarios: readonly LoadedScenario[],
  result: RunResult,
): Promise<Leak[]> {
  const files = scenarios.map(({ file }) => file).filter(isAbsolute)
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')))
  return findLeaksInScoring(new LeakFinder([...cases.values()], texts), { result })
}

/** Public and sealed cases under names that say nothing, in an order that the secret draws. */
async function mix({
  set,
  publicPaths,
  secret,
}: HoldoutRequest): Promise<{ scenarios: LoadedScenario[]; names: HoldoutScore['names'] }> {
  const { scenarios: open, broken } = await loadScenarios(publicPaths)
  for (const { error } of broken) throw error
  const all = [
    ...open.map((loaded) => ({ loaded, name: loaded.id, sealed: false })),
    ...set.scenarios.map((loaded) => {
      return { loaded, name: set.cases.get(loaded.id)!.name, sealed: true }
    }),
  ]
  const drawn = all
    .map((one) => ({ ...one, at: draw(secret, `order ${one.sealed} ${one.name}`) }))
    .sort((a, b) => (a.at < b.at ? -1 : 1))
  const names: HoldoutScore['names'] = {}
  const scenarios = drawn.map(({ loaded, name, sealed }, i): LoadedScenario => {
    const id = `case-${String(i + 1).padStart(4, '0')}`
    names[id] = { name, sealed }
    return { ...loaded, id }
  })
  return { scenarios, names }
}

function draw(secret: string, what: string): string {
  return createHmac('sha256', secret).update(what).digest('hex').slice(0, 16)
}
