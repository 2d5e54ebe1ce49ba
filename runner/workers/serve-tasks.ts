import { writeSync } from 'node:fs'
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
import { BEAT_MS, MARK_FD, type Said, type Task, type WorkerSetup } from './protocol.ts'

/** So many results go together at most, and none waits longer for others than so. */
const BATCH = 16
const BATCH_MS = 20

const mark = Buffer.alloc(4)

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
  process.on('message', (message: WorkerSetup | Task[]) => {
    if (!Array.isArray(message)) {
      watchEventLoop(message.holdMs)
      ground = setUp(message)
      ground.then(
        () => say({ kind: 'ready' }),
        (error: unknown) => say({ kind: 'failed', what: String(error) }),
      )
      return
    }
    waiting += message.length
    for (const task of message) last = last.then(async () => perform(task, await ground!))
  })
}

/** Tasks that have not ended. */
let waiting = 0
/** What ended and has not been said. */
let unsaid: Said[] = []
let timer: NodeJS.Timeout | undefined

/** Keeps what is said for a moment, while there is more to do. */
function sayOf(task: Said): void {
  waiting--
  unsaid.push(task)
  if (waiting === 0 || unsaid.length >= BATCH) return sayAll()
  timer ??= setTimeout(sayAll, BATCH_MS)
}

function sayAll(): void {
  clearTimeout(timer)
  timer = undefined
  say(...unsaid)
  unsaid = []
}

function say(...said: Said[]): void {
  // Where the runner has gone, `disconnect` comes.
  process.send?.(said, undefined, undefined, () => {})
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
  // What ends this process in the next moment is known by it.
  mark.writeUInt32LE(n)
  writeSync(MARK_FD, mark, 0, 4, 0)
  const loaded = await findScenario(scenario, ground)
  const source = ground.plans.get(plan)!
  const id = spellTrialId({ scenario: scenario.id, seed, plan })
  const outcome = await playOne({ id, loaded, plan: source, seed, isFirst }, ground)
  if (outcome === undefined) return
  if (!('error' in outcome)) return sayOf({ kind: 'played', n, trial: JSON.stringify(outcome) })
  const { what, where, fix } = outcome.error
  return sayOf({ kind: 'broken', n, what, where, fix })
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
