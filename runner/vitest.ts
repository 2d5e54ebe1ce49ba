import { aroundEach, type TestContext } from 'vitest'
import { UsageError } from '../engine/usage-error.ts'
import type { TwinName } from '../twins/index.ts'
import { course, onlyBerth, type Berth } from './vitest/network.ts'
import {
  openTestWorld,
  type OpenTestWorld,
  type TestWorld,
  type TestWorldOptions,
} from './vitest/test-world.ts'

export type { TestWorld, TestWorldOptions } from './vitest/test-world.ts'

type Named = TwinName | (string & {})
/** `desk` of `desk=./twin`. */
type NameIn<Word extends string> = Word extends `${infer Name}=${string}` ? Name : Word

/** The fixture that `test.extend` takes. */
export interface WorldFixture<Name extends string> {
  world: (
    context: Pick<TestContext, 'task' | 'onTestFailed'>,
    use: (world: TestWorld<Name>) => Promise<void>,
  ) => Promise<void>
}

/**
 * A fixture that gives each test its own world, with MSW set up before and torn down after it. What
 * is drawn in it follows from the test's name. Requests to anything that is no twin fail the test;
 * a test that fails prints its exchanges.
 *
 * @example
 * const test = base.extend(world({ twins: ['okta'] }))
 * test('a leaver is deactivated', async ({ world }) => {
 *   const leaver = world.given.okta.user()
 *   await offboard(leaver.profile.email, world.env)
 *   expect(world.okta.get(`/api/v1/users/${leaver.id}`).body.status).toBe('DEPROVISIONED')
 * })
 */
export function world<const Name extends Named>(
  options: TestWorldOptions<Name>,
): WorldFixture<NameIn<Name>> {
  const fixture: WorldFixture<NameIn<Name>>['world'] = async ({ task, onTestFailed }, use) => {
    const open = await openTestWorld(options, nameOf(task))
    onTestFailed(() => tell(open))
    try {
      await use(open.world as unknown as TestWorld<NameIn<Name>>)
    } finally {
      open.end()
    }
  }
  // Also for tests that do not ask for it: none may reach the real network. The compiler finds the
  // type of a fixture's value in a bare function only.
  const everywhere = [fixture, { auto: true }] as unknown as typeof fixture
  return { world: everywhere }
}

/**
 * The same for every test of a file or a `describe`, without a fixture: returns a world that stands
 * for that of the test which is running. Requests are told apart by the test in whose course they
 * are made, whatever token they carry.
 *
 * @example
 * const acme = useWorld({ twins: ['slack'] })
 * test('it says hello', async () => {
 *   await hello(acme.env.SLACK_BOT_TOKEN)
 *   expect(acme.journal.calls('slack', 'chat.postMessage')).toHaveLength(1)
 * })
 */
export function useWorld<const Name extends Named>(
  options: TestWorldOptions<Name>,
): TestWorld<NameIn<Name>> {
  const open = new Map<Berth, TestWorld<Name>>()
  aroundEach(async (runTest, { task, onTestFailed }) => {
    const one = await openTestWorld(options, nameOf(task))
    open.set(one.berth, one.world)
    onTestFailed(() => tell(one))
    try {
      await course.run(one.berth, runTest)
    } finally {
      open.delete(one.berth)
      one.end()
    }
  })
  const running = (): object => {
    const berth = course.getStore() ?? onlyBerth()
    const found = berth === undefined ? undefined : open.get(berth)
    if (found !== undefined) return found
    throw new UsageError('No test is running here whose world this could be.', {
      fix: 'Use it within a test, or in a hook around each test.',
    })
  }
  return new Proxy({} as TestWorld<NameIn<Name>>, {
    get: (_, name) => Reflect.get(running(), name) as unknown,
    has: (_, name) => Reflect.has(running(), name),
  })
}

function tell(open: OpenTestWorld<string>): void {
  console.error(`What happened in the world of "${open.berth.test}":\n${open.tell()}`)
}

const namesakes = new Map<string, string[]>()

/** The test's file and full name: `mail.test.ts > leavers > are told once`; namesakes get a number. */
function nameOf(task: TestContext['task']): string {
  const names = [task.name]
  for (let suite = task.suite; suite !== undefined; suite = suite.suite) names.unshift(suite.name)
  const name = [task.file.name, ...names.filter((one) => one !== task.file.name)].join(' > ')
  const ids = namesakes.get(name) ?? []
  namesakes.set(name, ids)
  if (!ids.includes(task.id)) ids.push(task.id)
  const number = ids.indexOf(task.id)
  return number === 0 ? name : `${name} #${number + 1}`
}
