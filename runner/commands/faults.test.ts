import { afterEach, describe, expect, it, vi } from 'vitest'
import { UsageError } from '../../engine/usage-error.ts'
import { namedPlans } from '../faults/catalogue.ts'
import { faults } from './faults.ts'

afterEach(() => vi.restoreAllMocks())

/** What the command prints. */
async function said(...args: string[]): Promise<string> {
  let out = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text)
    return true
  })
  expect(await faults(args)).toBe(0)
  return out
}

interface Drawn {
  seed: string
  name: string
  faults: { twin: string; on: string; at: number }[]
  places: string[]
}

describe('backlot faults', () => {
  it('lists every plan with what it does and what careful code does', async () => {
    const out = await said()
    for (const [name, { about, careful }] of Object.entries(namedPlans)) {
      expect(out).toContain(`${name}\n  ${about}\n  careful code ${careful}\n`)
    }
    expect(await said('down')).toContain('takes *5 (places) and *30s (how long)')
  })

  it('lists them for programs', async () => {
    const plans = JSON.parse(await said('--json')) as { name: string; strikes: string }[]
    expect(plans.map(({ name }) => name)).toEqual(Object.keys(namedPlans))
    expect(plans.find(({ name }) => name === 'late-events')).toMatchObject({
      strikes: 'events',
      number: 'places',
      time: 'ms',
    })
  })

  it('draws the places of a trial, in words', async () => {
    const plan = 'down*5s@jira.createIssue+latency*50ms@slack'
    const out = await said('draw', plan, '--twins', 'jira,slack', '--seed', 'triage/a@3')
    expect(out).toMatch(
      /^down\S+, seed triage\/a@3, jira, slack\n {2}jira createIssue from #1 for 5 s: .+\n {2}slack any always: latency p50 50 ms, p95 250 ms, max 833 ms; the first calls: \d+(?:, \d+){4} ms\n$/,
    )
    expect(await said('draw', 'none')).toContain('nothing goes wrong')
  })

  it('draws for seed after seed, for programs', async () => {
    const args = ['draw', 'flaky@slack', '--twins', 'slack', '--count', '3', '--json']
    const drawn = JSON.parse(await said(...args)) as Drawn[]
    expect(drawn.map(({ seed }) => seed)).toEqual(['1', '2', '3'])
    for (const { places, faults: laid } of drawn) {
      expect(places).toHaveLength(laid.length)
      for (const { twin } of laid) expect(twin).toBe('slack')
    }
    expect(JSON.parse(await said(...args))).toEqual(drawn)
  })

  it.each([
    [['flakey'], /no fault plan "flakey"\. Did you mean "flaky"/],
    [['drew', 'flaky'], /"flaky" is one too many/],
    [['draw'], /Draw takes one plan/],
    [['draw', 'flaky', 'slow'], /Join several with \+/],
    [['draw', 'flaky@slak'], /no twin "slak".*"slack"/],
    [['draw', 'flaky', '--twins', 'slak'], /no twin "slak"/],
    [['draw', 'flaky@okta', '--twins', 'slack'], /strikes nothing here\. There are slack\./],
    [['draw', 'latency:recorded'], /None of jira, okta, slack was learned/],
    [['--jsn'], /Did you mean "--json"/],
  ])('says what is wrong with %j', async (args, message) => {
    const error = await faults(args).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(UsageError)
    expect((error as UsageError).message).toMatch(message)
  })
})
