import { createHmac } from 'node:crypto'
import type { FaultPlan } from '../../../engine/faults.ts'
import { Bases } from '../../bases.ts'
import { findPlan, type PlanSource } from '../../fault-plans.ts'
import { loadScenarios, type LoadedScenario } from '../../load-scenarios.ts'
import { playOver } from '../../run-subject.ts'
import { playRun } from '../../schedule.ts'
import { mcNemarExact } from '../../statistics/exact.ts'
import { loadSubject } from '../../subject/load.ts'
import { nothingSubject } from '../../subject/nothing.ts'
import type { SubjectReply } from '../../subject/subject.ts'
import type { TrialResult } from '../../trial-result.ts'
import type { WallWord } from '../../wall/choose.ts'
import { findNames } from './find-names.ts'
import { renameScenario } from './renamed-kit.ts'
import { drawRenaming } from './renaming.ts'

export interface BehaviourRequest {
  subjectFile: string
  publicPaths: readonly string[]
  /** The seeds that the author may know. */
  seeds: readonly string[]
  /** New names and seeds are drawn from it. */
  secret: string
  jobs: number
  wall?: WallWord | undefined
  /** Names that subjects have to know beforehand. */
  keep?: readonly string[]
  signal?: AbortSignal | undefined
}

/** What a subject did worse at once something was another that must not matter to it. */
export interface Change {
  /** Satisfied trials before and after, of those that could be held against each other. */
  before: number
  after: number
  trials: number
  /** Scenarios that were satisfied in every trial, and in none any more. */
  fell: string[]
  /** How likely as uneven a split of fallen and risen scenarios is by luck (McNemar, exact). */
  p: number
  flagged: boolean
}

/** Whether a subject acts on what it finds, or knows the public cases by heart. */
export interface BehaviourAudit {
  format: 'backlot.behaviour/1'
  /** The same names, other seeds: ids, people and everything that is drawn. */
  freshSeeds: Change
  /** The same seeds, other names of rooms, groups, projects. */
  renamed: Change & { names: Record<string, string[]> }
  /** Scenarios that it satisfied, and reported success, while every service was down; one that does nothing does not satisfy them. */
  satisfiedAlone: string[]
  flagged: boolean
}

/** Plays public cases as they are, with other seeds, under other names, and with every service down. */
export async function auditBehaviour(request: BehaviourRequest): Promise<BehaviourAudit> {
  const { seeds, secret, keep = [] } = request
  const { scenarios, broken } = await loadScenarios(request.publicPaths)
  for (const { error } of broken) throw error
  const bases = new Bases()
  const found = await Promise.all(scenarios.map((one) => findNames(one, bases, keep)))
  const renamed = scenarios.flatMap((one, i) => {
    const scenario = renameScenario(one.scenario, drawRenaming(found[i]!, `${secret}/${one.id}`))
    return found[i]!.length === 0 ? [] : [{ ...one, scenario }]
  })
  const none = await findPlan('none')
  const fresh = seeds.map((_seed, i) => draw(secret, `seed ${i}`))
  const play = (cases: LoadedScenario[], seeds: readonly string[], plan: PlanSource) =>
    playAll(request, bases, { cases, seeds, plan })
  const before = await play(scenarios, seeds, none)
  const underFresh = compare(before, await play(scenarios, fresh, none))
  const underNames = compare(before, await play(renamed, seeds, none))
  const idle = await playRun({
    scenarios,
    seeds: seeds.slice(0, 1),
    plans: [none],
    bases,
    jobs: 1,
    subject: nothingSubject,
    signal: request.signal,
  })
  const measuring = new Set(
    idle.trials.filter(({ verdict }) => verdict === 'unsatisfied').map((one) => one.scenario),
  )
  const down = await play(scenarios, seeds, allDown)
  // Where a story is about an error, giving up is right: only who reports success knew better.
  const content = down.filter(({ requests }) => requests.some(({ reply }) => isSuccess(reply)))
  const satisfiedAlone = satisfiedIn(content).filter((id) => measuring.has(id))
  const names = Object.fromEntries(renamed.map(({ id }) => [id, found[indexOf(scenarios, id)]!]))
  return {
    format: 'backlot.behaviour/1',
    freshSeeds: underFresh,
    renamed: { ...underNames, names },
    satisfiedAlone,
    flagged: underFresh.flagged || underNames.flagged || satisfiedAlone.length > 0,
  }
}

const YEAR_MS = 365 * 24 * 3_600_000

/** Nobody gets an answer to anything, for longer than any story lasts. */
const allDown: PlanSource = {
  name: 'all-down',
  draw: (): FaultPlan => ({
    name: 'all-down',
    faults: [
      { on: 'any', at: 1, forMs: 100 * YEAR_MS, action: { kind: 'refuse', as: 'unavailable' } },
    ],
  }),
}

async function playAll(
  { subjectFile, wall, jobs, signal }: BehaviourRequest,
  bases: Bases,
  { cases, seeds, plan }: { cases: LoadedScenario[]; seeds: readonly string[]; plan: PlanSource },
): Promise<TrialResult[]> {
  const subject = await loadSubject(subjectFile, wall)
  const run = { scenarios: cases, seeds, plans: [plan], bases, jobs, subject, signal }
  const { trials, broken } = await playOver(run, subject)
  for (const { error } of broken) throw error
  return trials
}

/** Holds the n-th trial of each scenario against the n-th; inconclusive ones are left out, with their partners. */
function compare(before: readonly TrialResult[], after: readonly TrialResult[]): Change {
  const earlier = Map.groupBy(before, ({ scenario }) => scenario)
  const change: Change = { before: 0, after: 0, trials: 0, fell: [], p: 1, flagged: false }
  let [down, up] = [0, 0]
  for (const [id, trials] of Map.groupBy(after, ({ scenario }) => scenario)) {
    const pairs = trials
      .map((one, i): [TrialResult, TrialResult] => [earlier.get(id)![i]!, one])
      .filter((pair) => pair.every(({ verdict }) => verdict !== 'inconclusive'))
    const [was, is] = [0, 1].map(
      (side) => pairs.filter((pair) => pair[side as 0 | 1].verdict === 'satisfied').length,
    ) as [number, number]
    change.trials += pairs.length
    change.before += was
    change.after += is
    if (is < was) down++
    if (is > was) up++
    if (pairs.length > 1 && was === pairs.length && is === 0) change.fell.push(id)
  }
  const p = mcNemarExact(up, down)
  return { ...change, p, flagged: change.fell.length > 0 || (down > up && p < 0.05) }
}

function satisfiedIn(trials: readonly TrialResult[]): string[] {
  const yes = trials.filter(({ verdict }) => verdict === 'satisfied')
  return [...new Set(yes.map(({ scenario }) => scenario))]
}

function isSuccess({ status }: SubjectReply): boolean {
  return status >= 200 && status < 300
}

function indexOf(scenarios: readonly LoadedScenario[], id: string): number {
  return scenarios.findIndex((one) => one.id === id)
}

function draw(secret: string, what: string): string {
  return createHmac('sha256', secret).update(what).digest('hex').slice(0, 16)
}
