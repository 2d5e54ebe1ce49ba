import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { UsageError } from '../engine/usage-error.ts'
import { findPlan, planNames, troubles } from './fault-plans.ts'
import { boardWorld } from './testing/board-stage.ts'

const world = boardWorld()
const folder = mkdtempSync(join(tmpdir(), 'plans-'))
afterAll(() => rmSync(folder, { recursive: true }))

function write(name: string, text: string): string {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

describe('findPlan', () => {
  it('draws nothing for none', async () => {
    expect((await findPlan('none')).draw(world, '1')).toEqual({ name: 'none', faults: [] })
  })

  it.each(Object.keys(troubles))('draws %s once from the seed, as places', async (name) => {
    const plan = await findPlan(name)
    const { faults } = plan.draw(world, 'case@1')
    const { count, within, choices, standing } = troubles[name]!
    expect(plan.draw(world, 'case@1').faults).toEqual(faults)
    expect(faults.length).toBeGreaterThanOrEqual(count[0])
    expect(faults.length).toBeLessThanOrEqual(count[1])
    for (const { twin, at, action } of faults) {
      expect(twin).toBe('board')
      expect(at).toBeGreaterThanOrEqual(1)
      expect(at).toBeLessThanOrEqual(within)
      if (standing === undefined) expect(choices.map((one) => one.action)).toContainEqual(action)
    }
  })

  it('gives other places for other seeds', async () => {
    const plan = await findPlan('flaky')
    const drawn = Array.from({ length: 20 }, (_, i) => JSON.stringify(plan.draw(world, `${i}`)))
    expect(new Set(drawn).size).toBeGreaterThan(10)
  })

  it('lays several at once', async () => {
    const both = (await findPlan('slow+lost-after-write')).draw(world, '1')
    expect(both.name).toBe('slow+lost-after-write')
    expect(both.faults).toEqual([
      ...(await findPlan('slow')).draw(world, '1').faults,
      ...(await findPlan('lost-after-write')).draw(world, '1').faults,
    ])
    expect((await findPlan('none+slow')).name).toBe('slow')
  })

  it('lists the names when there is none of that name', async () => {
    await expect(findPlan('flakey')).rejects.toThrow('Did you mean "flaky"?')
    await expect(findPlan('storm')).rejects.toThrow(planNames.join(', '))
  })
})

describe('a plan file', () => {
  it('lays its places, and leaves out twins that a trial does not have', async () => {
    const file = write(
      'a.yaml',
      `faults:
  - { twin: board, on: createNote, at: 1, action: { kind: drop-after } }
  - { twin: slack, on: chat.postMessage, at: 1, action: { kind: drop-after } }
`,
    )
    const plan = await findPlan(file)
    expect(plan.name).toBe(file)
    expect(plan.draw(world, '1').faults).toEqual([
      { twin: 'board', on: 'createNote', at: 1, action: { kind: 'drop-after' } },
    ])
  })

  it('draws from its own choices', async () => {
    const file = write(
      'b.json',
      '{"count":[2,2],"within":3,"choices":[{"on":"any","action":{"kind":"delay","ms":5}}]}',
    )
    const { faults } = (await findPlan(file)).draw(world, '1')
    expect(faults).toHaveLength(2)
    expect(faults.every(({ at }) => at <= 3)).toBe(true)
  })

  it.each([
    ['faults: [{ at: 1, action: { kind: delay, ms: 1 } }]', 'faults.0.on', /on: any/],
    ['faults: [{ on: any, action: { kind: delay, ms: 1 } }]', 'faults.0.at', /at: 1/],
    ['faults: [{ on: any, at: 1, action: { kind: dely } }]', 'faults.0.action.kind', /"delay"/],
    ['faults: [{ on: any, at: 1, action: { kind: delay } }]', 'faults.0.action', /needs "ms"/],
    [
      'faults: [{ on: any, at: 1, action: { kind: slow, bytesPerSecond: 1, ms: 2 } }]',
      'faults.0.action.ms',
      /no field "ms"/,
    ],
    ['faults: [{ on: any, at: 1, of: 2, action: { kind: malformed } }]', 'faults.0.of', /"of"/],
    [
      'faults: [{ on: any, at: 1, action: { kind: delay, ms: soon } }]',
      'faults.0.action.ms',
      /must be a number from 0/,
    ],
    [
      'faults: [{ on: any, at: 1, action: { kind: refuse, as: limitd } }]',
      'faults.0.action.as',
      /Did you mean "limited"/,
    ],
    ['choices: []\ncount: [3, 1]', 'count', /count: \[1, 3\]/],
    ['choices: []\nwithin: 0', 'within', /whole number from 1/],
    ['fault: []', undefined, /This is no fault plan/],
    [
      'faults: [{ on: any, at: 1, forMs: long, action: { kind: malformed } }]',
      'faults.0.forMs',
      /"forMs" must be a number from 0, in ms/,
    ],
    [
      'faults: [{ on: any, at: 1, action: { kind: end-token, as: gone } }]',
      'faults.0.action.as',
      /"as" must be expired or revoked/,
    ],
    [
      'faults: [{ on: any, at: 1, action: { kind: answer, status: 99 } }]',
      'faults.0.action.status',
      /"status" must be a status/,
    ],
    [
      'faults: [{ on: any, at: 1, action: { kind: answer, status: 503, headers: { A: 1 } } }]',
      'faults.0.action.headers',
      /lower case/,
    ],
    [
      'faults: [{ on: any, at: 1, action: { kind: latency, quantiles: { p150: 3 } } }]',
      'faults.0.action.quantiles',
      /p50: 80/,
    ],
    [
      'faults: [{ on: any, at: 1, action: { kind: wrong-length, by: 0 } }]',
      'faults.0.action.by',
      /other than 0/,
    ],
    [
      'faults: [{ on: any, at: 1, action: { kind: refuse, as: limited, tellsEnd: true } }]',
      'faults.0.action.tellsEnd',
      /Only what lasts/,
    ],
    [
      'faults: [{ on: event, at: 1, action: { kind: truncate } }]',
      'faults.0.on',
      /"truncate" strikes calls/,
    ],
    ['plans: [flaky, flakey]', 'plans.1', /no fault plan "flakey"/],
    ['plans: [./other.yaml]', 'plans.0', /can't name another/],
    ['plans: [3]', 'plans.0', /A named plan is text/],
    ['faults: []\nwithn: 3', 'withn', /"within"/],
  ])('says what is wrong with %j and where', async (text, field, message) => {
    const file = write('wrong.yaml', text)
    const error = await findPlan(file).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(UsageError)
    expect((error as UsageError).where).toMatchObject({ file, line: expect.any(Number) })
    expect((error as UsageError).where.field).toBe(field)
    expect((error as UsageError).message).toMatch(message)
  })

  it('lays named plans beside its own places, and draws latency from the trial’s seed', async () => {
    const file = write(
      'named.yaml',
      `plans: ['down*5s@board.ping']
faults:
  - { on: any, at: 1, action: { kind: latency, quantiles: { p50: 80, p99.9: 400 } } }
`,
    )
    const plan = await findPlan(file)
    const [latency, down] = plan.draw(world, '7').faults
    expect(down).toMatchObject({ twin: 'board', on: 'ping', at: 1, forMs: 5000 })
    expect(latency!.action).toMatchObject({ kind: 'latency', seed: `7/${file}` })
    const both = await findPlan(`slow+${file}`)
    expect(both.name).toBe(`slow+${file}`)
    expect(both.draw(world, '7').faults.slice(-2)).toEqual([latency, down])
  })

  it('refuses a twin that nobody has', async () => {
    const fault = '{ twin: slak, on: any, at: 1, action: { kind: malformed } }'
    const plan = await findPlan(write('d.yaml', `faults: [${fault}]`))
    expect(() => plan.draw(world, '1')).toThrow('There is no twin "slak". Did you mean "slack"?')
  })

  it('refuses a place that no call can reach', async () => {
    const file = write('c.yaml', 'faults: [{ on: createNot, at: 1, action: { kind: malformed } }]')
    const plan = await findPlan(file)
    expect(() => plan.draw(world, '1')).toThrow('Did you mean "createNote"?')
  })
})
