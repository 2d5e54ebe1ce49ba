import type { World } from '../engine/world.ts'
import { compareValues, toShown, type CheckResult } from './comparison.ts'
import { UsageError } from '../engine/usage-error.ts'
import { Heeded } from './heeded.ts'
import type { RequestResult, StepResult } from './trial-result.ts'

/** Ends a trial whose `must` did not hold. */
export class Stop extends Error {
  override name = 'Stop'
}

/** What a trial has seen so far. */
export class Progress {
  readonly checks: CheckResult[] = []
  readonly steps: StepResult[] = []
  readonly requests: RequestResult[] = []
  /** Virtual ms that the scenario itself let pass. */
  advancedMs = 0
  /** Virtual ms since the trial began, up to which the scenario let time pass. */
  #advancedTo = 0
  #order = 0
  #step: StepResult | undefined
  #evidence: number[] = []
  #evidenceUsed = false
  readonly #underWay = new Map<object, string>()
  readonly #unheeded = new Map<object, string>()
  readonly #world: World
  readonly #startMs: number

  /** Of a trial that begins now in `world`. */
  constructor(world: World) {
    this.#world = world
    this.#startMs = world.now()
  }

  /**
   * Virtual ms since the trial began, as of the last call or the last jump of time: reading the
   * clock while the subject is under way would count its wait in other stretches.
   */
  get atMs(): number {
    const last = this.#world.journal.entries.at(-1)
    return Math.max(this.#advancedTo, last === undefined ? 0 : last.at - this.#startMs)
  }

  /** The place of the next step, request, answer or check. */
  nextOrder(): number {
    return ++this.#order
  }

  /** Lets virtual time pass. */
  advance(duration: number | string): void {
    const from = this.#world.now()
    this.#world.advance(duration)
    const to = this.#world.now()
    this.advancedMs += to - from
    this.#advancedTo = to - this.#startMs
  }

  /** What has begun; call what is returned when it has ended. */
  begin(what: string): () => void {
    const one = {}
    this.#underWay.set(one, what)
    return () => void this.#underWay.delete(one)
  }

  /** A promise that the scenario has to wait for. */
  handOut<T>(what: string, promise: Promise<T>): Promise<T> {
    const one = {}
    this.#unheeded.set(one, what)
    return Heeded.of(promise, () => void this.#unheeded.delete(one))
  }

  /** A scenario that has ended must have awaited what it began. Throws a UsageError; returns a step that fell over unseen. */
  end(): string | undefined {
    const [forgotten = [...this.#unheeded.values()][0]] = this.#underWay.values()
    if (forgotten !== undefined) {
      throw new UsageError(`Nobody awaited ${forgotten}: the scenario ended before it.`, {
        fix: 'Write await before it.',
      })
    }
    const fallen = this.steps.find((one) => one.failed !== undefined)
    return fallen === undefined ? undefined : `“${fallen.sentence}” failed: ${fallen.failed}`
  }

  /** What is read between two checks is what the later one rests on. */
  saw(numbers: readonly number[]): void {
    if (this.#evidenceUsed) this.#evidence = []
    this.#evidenceUsed = false
    this.#evidence.push(...numbers)
  }

  /** What was read before the subject was asked again is not what later checks rest on. */
  forget(): void {
    this.#evidence = []
  }

  compare(sentence: string, actual: unknown, expected: unknown, must: boolean): boolean {
    const { ok, wanted } = compareValues(actual, expected)
    const restsOn = [...new Set(this.#evidence)].slice(-8)
    this.#evidenceUsed = true
    this.checks.push({
      sentence,
      ok,
      actual: toShown(actual),
      expected: wanted,
      ...(this.#step === undefined ? {} : { step: this.#step.sentence }),
      restsOn,
      atMs: this.atMs,
      after: this.#world.journal.last,
      order: this.nextOrder(),
      ...(must ? { must: true as const } : {}),
    })
    if (must && !ok) throw new Stop(sentence)
    return ok
  }

  /** Plays a step. Nobody has to catch what is thrown in it: `end` tells. */
  step<T>(sentence: string, body: () => T | Promise<T>): Promise<T> {
    return this.handOut(`the step "${sentence}"`, this.#playStep(sentence, body))
  }

  async #playStep<T>(sentence: string, body: () => T | Promise<T>): Promise<T> {
    const ended = this.begin(`the step "${sentence}"`)
    const outer = this.#step
    const { journal } = this.#world
    const before = journal.last
    const step: StepResult = {
      sentence,
      before,
      last: before,
      atMs: this.atMs,
      endMs: this.atMs,
      order: this.nextOrder(),
    }
    this.steps.push(step)
    this.#step = step
    try {
      return await body()
    } catch (error) {
      step.failed = error instanceof Error ? error.message : String(error)
      throw error
    } finally {
      step.last = journal.last
      step.endMs = this.atMs
      this.#step = outer
      ended()
    }
  }
}
