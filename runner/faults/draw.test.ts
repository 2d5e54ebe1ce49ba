import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Fault } from '../../engine/faults.ts'
import type { TwinDefinition } from '../../engine/twin.ts'
import { World } from '../../engine/world.ts'
import { board } from '../../test/small-twin.ts'
import { loadTwin } from '../../twins/index.ts'
import { loadLearnedTwin, readLearnedFile } from '../learn/folder.ts'
import { loadScenarios } from '../load-scenarios.ts'
import { findPlan } from '../fault-plans.ts'
import { boardWorld } from '../testing/board-stage.ts'
import { namedPlans } from './catalogue.ts'
import { checkPlans } from './check-plans.ts'

let both: World
beforeAll(async () => {
  both = World.create({ twins: [await loadTwin('slack'), await loadTwin('jira')] })
})

async function draw(text: string, seed = '1', world = both): Promise<readonly Fault[]> {
  return (await findPlan(text)).draw(world, seed).faults
}

describe('places', () => {
  it('lie where a term says', async () => {
    for (const seed of ['1', '2', '3', '4']) {
      const some = await draw('flaky@slack+lost-after-write@jira+slow@jira.read', seed)
      expect(some.length).toBeGreaterThan(3)
      for (const { twin, on, action } of some) {
        const { kind } = action
        if (twin === 'slack') expect(['refuse', 'drop-before']).toContain(kind)
        else expect(on).toBe(kind === 'drop-after' ? 'write' : 'read')
      }
    }
  })

  it('of one operation are its first calls, since nobody knows how often it comes', async () => {
    for (const seed of ['1', '2', '3', '4', '5', '6']) {
      const [first, ...rest] = await draw('down@jira.createIssue', seed)
      expect(first).toMatchObject({ twin: 'jira', on: 'createIssue', at: 1, forMs: 2000 })
      expect(rest).toEqual([])
      const flaky = await draw('flaky@slack.chat.postMessage', seed)
      const ats = flaky.map(({ at }) => at)
      expect(new Set(ats).size).toBe(ats.length)
      expect(Math.max(...ats)).toBeLessThanOrEqual(3)
    }
  })

  it('are as many as somebody asks for, and no two the same', async () => {
    const many = await draw('rate-limited*50')
    expect(many).toHaveLength(50)
    expect(new Set(many.map(({ twin, at }) => `${twin}#${at}`)).size).toBe(50)
    expect(await draw('rate-limited*50')).toEqual(many)
    expect(await draw('rate-limited*50', '2')).not.toEqual(many)
  })

  it('last as long as somebody asks for', async () => {
    for (const { forMs } of await draw('down*90s*3')) expect(forMs).toBe(90_000)
    const [stale] = await draw('stale-reads*10s')
    expect(stale!.action).toEqual({ kind: 'stale', behindMs: 10_000 })
    for (const { action } of await draw('slow*3s')) {
      expect(action).toEqual({ kind: 'delay', ms: 3000 })
    }
    const [throttle] = await draw('throttled-then-banned*5*10m')
    expect(throttle!.action).toMatchObject({ count: 5, banMs: 600_000 })
  })

  it('of events may be those of one type', async () => {
    for (const { on } of await draw('duplicate-events@slack.reaction_added')) {
      expect(on).toBe('event:reaction_added')
    }
  })

  it('are none where the world has no such twin, though another may', async () => {
    expect(await draw('flaky@okta')).toEqual([])
  })

  it.each([
    ['flaky@slak', /no twin "slak", at character 7 .* "slack"/],
    ['flaky@slack.chat.postMesage', /No operation is named "chat\.postMesage", at character 13/],
    ['stale-reads@jira.createIssue', /"createIssue" writes/],
  ])('of %s can never be reached', async (text, message) => {
    await expect(draw(text)).rejects.toThrow(message)
  })

  it.each(Object.keys(namedPlans))('of %s have words', async (name) => {
    const { about, careful, variants = {} } = namedPlans[name]!
    for (const text of [about, careful, ...Object.values(variants).map((one) => one.about)]) {
      expect(text).toMatch(/^[a-z].{15,}[^.]$/)
    }
    for (const variant of Object.keys(variants)) {
      if (variant !== 'recorded') expect(await draw(`${name}:${variant}`)).toHaveLength(1)
    }
  })
})

describe('latency', () => {
  it('of the recordings lies on the operations that a twin has it of', async () => {
    const definition = {
      ...(board as unknown as TwinDefinition),
      latencyOf: ({ id }: { id: string }) => (id === 'ping' ? { p50: 7, p95: 9 } : undefined),
    }
    const world = World.create({ twins: [definition] })
    expect(await draw('latency:recorded', '1', world)).toEqual([
      {
        twin: 'board',
        on: 'ping',
        at: 1,
        action: {
          kind: 'latency',
          quantiles: { p50: 7, p95: 9 },
          seed: '1/latency:recorded',
        },
      },
    ])
  })

  it('of a learned twin is what its operations took', async () => {
    const folder = join(import.meta.dirname, '../../examples/any-api/twin')
    const learned = await readLearnedFile(folder)
    const world = World.create({ twins: [await loadLearnedTwin(folder, 'desk')] })
    const [loan, ...rest] = await draw('latency:recorded@desk.getLoan', '1', world)
    const { latencyMs } = learned!.operations.find(({ op }) => op === 'getLoan')!
    const { samples: _, ...quantiles } = latencyMs!
    expect([loan!.on, loan!.action, rest]).toMatchObject(['getLoan', { quantiles }, []])
  })

  it('of any twin has the median that somebody asks for', async () => {
    const [one] = await draw('latency*240ms@slack')
    expect(one).toMatchObject({
      twin: 'slack',
      on: 'any',
      action: { quantiles: { p50: 240, p95: 1200, max: 4000 } },
    })
  })
})

describe('before a run', () => {
  it('a plan that strikes nothing in any scenario is told, and one that does is not', async () => {
    const { scenarios } = await loadScenarios(['triage'])
    const check = async (text: string): Promise<void> => {
      await checkPlans([await findPlan(text)], scenarios)
    }
    await expect(check('flaky@slack')).resolves.toBeUndefined()
    await expect(check('flaky')).resolves.toBeUndefined()
    await expect(check('flaky@slack.nope')).rejects.toThrow('No operation is named "nope"')
    await expect(check('latency:recorded')).rejects.toThrow('strikes nothing here')
  })

  it('a world draws what the language says, and only that', async () => {
    const world = boardWorld()
    const { faults } = (await findPlan('flaky@board.createNote')).draw(world, '1')
    expect(faults.every(({ on }) => on === 'createNote')).toBe(true)
  })
})
