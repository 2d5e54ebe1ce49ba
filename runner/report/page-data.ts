import { deflateRawSync } from 'node:zlib'
import type { TrialResult } from '../trial-result.ts'
import { findPassingLike, type Failure } from './failures.ts'
import { verdicts, type PackedTrial, type PageIndex } from './page-index.ts'
import type { RunResult } from './result.ts'

/** Trials of one scenario stand together and compress each other; opening one must not take long. */
const PACK_SIZE = 40

/** The index and the packs of trials, each as base64 of raw DEFLATE of JSON: letters that no markup can hide in. */
export function packTrials(
  { trials, run, subject, wall }: RunResult,
  failures: readonly Failure[],
): { index: string; packs: string[] } {
  const texts = new Interned<string>((text) => text)
  const lists = new Interned<number[]>((list) => list.join())
  const scenarios = new Interned<PageIndex['scenarios'][number]>(({ id }) => id)
  const plans = new Interned<string>((name) => name)
  for (const name of run.plans) plans.add(name)
  const numbers = new Map(trials.map((trial, i) => [trial, i]))
  const like = new PassingTrials(trials)
  const listOf = (all: Iterable<string>): number =>
    lists.add([...new Set(all)].map((one) => texts.add(one)))
  const column = <T>(value: (trial: TrialResult) => T): T[] => trials.map(value)
  const index: PageIndex = {
    subjectFile: subject.file,
    ...(wall === undefined ? {} : { wall: wall.name }),
    columns: {
      scenario: column(({ scenario: id, name, tags, twins }) =>
        scenarios.add({ id, name, tags, twins }),
      ),
      plan: column(({ plan }) => plans.add(plan.name)),
      seed: column(({ seed }) => seed),
      verdict: column(({ verdict }) => verdicts.indexOf(verdict)),
      why: column(({ why }) => listOf(why.map(({ text }) => text.split('\n', 1)[0]!))),
      operations: column(({ exchanges }) => listOf(exchanges.map(nameOf))),
      like: column((trial) => numbers.get(like.find(trial)!) ?? -1),
    },
    failures: failures.map((one) => ({
      text: one.reason.text,
      trials: one.trials.map((trial) => numbers.get(trial)!),
    })),
    scenarios: scenarios.all,
    plans: plans.all,
    texts: texts.all,
    lists: lists.all,
    packSize: PACK_SIZE,
  }
  const packs: string[] = []
  for (let i = 0; i < trials.length; i += PACK_SIZE) {
    packs.push(pack(trials.slice(i, i + PACK_SIZE).map(withoutIndexed)))
  }
  return { index: pack(index), packs }
}

function pack(value: unknown): string {
  return deflateRawSync(JSON.stringify(value), { level: 6 }).toString('base64')
}

/** A trial without what the index tells of it. */
function withoutIndexed(trial: TrialResult): PackedTrial {
  const { name: _name, tags: _tags, twins: _twins, scenario: _scenario, ...rest } = trial
  return rest
}

function nameOf({ twin, what }: TrialResult['exchanges'][number]): string {
  return twin === '' ? what : `${twin} ${what}`
}

/** Passing trials by scenario: looking through all of them for each of ten thousand takes too long. */
class PassingTrials {
  readonly #byScenario = new Map<string, TrialResult[]>()
  readonly #found = new Map<string, TrialResult | undefined>()

  constructor(trials: readonly TrialResult[]) {
    for (const trial of trials) {
      if (trial.verdict !== 'satisfied') continue
      const group = this.#byScenario.get(trial.scenario)
      if (group === undefined) this.#byScenario.set(trial.scenario, [trial])
      else group.push(trial)
    }
  }

  /** What a trial that fell short is held against. The choice is by scenario and seed, whatever its plan. */
  find(trial: TrialResult): TrialResult | undefined {
    if (trial.verdict === 'satisfied') return undefined
    const key = JSON.stringify([trial.scenario, trial.seed])
    if (!this.#found.has(key)) {
      this.#found.set(key, findPassingLike(trial, this.#byScenario.get(trial.scenario) ?? []))
    }
    return this.#found.get(key)
  }
}

/** A list in which each value stands once. */
class Interned<T> {
  readonly all: T[] = []
  readonly #numbers = new Map<string, number>()
  readonly #keyOf: (value: T) => string

  constructor(keyOf: (value: T) => string) {
    this.#keyOf = keyOf
  }

  /** The number of a value, known or new. */
  add(value: T): number {
    const key = this.#keyOf(value)
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    this.#numbers.set(key, this.all.length)
    return this.all.push(value) - 1
  }
}
