import { didYouMean } from '../engine/nearest.ts'
import { UsageError } from '../engine/usage-error.ts'
import type { World } from '../engine/world.ts'
import { ChangeWatch } from './collateral.ts'
import { viewJournal } from './journal-view.ts'
import { createLooker } from './looker.ts'
import type { Comparison, Kit, Look, SubjectCaller } from './scenario.ts'
import { createStoryChance } from './story-chance.ts'
import { GivenRows } from './shrink/cut.ts'
import type { StoryLimit } from './story-limit.ts'
import type { SubjectReply, SubjectRequest, SubjectSession } from './subject/subject.ts'
import type { Deliveries } from './events/deliveries.ts'
import type { Progress } from './trial-progress.ts'
import { drawVariations, type Variations } from './vary.ts'
import type { WaitClock } from './wait-clock.ts'

/** What a kit is made from. */
export interface KitParts {
  world: World
  session: SubjectSession
  clock: WaitClock
  watch: ChangeWatch
  progress: Progress
  limit: StoryLimit
  deliveries: Deliveries
  vary?: Variations | undefined
}

/** Hands a scenario what it works with, for one trial. */
export function createKit(parts: KitParts): Kit<string> {
  const { world, watch, progress } = parts
  const looking = (look: () => Look): Look => {
    const n = world.journal.last + 1
    return onRead(watch.setUp(look), () => progress.saw([n]))
  }
  const lookers: Record<string, unknown> = {}
  const given: Record<string, object> = {}
  const rows = new GivenRows(world)
  for (const [name, { definition }] of world.twins) {
    lookers[name] = createLooker(world, name, looking)
    const makers: Record<string, (props?: unknown) => unknown> = {}
    for (const [maker, make] of Object.entries(definition.given)) {
      makers[maker] = (props = {}) =>
        orMistake(progress, () =>
          watch.setUp(() =>
            rows.make(`${name}.${maker}`, props, (kept) => make(world, kept as never)),
          ),
        )
    }
    given[name] = strict(makers, (maker) => `${name} makes no "${maker}".`)
  }
  const check: Comparison = (sentence: string, actual: unknown, expected: unknown = true) =>
    progress.compare(sentence, actual, expected, false)
  const must: Comparison = (sentence: string, actual: unknown, expected: unknown = true) =>
    progress.compare(sentence, actual, expected, true)
  const kit = {
    ...lookers,
    given: strict(given, (twin) => `The scenario has no twin "${twin}" among its twins.`),
    subject: createCaller((request) => {
      const what = `the answer to ${request.method} "${request.path}"`
      return progress.handOut(what, send(request, parts))
    }),
    step: <T>(sentence: string, body: () => T | Promise<T>) => progress.step(sentence, body),
    check,
    must,
    journal: viewJournal(world.journal, (numbers) => progress.saw(numbers)),
    now: () => world.now(),
    settled: (within?: number | string) => settle(parts, within),
    advance: (duration: number | string) => progress.advance(duration),
    changes: { allow: (...words: string[]) => watch.allow(words) },
    ...createStoryChance(world.seed, world.cast),
    vary: strict(
      drawVariations(parts.vary ?? {}, world.seed),
      (name) => `Nothing varies under the name "${name}".`,
    ),
  } as Kit<string>
  return strict(kit, (name) => `A scenario is handed no "${name}", and has no such twin.`)
}

/** What a maker refuses is the author's mistake, unless the subject may have brought it about. */
function orMistake<T>({ requests }: Progress, make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (error instanceof UsageError || requests.length > 0 || !(error instanceof Error)) throw error
    const mistake = new UsageError(`This could not be made: ${error.message.replace(/\.$/, '')}.`)
    if (error.stack !== undefined) mistake.stack = error.stack
    throw mistake
  }
}

async function settle(
  { deliveries, progress }: KitParts,
  within: number | string | undefined,
): Promise<void> {
  const ended = progress.begin('settled()')
  progress.forget()
  try {
    await (within === undefined ? deliveries.settle() : deliveries.settleWithin(within))
  } finally {
    ended()
  }
}

/** The same object, which says so when something is asked of it that it has not. */
function strict<T extends object>(value: T, tell: (name: string) => string): T {
  return new Proxy(value, {
    get(of, name, self) {
      // A promise asks everything that it is given whether it can wait.
      if (typeof name === 'symbol' || name === 'then' || name in of)
        return Reflect.get(of, name, self)
      throw new UsageError(tell(name), { fix: didYouMean(name, Object.keys(of)) })
    },
  })
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
  { world, session, clock, progress, limit }: KitParts,
): Promise<SubjectReply> {
  const before = world.journal.last
  const { atMs } = progress
  const order = progress.nextOrder()
  const ended = progress.begin(`the answer to ${request.method} "${request.path}"`)
  const firstCall = clock.begin()
  limit.pause()
  progress.forget()
  try {
    const reply = await session.send(request, firstCall)
    const last = world.journal.last
    const ending = { last, endMs: progress.atMs, endOrder: progress.nextOrder() }
    progress.requests.push({ request, reply, before, atMs, order, ...ending })
    return onRead(reply, () => progress.saw(last > before ? [last] : []))
  } finally {
    limit.resume()
    clock.end()
    ended()
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
