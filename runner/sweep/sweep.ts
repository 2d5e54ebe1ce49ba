import { UsageError } from '../../engine/usage-error.ts'
import { Bases } from '../bases.ts'
import { findPlan, troubles } from '../fault-plans.ts'
import { loadScenarios, type LoadedScenario } from '../load-scenarios.ts'
import { overServer } from '../over-server.ts'
import { playList, type Listed } from '../play-list.ts'
import type { PlayGround } from '../play-one.ts'
import { planTrials } from '../plan-trials.ts'
import type { RunRequest } from '../run-subject.ts'
import { loadSubject } from '../subject/load.ts'
import type { TrialResult } from '../trial-result.ts'
import { placeTwin } from '../twin-word.ts'
import { readVersion } from '../version.ts'
import { findUses, planFor, trialsOf, type Dependency, type Use } from './cells.ts'
import { classify, meanings, outcomes, type SweepOutcome, type Watched } from './classify.ts'
import { watchMaking } from './writes.ts'

/** The failure-mode matrix of a subject: the file `sweep.json`. Fields are only ever added within one format. */
export interface SweepResult {
  format: 'backlot.sweep/1'
  versions: { backlot: string; node: string }
  subject: { name: string; kind: string; file: string }
  run: { scenarios: string[]; seeds: string[]; most: number }
  /** The columns: plans of the language of faults. */
  failures: { name: string; about: string }[]
  rows: SweepRow[]
  /** How many cells came out so. */
  counts: Record<SweepOutcome, number>
  meanings: Readonly<Record<SweepOutcome, string>>
  /** Scenarios that fall short without any failure: nothing can be held against them. */
  notSwept: { scenario: string; trial: string; why: string }[]
  /** Trials played, and those that an interruption kept from being played. */
  trials: number
  unplayed: number
}

export interface SweepRow extends Dependency {
  /** One for each failure; null where it makes no sense or no trial was played. */
  cells: (SweepCell | null)[]
}

export interface SweepCell {
  /** The worst of its trials. */
  outcome: SweepOutcome
  /** The trial that shows it. */
  trial: string
  why: string
  /** All of them. */
  trials: { trial: string; outcome: SweepOutcome }[]
}

export interface SweepRequest extends Pick<
  RunRequest,
  'paths' | 'subjectFile' | 'seeds' | 'jobs' | 'minDepth' | 'wall' | 'signal'
> {
  /** Plans of the language of faults, without a place. */
  failures: readonly string[]
  /** How many trials a cell has at most. */
  most: number
  /** Whether operations have rows of their own. */
  withOperations: boolean
  onTrial?: (result: TrialResult, done: number, all: number) => void
}

/** Lets every dependency of a subject fail in every way. Throws a UsageError for a failure or a scenario that is wrong. */
export async function sweepSubject(request: SweepRequest): Promise<SweepResult> {
  for (const failure of request.failures) await findPlan(failure)
  const { scenarios, broken } = await loadScenarios(request.paths)
  for (const { error } of broken) throw error
  const subject = await loadSubject(request.subjectFile, request.wall)
  return overServer(subject, (server) => {
    const { signal, minDepth } = request
    const ground = { subject, bases: new Bases(), server, minDepth, signal }
    return sweepOn(request, ground, scenarios)
  })
}

/** The same, on a ground that is open already. */
export function sweepOn(
  request: SweepRequest,
  ground: PlayGround,
  scenarios: readonly LoadedScenario[],
): Promise<SweepResult> {
  return new Sweep(request, ground, scenarios).play()
}

/** One cell on its way. */
interface Cell {
  row: SweepRow
  column: number
}

class Sweep {
  readonly #request: SweepRequest
  readonly #ground: PlayGround
  readonly #scenarios: ReadonlyMap<string, LoadedScenario>
  readonly #sound = new Map<string, Watched>()
  #done = 0

  constructor(request: SweepRequest, ground: PlayGround, scenarios: readonly LoadedScenario[]) {
    this.#request = request
    this.#ground = ground
    this.#scenarios = new Map(scenarios.map((one) => [one.id, one]))
  }

  async play(): Promise<SweepResult> {
    const { failures, seeds, most } = this.#request
    const notSwept = await this.#playSound()
    const writes = await this.#findWrites()
    const trials = [...this.#sound.values()].map(({ result }) => result)
    const rows: SweepRow[] = []
    const list: (Listed & { cell: Cell; sound: Watched })[] = []
    for (const use of findUses(trials, writes, this.#request.withOperations)) {
      const row: SweepRow = { ...use.dependency, cells: failures.map(() => null) }
      rows.push(row)
      for (const [column, failure] of failures.entries()) {
        list.push(...(await this.#listCell(use, failure, { row, column })))
      }
    }
    await this.#playCells(list)
    const { subject } = this.#ground
    return {
      format: 'backlot.sweep/1',
      versions: { backlot: readVersion(), node: process.version },
      subject: { name: subject.name, kind: subject.kind, file: this.#request.subjectFile },
      run: { scenarios: [...this.#scenarios.keys()], seeds: [...seeds], most },
      failures: failures.map((name) => ({ name, about: aboutOf(name) })),
      rows,
      counts: count(rows),
      meanings,
      notSwept,
      trials: this.#done,
      unplayed: list.length - this.#done,
    }
  }

  /** Plays every trial without failures; what falls short already is of no use. */
  async #playSound(): Promise<SweepResult['notSwept']> {
    const { seeds, jobs } = this.#request
    const plans = [await findPlan('none')]
    const notSwept: SweepResult['notSwept'] = []
    const planned = planTrials({ scenarios: [...this.#scenarios.values()], plans, seeds })
    const watches = planned.map((one) => watched(one))
    const ended = new Map<string, Watched>()
    await playList(watches, this.#ground, {
      jobs,
      onResult: (result, { making }) => void ended.set(result.id, { result, making: making() }),
    })
    // In the order of the plan, whatever order they ended in.
    for (const { id } of planned) {
      const one = ended.get(id)
      if (one?.result.verdict === 'satisfied') this.#sound.set(id, one)
      else if (one !== undefined) {
        const { scenario, why } = one.result
        notSwept.push({ scenario, trial: id, why: why[0]?.text ?? '' })
      }
    }
    return notSwept
  }

  async #findWrites(): Promise<(twin: string, op: string) => boolean> {
    const known = new Map<string, boolean>()
    for (const { scenario, file } of this.#scenarios.values()) {
      const words = scenario.options.twins.map((word) => placeTwin(word, file))
      for (const [name, open] of (await this.#ground.bases.of(words)).twins) {
        for (const op of open.operations.values()) known.set(`${name} ${op.id}`, open.writes(op))
      }
    }
    return (twin, op) => known.get(`${twin} ${op}`) ?? false
  }

  async #listCell(
    use: Use,
    failure: string,
    cell: Cell,
  ): Promise<(ReturnType<typeof watched> & { cell: Cell; sound: Watched })[]> {
    const plan = await planFor(failure, use)
    if (plan === undefined) return []
    return trialsOf(use, plan, this.#scenarios, this.#request.most).map(({ planned, sound }) => ({
      ...watched(planned),
      cell,
      sound: this.#sound.get(sound.id)!,
    }))
  }

  async #playCells(
    list: readonly (Listed & { cell: Cell; sound: Watched; making?: () => Watched['making'] })[],
  ): Promise<void> {
    const { jobs, onTrial } = this.#request
    await playList(list, this.#ground, {
      jobs,
      onResult: (result, { cell: { row, column }, sound, making }) => {
        const { outcome, why } = classify({ result, making: making!() }, sound)
        const cell = (row.cells[column] ??= { outcome, trial: result.id, why, trials: [] })
        cell.trials.push({ trial: result.id, outcome })
        cell.trials.sort((a, b) => (a.trial < b.trial ? -1 : 1))
        const isWorse = rankOf(outcome) < rankOf(cell.outcome)
        const isFirst = outcome === cell.outcome && result.id < cell.trial
        if (isWorse || isFirst) Object.assign(cell, { outcome, trial: result.id, why })
        this.#done++
        onTrial?.(result, this.#done, list.length)
      },
    })
  }
}

/** A trial whose writes are watched; a trial that is played anew is watched anew. */
function watched(planned: Listed['planned']): Listed & { making: () => Watched['making'] } {
  let making: Watched['making'] = new Map()
  const onWorld: Listed['onWorld'] = (world) => void (making = watchMaking(world))
  return { planned, onWorld, making: () => making }
}

function rankOf(outcome: SweepOutcome): number {
  return outcomes.indexOf(outcome)
}

function aboutOf(failure: string): string {
  return troubles[/^[a-z-]+/.exec(failure)![0]]?.about ?? failure
}

function count(rows: readonly SweepRow[]): Record<SweepOutcome, number> {
  const counts = Object.fromEntries(outcomes.map((one) => [one, 0])) as Record<SweepOutcome, number>
  for (const { cells } of rows) for (const cell of cells) if (cell !== null) counts[cell.outcome]++
  return counts
}

/** The failures of a sweep when nobody names any: every named plan but those that only make answers late. */
export const defaultFailures: readonly string[] = Object.entries(troubles)
  .filter(([, plan]) => plan.standing === undefined)
  .map(([name]) => name)

/** Failures as a person lists them. Throws a UsageError for one that has a place already. */
export function needFailures(failures: readonly string[]): readonly string[] {
  for (const failure of failures) {
    if (!/[@+/\\]|\.(?:json|ya?ml)$/.test(failure) && failure !== 'none') continue
    const fix =
      'Write plain names, such as flaky,down*30s: a sweep aims each of them at everything in turn.'
    throw new UsageError(`"${failure}" can't be swept with.`, { field: '--failures', fix })
  }
  return failures
}

/** 0: correct or degraded throughout. 1: something worse. 3: nothing could be said of some cell. 130: interrupted. */
export function exitCodeOfSweep({ counts, unplayed, rows }: SweepResult): number {
  if (unplayed > 0) return 130
  const worse = counts['wrong data'] + counts['duplicate writes'] + counts.crashed + counts.stuck
  if (worse > 0) return 1
  return counts.unclear > 0 || rows.length === 0 ? 3 : 0
}
