import { World } from '../../engine/world.ts'
import { board } from '../../test/small-twin.ts'
import type { Trial } from '../play.ts'
import { scenario, type Kit, type Scenario, type ScenarioOptions } from '../scenario.ts'
import { createModuleSubject, type SubjectFunction } from '../subject/module.ts'
import type { Subject } from '../subject/subject.ts'

/** A base world with the small twin alone. */
export function boardWorld(): World {
  return World.create({ twins: [board] })
}

/** A scenario on the small twin. */
export function boardScenario(
  play: (kit: Kit<'board'>) => unknown,
  options: Partial<ScenarioOptions> = {},
): Scenario {
  return scenario('A test', { twins: ['board'], ...options } as ScenarioOptions<'board'>, play)
}

/** A trial of a scenario, without faults. */
export function trialOf(scenario: Scenario, rest: Partial<Trial> = {}): Trial {
  return {
    scenarioId: 'test/one',
    scenario,
    seed: '1',
    plan: { name: 'none', faults: [] },
    ...rest,
  }
}

/** A subject that does what a function says. */
export function subjectOf(handle: SubjectFunction): Subject {
  return createModuleSubject(handle, { name: 'inline', reach: 'fetch', env: {}, timeoutMs: 5000 })
}

/** Calls the board as a client would. */
export async function callBoard(
  { env, fetch }: { env: Record<string, string>; fetch: typeof globalThis.fetch },
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const reply = await fetch(`${env['BACKLOT_BOARD_URL']}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${env['BACKLOT_BOARD_TOKEN']}`,
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await reply.text()
  return { status: reply.status, body: text === '' ? {} : JSON.parse(text) }
}
