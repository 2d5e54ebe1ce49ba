import type { Fault } from '../../engine/faults.ts'
import { UsageError } from '../../engine/usage-error.ts'
import type { SingleTrial } from '../single-trial.ts'
import type { Reason, TrialResult } from '../trial-result.ts'
import { placeTwin } from '../twin-word.ts'
import { Attempts, type Parts } from './attempts.ts'
import type { Cut, CutPlan } from './cut.ts'
import { ddmin } from './ddmin.ts'
import { fieldsOf, rowsOf, simplerFaults } from './parts.ts'

/** How a trial was shrunk. */
export interface Shrunk {
  /** The failure that was kept. */
  reason: Reason
  before: Amounts
  after: Amounts
  parts: Parts
  /** How many trials were played. */
  tries: number
  /** Whether nothing more can be left out; false when the tries were used up, or it was interrupted. */
  isMinimal: boolean
}

/** How much there is of what may be left out. */
export interface Amounts {
  faults: number
  /** Rows that the scenario gives. */
  given: number
  /** Fields that it says of them, at the top. */
  fields: number
  /** Rows that every world begins with. */
  rows: number
}

export interface ShrinkOptions {
  /** The key of the failure to keep; the first of the trial when absent. */
  reason?: string | undefined
  /** How many trials may be played. */
  tries: number
  signal?: AbortSignal | undefined
  onTry?: (used: number) => void
}

/** Reduces a failing trial to the faults and the data that it takes to fail in the same way. Throws a UsageError when it does not fail. */
export async function shrinkTrial(trial: SingleTrial, options: ShrinkOptions): Promise<Shrunk> {
  const attempts = new Attempts(trial, { ...options, most: options.tries })
  const start = await findStart(trial, attempts)
  const reason = chooseReason(start.result, options.reason)
  const shrinker = new Shrinker(attempts, reason)
  const { faults, given, rows } = start
  await shrinker.shrinkFaults(faults)
  await shrinker.shrinkFigures()
  await shrinker.beginWithData()
  const kept = await shrinker.leaveOut('given', [...given.keys()])
  const fields = [...given].flatMap(([name, props]) => fieldsOf(name, props))
  const leftFields = await shrinker.leaveOut(
    'fields',
    fields.filter((field) => kept.some((name) => field.startsWith(`${name}.`))),
  )
  const leftRows = await shrinker.leaveOut('rows', rows)
  return {
    reason,
    before: { faults: faults.length, given: given.size, fields: fields.length, rows: rows.length },
    after: {
      faults: shrinker.parts.faults.length,
      given: kept.length,
      fields: leftFields.length,
      rows: leftRows.length,
    },
    parts: shrinker.parts,
    tries: attempts.used,
    isMinimal: !attempts.over,
  }
}

interface Start {
  result: TrialResult
  faults: readonly Fault[]
  given: Map<string, unknown>
  rows: string[]
}

/** Plays the trial as it is, and finds everything that might be left out. */
async function findStart(trial: SingleTrial, attempts: Attempts): Promise<Start> {
  const { scenario, bases, plan, seed } = trial
  const words = scenario.scenario.options.twins.map((word) => placeTwin(word, scenario.file))
  const base = await bases.of(words)
  const drawn: CutPlan = plan.draw(base, `${scenario.id}@${seed}`)
  if (drawn.cut !== undefined && Object.keys(drawn.cut).length > 0) {
    const fix = 'Shrink the trial that the file was shrunk from.'
    throw new UsageError('What is left out already can not be shrunk further.', { fix })
  }
  const given = new Map<string, unknown>()
  const onGiven = (name: string, props: unknown): void => void given.set(name, props)
  const watched = { ...plan, draw: (): CutPlan => ({ ...drawn, onGiven }) }
  attempts.used++
  const result = await attempts.playPlan(watched)
  if (result === undefined)
    throw new UsageError('It was interrupted before the trial had been played.')
  return { result, faults: drawn.faults, given, rows: rowsOf(base) }
}

function chooseReason({ verdict, why, id }: TrialResult, key: string | undefined): Reason {
  if (verdict !== 'unsatisfied') {
    const fix = 'A run lists the trials that fail; backlot replay plays one.'
    throw new UsageError(`"${id}" does not fail: it is ${verdict}.`, { fix })
  }
  if (key === undefined) return why[0]!
  const found = why.find((one) => one.key === key || one.text === key)
  if (found !== undefined) return found
  const fix = `It fails for: ${why.map((one) => `"${one.key}"`).join(', ')}.`
  throw new UsageError(`The trial does not fail for "${key}".`, { field: '--reason', fix })
}

/** Takes a failing trial apart, one kind of part after the other. */
class Shrinker {
  parts: Parts = { faults: [], cut: {} }
  readonly #attempts: Attempts
  readonly #reason: Reason
  /** What data may not change: everything that fell short, and what the subject answered. */
  #signature = ''
  /** Whether it satisfies without faults, so that they are what it fails from. */
  #isSoundWithout = false

  constructor(attempts: Attempts, reason: Reason) {
    this.#attempts = attempts
    this.#reason = reason
  }

  async shrinkFaults(faults: readonly Fault[]): Promise<void> {
    const left = await ddmin(faults, (some) => this.#fails({ faults: some, cut: {} }))
    this.parts = { faults: left, cut: {} }
  }

  /** Makes each fault as plain as it may be, until no simpler form fails. */
  async shrinkFigures(): Promise<void> {
    for (let i = 0; i < this.parts.faults.length; i++) {
      for (let found = true; found;) {
        found = false
        for (const form of simplerFaults(this.parts.faults[i]!)) {
          const faults = this.parts.faults.with(i, form)
          if (!(await this.#fails({ faults, cut: {} }))) continue
          this.parts = { faults, cut: {} }
          found = true
          break
        }
      }
    }
  }

  /** What the trial looks like before any data is left out. */
  async beginWithData(): Promise<void> {
    const whole = await this.#attempts.play(this.parts)
    if (whole !== undefined) this.#signature = signatureOf(whole)
    if (this.parts.faults.length === 0) return
    const without = await this.#attempts.play({ faults: [], cut: {} })
    this.#isSoundWithout = without?.verdict === 'satisfied'
  }

  /** Leaves out as much as can be of one kind of data; returns what has to stay. */
  async leaveOut(kind: keyof Cut, all: readonly string[]): Promise<readonly string[]> {
    const cutTo = (stays: readonly string[]): Parts => {
      const staying = new Set(stays)
      const out = all.filter((one) => !staying.has(one))
      const cut = { ...this.parts.cut, ...(out.length === 0 ? {} : { [kind]: out }) }
      return { ...this.parts, cut }
    }
    const stays = await ddmin(
      all,
      async (some) => !this.#attempts.over && this.#isSame(cutTo(some)),
    )
    this.parts = cutTo(stays)
    return stays
  }

  async #fails(parts: Parts): Promise<boolean> {
    const result = await this.#attempts.play(parts)
    if (result?.verdict !== 'unsatisfied') return false
    return result.why.some(({ key }) => key === this.#reason.key)
  }

  /**
   * Without its data, a trial may fail in the same words for another cause: a leaver who is not there
   * is not deactivated either. So all that fell short must be the same, and without the faults the trial must still satisfy.
   */
  async #isSame(parts: Parts): Promise<boolean> {
    const result = await this.#attempts.play(parts)
    if (result === undefined || signatureOf(result) !== this.#signature) return false
    if (!this.#isSoundWithout) return true
    const without = await this.#attempts.play({ faults: [], cut: parts.cut })
    return without?.verdict === 'satisfied'
  }
}

function signatureOf({ verdict, why, checks, requests }: TrialResult): string {
  const keys = [...new Set(why.map(({ key }) => key))].sort()
  const answers = requests.map(({ reply }) => reply.problem?.kind ?? reply.status)
  return JSON.stringify([verdict, keys, answers, checks.map(({ ok }) => ok)])
}
