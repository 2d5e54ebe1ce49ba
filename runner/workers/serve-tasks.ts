import { serveHttp } from '../../fronts/http.ts'
import { createResolver } from '../../fronts/resolve.ts'
import { Worlds } from '../../fronts/worlds.ts'
import { Bases } from '../bases.ts'
import { findPlan, type PlanSource } from '../fault-plans.ts'
import { loadScenarios, type LoadedScenario } from '../load-scenarios.ts'
import { playOne, type PlayGround } from '../play-one.ts'
import { spellTrialId } from '../trial-id.ts'
import { watchStrays } from '../stray.ts'
import { loadSubject } from '../subject/load.ts'
import { watchEventLoop } from '../watchdog.ts'
import { BEAT_MS, type Said, type Task, type WorkerSetup } from './protocol.ts'

/** What a worker plays on: its own base worlds, its own subject. */
interface Ground extends PlayGround {
  plans: ReadonlyMap<string, PlanSource>
  scenarios: Map<string, Promise<LoadedScenario>>
}

/** Runs in a process of its own: plays the trials that it is told of, one after the other, until it is cut off. */
export function serveTasks(): void {
  // Ctrl-C reaches the whole group; when a run ends is for the runner to say.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => {})
  process.on('disconnect', () => process.exit())
  watchStrays()
  setInterval(() => say({ kind: 'beat' }), BEAT_MS).unref()
  let ground: Promise<Ground> | undefined
  let last: Promise<unknown> = Promise.resolve()
  process.on('message', (message: WorkerSetup | Task) => {
    if ('subjectFile' in message) {
      watchEventLoop(message.holdMs)
      ground = setUp(message)
      ground.then(
        () => say({ kind: 'ready' }),
        (error: unknown) => say({ kind: 'failed', what: String(error) }),
      )
      return
    }
    last = last.then(async () => perform(message, await ground!))
  })
}

/** Resolves when it is said: what comes next may end this process. */
function say(said: Said): Promise<void> {
  // Where the runner has gone, `disconnect` comes.
  return new Promise((resolve) => process.send?.(said, undefined, undefined, () => resolve()))
}

async function setUp(setup: WorkerSetup): Promise<Ground> {
  const { subjectFile, plans, minDepth, prices, countsBytes } = setup
  const [subject, sources] = await Promise.all([
    loadSubject(subjectFile),
    Promise.all(plans.map(findPlan)),
  ])
  const ground: Ground = {
    subject,
    plans: new Map(sources.map((one) => [one.name, one])),
    scenarios: new Map(),
    bases: new Bases(),
    minDepth,
    accounting: { prices, countsBytes },
  }
  if (subject.reach === 'fetch') return ground
  const worlds = new Worlds()
  const { url } = await serveHttp({ resolve: createResolver(worlds) })
  return { ...ground, server: { url, worlds } }
}

async function perform({ n, scenario, plan, seed, isFirst }: Task, ground: Ground): Promise<void> {
  const loaded = await findScenario(scenario, ground)
  const source = ground.plans.get(plan)!
  const id = spellTrialId({ scenario: scenario.id, seed, plan })
  const outcome = await playOne({ id, loaded, plan: source, seed, isFirst }, ground)
  if (outcome === undefined) return
  if (!('error' in outcome)) return say({ kind: 'played', n, trial: JSON.stringify(outcome) })
  const { what, where, fix } = outcome.error
  return say({ kind: 'broken', n, what, where, fix })
}

/** Each file is loaded once; it has loaded before, in the runner. */
function findScenario(
  { id, file }: Task['scenario'],
  { scenarios }: Ground,
): Promise<LoadedScenario> {
  let found = scenarios.get(id)
  if (found === undefined) {
    found = loadScenarios([file]).then(({ scenarios: [one], broken: [wrong] }) => {
      if (one === undefined) throw wrong?.error ?? new Error(`${file} holds no scenario any more`)
      return { ...one, id }
    })
    scenarios.set(id, found)
  }
  return found
}
