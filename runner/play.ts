import { basename } from 'node:path'
import type { Depth } from '../engine/depth.ts'
import { isShallower } from '../engine/depth.ts'
import { describeFault } from '../engine/fault-words.ts'
import type { FaultPlan } from '../engine/faults.ts'
import { UsageError } from '../engine/usage-error.ts'
import type { World } from '../engine/world.ts'
import { createFetch } from '../fronts/fetch.ts'
import type { Worlds } from '../fronts/worlds.ts'
import { spend, type Accounting } from './budget/spend.ts'
import { ChangeWatch } from './collateral.ts'
import { enter } from './enter.ts'
import { subjectAddresses, subjectUrl } from './events/address.ts'
import { Deliveries } from './events/deliveries.ts'
import { planInbound, registerInbound, type InboundPlan } from './events/inbound.ts'
import { viewExchanges, withAddresses } from './exchange-view.ts'
import { createKit, type KitParts } from './kit.ts'
import { fixedGroundOn, type FixedGround } from './fixed-ground.ts'
import type { Scenario } from './scenario.ts'
import { leaveOutRows } from './shrink/cut.ts'
import { isThrownByOurs, placeInStack } from './stack-place.ts'
import { StoryLimit } from './story-limit.ts'
import { alone, owning } from './stray.ts'
import type { Subject, Surroundings } from './subject/subject.ts'
import { spellTrialId } from './trial-id.ts'
import { namesOfTwins } from './twin-word.ts'
import { Progress, Stop } from './trial-progress.ts'
import type { RequestResult, TrialResult } from './trial-result.ts'
import { findShallow, judge } from './verdict.ts'
import { WaitClock } from './wait-clock.ts'

/** One scenario × one seed × one fault plan. */
export interface Trial {
  /** Of the scenario: its path without the ending. */
  scenarioId: string
  scenario: Scenario
  seed: string
  /** Drawn from the seed. */
  plan: FaultPlan
  /** Whether bodies are kept though it satisfies, for others to be held against. */
  keepsBodies?: boolean
}

/** What trials share. */
export interface PlayOptions {
  /** The world that the trial's own is forked from. */
  base: World
  subject: Subject
  /** The server through which subjects outside this process reach their world. */
  server?: { url: string; worlds: Worlds } | undefined
  minDepth?: Depth | undefined
  signal?: AbortSignal | undefined
  /** How long the scenario's own function may take, without its subject. */
  storyMs?: number | undefined
  accounting?: Accounting | undefined
  /** Handed the trial's world before anything happens in it. */
  onWorld?: OnWorld | undefined
}

/** Looks at the world of a trial, or puts something between it and the subject. */
export type OnWorld = (world: World, trial: Trial) => void

/** Plays one trial to its verdict. Throws a UsageError when the scenario itself is wrong, and the signal's reason when it was interrupted. */
export async function playTrial(trial: Trial, options: PlayOptions): Promise<TrialResult> {
  const played = await playOnce(trial, options, false)
  // What serves many trials went down under this one: whose fault that was shows when it is alone.
  return played === bystander ? (playOnce(trial, options, true) as Promise<TrialResult>) : played
}

const bystander = Symbol('bystander')

type Ground = Pick<FixedGround, 'world'> & Partial<FixedGround>

async function playOnce(
  trial: Trial,
  options: PlayOptions,
  alone: boolean,
): Promise<TrialResult | typeof bystander> {
  const begun = performance.now()
  const { signal = neverAborted, subject, server } = options
  signal.throwIfAborted()
  const clock = new WaitClock()
  const ground: Ground =
    subject.fixed === true ? fixedGroundOn(options.base, subject.inbound) : { world: options.base }
  const world = forkFor(trial, ground.world, clock, options)
  const startMs = world.now()
  const url = subjectUrl(idOf(trial), subject.fixed)
  const inbound = ground.inbound ?? planInbound(world, subject.inbound)
  const { env, admit, addresses, leave } = enter(world, server, {
    reach: subject.reach,
    settings: { ...inbound.env, BACKLOT_SUBJECT_URL: url },
    fixed: ground.credentials,
  })
  const watch = new ChangeWatch(world)
  const progress = new Progress(world)
  const limit = new StoryLimit(options.storyMs)
  let broke: string | typeof bystander | undefined
  try {
    const fetch = createFetch(world, { waits: 'virtual' })
    const surroundings = { env, admit, fetch, signal, url, alone }
    const stage = { world, clock, watch, progress, limit, addresses, inbound }
    broke = await playWith(subject, trial.scenario, stage, surroundings)
  } finally {
    limit.end()
    await leave()
  }
  signal.throwIfAborted()
  if (broke === bystander) return bystander
  const findings = {
    world,
    progress,
    unexpected: watch.unexpected(),
    budget: spend(world, trial.scenario.options.budget ?? {}, {
      ...options.accounting,
      seconds: secondsOf(world, startMs, progress),
    }),
    broke,
  }
  return toResult(trial, findings, { startMs, addresses, wallMs: performance.now() - begun })
}

const neverAborted = new AbortController().signal

/** The trial's own world. */
function forkFor(trial: Trial, from: World, clock: WaitClock, options: PlayOptions): World {
  const world = from.fork({
    seed: `${trial.scenarioId}@${trial.seed}`,
    faults: trial.plan,
    wall: clock.wall,
    stepMs: 1,
    minDepth: deeper(trial.scenario.options.minDepth, options.minDepth),
  })
  clock.attend(world)
  leaveOutRows(world)
  options.onWorld?.(world, trial)
  return world
}

/** A trial's world, ready to be played in. */
interface Stage extends Omit<KitParts, 'session' | 'deliveries'> {
  addresses: Map<string, string>
  inbound: InboundPlan
}

/** Opens the subject for the trial, plays, and closes it; returns why the story did not reach its end, if so. */
async function playWith(
  subject: Subject,
  scenario: Scenario,
  { addresses, inbound, ...stage }: Stage,
  surroundings: Surroundings,
): Promise<string | typeof bystander | undefined> {
  const { url, signal, alone } = surroundings
  const session = await subject.open(surroundings)
  let broke: string | undefined
  try {
    for (const [from, to] of subjectAddresses(url, session)) addresses.set(from, to)
    registerInbound({ ...stage, session, url, inbound })
    const deliveries = new Deliveries({ ...stage, session, url, settleMs: subject.settleMs ?? 0 })
    const { vary } = scenario.options
    broke = await perform(scenario, { ...stage, session, deliveries, vary }, signal)
  } finally {
    await session.end()
  }
  return session.isBystander?.() === true && alone !== true ? bystander : broke
}

/** Plays the scenario's function; returns why it did not reach its end, if so. */
async function perform(
  scenario: Scenario,
  parts: KitParts,
  signal: AbortSignal,
): Promise<string | undefined> {
  const cut = Promise.withResolvers<never>()
  cut.promise.catch(() => {})
  const onAbort = (): void => cut.reject(signal.reason)
  signal.addEventListener('abort', onAbort)
  try {
    const story = owning(cut.reject, async () => {
      await alone()
      return scenario.play(createKit(parts))
    })
    await Promise.race([story, parts.limit.over, cut.promise])
    const fallen = parts.progress.end()
    await Promise.race([parts.deliveries.finish(), cut.promise])
    return fallen
  } catch (error) {
    if (error instanceof UsageError) throw error
    if (error instanceof Stop) return undefined
    // `advance('3 moons')`: whoever says so can't be judged by it.
    if (error instanceof RangeError && isThrownByOurs(error)) {
      throw new UsageError(`${error.message.replace(/\.$/, '')}.`, placeInStack(error))
    }
    const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    return `${what}${spotOf(error)}${refusedLook(parts.world)}`
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

function idOf({ scenarioId, seed, plan }: Trial): string {
  return spellTrialId({ scenario: scenarioId, seed, plan: plan.name })
}

function toResult(
  trial: Trial,
  findings: Parameters<typeof judge>[0],
  {
    startMs,
    addresses,
    wallMs,
  }: { startMs: number; addresses: Map<string, string>; wallMs: number },
): TrialResult {
  const { world, progress, unexpected, budget } = findings
  const { scenario, scenarioId, seed, plan } = trial
  const { verdict, why } = judge(findings)
  return {
    id: idOf(trial),
    scenario: scenarioId,
    name: scenario.name,
    tags: scenario.options.tags ?? [],
    twins: namesOfTwins(scenario.options.twins),
    seed,
    plan: {
      name: plan.name,
      places: plan.faults.map(describeFault),
      struck: countStruck(world),
    },
    verdict,
    why,
    checks: progress.checks,
    steps: progress.steps,
    requests: JSON.parse(
      withAddresses(JSON.stringify(progress.requests), addresses),
    ) as RequestResult[],
    budget,
    unexpected: [...unexpected],
    escapes: world.journal.entries
      .filter((one) => one.kind === 'escape')
      .map(({ n, target, how, sent }) => ({
        n,
        target,
        how,
        ...(sent === undefined ? {} : { sent }),
      })),
    shallow: findShallow(world),
    exchanges: viewExchanges(world, {
      startMs,
      addresses,
      withBodies: verdict !== 'satisfied' || trial.keepsBodies === true,
    }),
    wallMs,
  }
}

/** How many calls and events a fault struck. */
function countStruck({ journal }: World): number {
  const couldBe = journal.entries.filter((one) => one.kind === 'call' || one.kind === 'event')
  return couldBe.filter(({ fault }) => fault !== undefined).length
}

/** Virtual seconds that the subject took, whatever the scenario let pass. */
function secondsOf(world: World, startMs: number, progress: Progress): number {
  return (world.now() - startMs - progress.advancedMs) / 1000
}

function deeper(a: Depth = 'spec', b: Depth = 'spec'): Depth {
  return isShallower(a, b) ? b : a
}

/** What a scenario most likely stumbled over: its last look was refused. */
function refusedLook({ journal }: World): string {
  const last = journal.entries.at(-1)
  if (last?.kind !== 'call' || last.by !== 'scenario' || last.reply.status < 400) return ''
  return `; its last look, ${last.call.method} ${last.call.path}, was answered ${last.reply.status}`
}

/** Where in the scenario's file an error arose: ` (at leaver.ts:12:5)`. */
function spotOf(error: unknown): string {
  const place = placeInStack(error)
  return place === undefined ? '' : ` (at ${basename(place.file!)}:${place.line}:${place.column})`
}
