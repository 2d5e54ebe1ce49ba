import type { World } from '../engine/world.ts'
import { ChangeWatch } from './collateral.ts'
import { isAsExpected, toShown, type CheckResult } from './comparison.ts'
import { viewJournal } from './journal-view.ts'
import { createLooker } from './looker.ts'
import type { Comparison, Kit, Look, SubjectCaller } from './scenario.ts'
import type { SubjectReply, SubjectRequest, SubjectSession } from './subject/subject.ts'
import type { RequestResult, StepResult } from './trial-result.ts'
import type { WaitClock } from './wait-clock.ts'

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
  #step: StepResult | undefined
  #evidence: number[] = []
  #evidenceUsed = false

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
    const ok = isAsExpected(actual, expected)
    const restsOn = [...new Set(this.#evidence)].slice(-8)
    this.#evidenceUsed = true
    this.checks.push({
      sentence,
      ok,
      actual: toShown(actual),
      expected: toShown(expected),
      ...(this.#step === undefined ? {} : { step: this.#step.sentence }),
      restsOn,
      ...(must ? { must: true as const } : {}),
    })
    if (must && !ok) throw new Stop(sentence)
    return ok
  }

  async step<T>(world: World, sentence: string, body: () => T | Promise<T>): Promise<T> {
    const outer = this.#step
    const before = world.journal.last
    const step: StepResult = { sentence, before, last: before }
    this.steps.push(step)
    this.#step = step
    try {
      return await body()
    } catch (error) {
      step.failed = error instanceof Error ? error.message : String(error)
      throw error
    } finally {
      step.last = world.journal.last
      this.#step = outer
    }
  }
}

/** What a kit is made from. */
export interface KitParts {
  world: World
  session: SubjectSession
  clock: WaitClock
  watch: ChangeWatch
  progress: Progress
}

/** Hands a scenario what it works with, for one trial. */
export function createKit({ world, session, clock, watch, progress }: KitParts): Kit<string> {
  const looking = (look: () => Look): Look => {
    const n = world.journal.last + 1
    return onRead(watch.setUp(look), () => progress.saw([n]))
  }
  const lookers: Record<string, unknown> = {}
  const given: Record<string, Record<string, (props?: unknown) => unknown>> = {}
  for (const [name, { definition }] of world.twins) {
    lookers[name] = createLooker(world, name, looking)
    const makers: Record<string, (props?: unknown) => unknown> = {}
    for (const [maker, make] of Object.entries(definition.given)) {
      makers[maker] = (props = {}) => watch.setUp(() => make(world, props as never))
    }
    given[name] = makers
  }
  const check: Comparison = (sentence, actual, expected = true) =>
    progress.compare(sentence, actual, expected, false)
  const must: Comparison = (sentence, actual, expected = true) =>
    progress.compare(sentence, actual, expected, true)
  return {
    ...lookers,
    given,
    subject: createCaller((request) => send(request, { world, session, clock, progress })),
    step: (sentence, body) => progress.step(world, sentence, body),
    check,
    must,
    journal: viewJournal(world.journal, (numbers) => progress.saw(numbers)),
    advance: (duration) => {
      const from = world.now()
      world.advance(duration)
      progress.advancedMs += world.now() - from
    },
    changes: { allow: (...words) => watch.allow(words) },
  } as Kit<string>
}

/** The same object, which tells when somebody reads what is in it: that is what the next check rests on. */
function onRead<T extends object>(value: T, read: () => void): T {
  const out = {}
  for (const [name, held] of Object.entries(value)) {
    const get = (): unknown => {
      read()
      return held
    }
    Object.defineProperty(out, name, { get, enumerable: true })
  }
  return out as T
}

async function send(
  request: SubjectRequest,
  { world, session, clock, progress }: Omit<KitParts, 'watch'>,
): Promise<SubjectReply> {
  const before = world.journal.last
  clock.begin()
  progress.forget()
  try {
    const reply = await session.send(request)
    const last = world.journal.last
    progress.requests.push({ request, reply, before, last })
    return onRead(reply, () => progress.saw(last > before ? [last] : []))
  } finally {
    clock.end()
  }
}

function createCaller(send: (request: SubjectRequest) => Promise<SubjectReply>): SubjectCaller {
  const by = (method: string) => (path: string, body?: unknown) =>
    send(body === undefined ? { method, path } : { method, path, body })
  return {
    get: by('GET'),
    post: by('POST'),
    put: by('PUT'),
    patch: by('PATCH'),
    delete: by('DELETE'),
    run: (input) => by('POST')('/', input),
  }
}
