import { join } from 'node:path'
import { noFaults, type FaultPlan } from '../../engine/faults.ts'
import { UsageError } from '../../engine/usage-error.ts'
import type { Credentials } from '../../engine/twin.ts'
import type { World } from '../../engine/world.ts'
import { createFetch } from '../../fronts/fetch.ts'
import { Bases } from '../bases.ts'
import { clientEnv } from '../client-env.ts'
import type { UnexpectedChange } from '../collateral.ts'
import { findPlan } from '../fault-plans.ts'
import { createIdleKit } from '../idle-kit.ts'
import type { Kit, KitBase } from '../scenario.ts'
import { placeTwin } from '../twin-word.ts'
import { WaitClock } from '../wait-clock.ts'
import { course, enterNetwork, type Berth } from './network.ts'
import { tellExchanges } from './tell.ts'

/** What a test's world is made of. */
export interface TestWorldOptions<Name extends string = string> {
  /** `okta`, or `desk=./twin`: a name, and where its twin is made from, as seen from where vitest runs. */
  twins: readonly Name[]
  /** A fault plan by name or file, as `backlot run --faults` takes it; or places of your own. */
  faults?: string | FaultPlan
  /** Hosts that are really reached: `127.0.0.1` for a server of your own. Anything else fails the test. */
  reachable?: readonly string[]
  /** Sets the settings of the official clients in `process.env` while a test runs; not for concurrent tests. */
  env?: boolean
  /** What all draws come from, instead of the test's name. */
  seed?: string
}

/** The world of one test. Besides these, one `Looker` per twin, under the twin's name. */
export type TestWorld<Name extends string> = Omit<
  Kit<Name>,
  'subject' | 'step' | 'check' | 'must' | 'settled'
> &
  TestWorldBase<Name>

interface TestWorldBase<Name extends string> {
  /** The settings by which official clients find the twins: `env.SLACK_BOT_TOKEN`. */
  readonly env: Readonly<Record<string, string>>
  /** Tokens of this world alone, by twin: `credentials.slack.bot`. */
  readonly credentials: { readonly [N in Name]: Credentials }
  /** What the code changed and no word of `changes.allow(…)` accounts for. */
  unexpected: () => UnexpectedChange[]
  /** Lays a fault plan from here on; `none` takes it away again. */
  faults: (plan: string | FaultPlan) => Promise<void>
  /** Runs something whose requests belong to this test although they carry no token of it. */
  run: <T>(body: () => T) => T
  /** A `fetch` whose whole internet is this world. */
  readonly fetch: typeof fetch
  /** The engine's world itself. */
  readonly world: World
}

/** A test's world that is under way. */
export interface OpenTestWorld<Name extends string> {
  world: TestWorld<Name>
  berth: Berth
  /** Every exchange so far, as lines. */
  tell: () => string
  /** Ends it. Throws an Error when something was reached that is no twin. */
  end: () => void
}

/** Shared by all tests of a process: a base world is built once for each set of twins. */
const bases = new Bases()

/** Makes a fork for a test, and lets the requests of this process reach it. Throws a UsageError. */
export async function openTestWorld<Name extends string>(
  options: TestWorldOptions<Name>,
  test: string,
): Promise<OpenTestWorld<Name>> {
  const here = join(process.cwd(), 'tests')
  const base = await bases.of(options.twins.map((word) => placeTwin(word, here)))
  const clock = new WaitClock()
  const seed = options.seed ?? test
  const world = base.fork({ seed, wall: clock.wall, stepMs: 1, faults: noFaults })
  const startMs = world.now()
  // All of a test is under way: what its code really waits is virtual time as well.
  void clock.begin()
  const layFaults = async (plan: string | FaultPlan): Promise<void> => {
    world.setFaults(typeof plan === 'string' ? (await findPlan(plan)).draw(world, seed) : plan)
  }
  if (options.faults !== undefined) await layFaults(options.faults)
  const { env, credentials } = mintAll(world)
  const { kit, watch } = createIdleKit(world, clock)
  const berth: Berth = {
    world,
    test,
    credentials: Object.values(credentials).flatMap((one) => Object.values(one)),
    reachable: options.reachable ?? [],
    troubles: [],
  }
  const own: TestWorldBase<string> = {
    env,
    credentials,
    unexpected: () => watch.unexpected(),
    faults: layFaults,
    run: (body) => course.run(berth, body),
    fetch: createFetch(world),
    world,
  }
  const resetEnv = options.env === true ? setEnv(env) : () => {}
  const leave = enterNetwork(berth)
  return {
    world: joined(kit, own) as unknown as TestWorld<Name>,
    berth,
    tell: () => tellExchanges(world, startMs),
    end: () => {
      leave()
      resetEnv()
      needNoEscape(berth)
    },
  }
}

/** Both in one, each with its own words for what it has not. */
function joined(kit: KitBase<string>, own: object): object {
  return new Proxy(own, {
    get: (of, name, self) =>
      name in of ? Reflect.get(of, name, self) : Reflect.get(kit, name, kit),
    has: (of, name) => name in of || name in kit,
  })
}

function mintAll(world: World): {
  env: Record<string, string>
  credentials: Record<string, Credentials>
} {
  const credentials: Record<string, Credentials> = {}
  const places: Parameters<typeof clientEnv>[1] = {}
  for (const [name, { definition }] of world.twins) {
    credentials[name] = world.mint(name)
    places[name] = { url: definition.origin, credentials: credentials[name] }
  }
  return { env: clientEnv(world, places), credentials }
}

let isEnvSet = false

function setEnv(env: Record<string, string>): () => void {
  if (isEnvSet) {
    throw new UsageError('Two tests at once can not both have their settings in process.env.', {
      field: 'env',
      fix: 'Hand world.env to the code, or run these tests one after the other.',
    })
  }
  isEnvSet = true
  const before = { ...process.env }
  Object.assign(process.env, env)
  return () => {
    isEnvSet = false
    for (const name of Object.keys(env)) {
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
    }
  }
}

function needNoEscape({ world, troubles }: Berth): void {
  const escapes = world.journal.entries.filter((one) => one.kind === 'escape')
  const lines = escapes.map(({ how, target }) => `${how} ${target} is no twin of this world`)
  if (lines.length + troubles.length === 0) return
  const fix =
    escapes.length === 0
      ? []
      : ['Name its twin, or its host under reachable, if it may be reached.']
  throw new Error(['The code went beyond its world.', ...lines, ...troubles, ...fix].join('\n  '))
}
