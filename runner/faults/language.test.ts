import { describe, expect, it } from 'vitest'
import { UsageError } from '../../engine/usage-error.ts'
import { filesOfPlan, isPlanFile, readPlanText, splitPlans } from './language.ts'

const termOf = (text: string): unknown => readPlanText(text)[0]

describe('a plan', () => {
  it.each([
    ['flaky', { plan: 'flaky' }],
    ['rate-limited*5', { plan: 'rate-limited', number: 5 }],
    ['down*30s', { plan: 'down', timeMs: 30_000 }],
    ['down*2*1.5m', { plan: 'down', number: 2, timeMs: 90_000 }],
    ['slow*250ms', { plan: 'slow', timeMs: 250 }],
    ['quota-exhausted*2h', { plan: 'quota-exhausted', timeMs: 7_200_000 }],
    ['flaky@slack', { plan: 'flaky', twin: 'slack' }],
    ['down@jira.createIssue', { plan: 'down', twin: 'jira', on: 'createIssue' }],
    ['flaky@slack.chat.postMessage', { plan: 'flaky', twin: 'slack', on: 'chat.postMessage' }],
    ['flaky@okta.write', { plan: 'flaky', twin: 'okta', on: 'write' }],
    ['flaky@desk."GET /a+b,c"', { plan: 'flaky', twin: 'desk', on: 'GET /a+b,c' }],
    ['expired-token:revoked@okta', { plan: 'expired-token', variant: 'revoked', twin: 'okta' }],
    [
      'expired-token:for-a-while*5s',
      { plan: 'expired-token', variant: 'for-a-while', timeMs: 5000 },
    ],
    ['throttled-then-banned*3', { plan: 'throttled-then-banned', number: 3 }],
  ])('%s is read as it is meant', (text, term) => {
    expect(termOf(text)).toEqual({ term: { text, ...term } })
  })

  it('is several, and none among them is left out', () => {
    const parts = readPlanText('slow@okta+none+flaky@slack')
    expect(parts).toEqual([
      { term: { text: 'slow@okta', plan: 'slow', twin: 'okta' } },
      { term: { text: 'flaky@slack', plan: 'flaky', twin: 'slack' } },
    ])
    expect(readPlanText('none')).toEqual([])
  })

  it('may be a file, also beside others', () => {
    expect(readPlanText('./plans/a+b.yaml')).toEqual([{ file: './plans/a+b.yaml' }])
    expect(filesOfPlan('flaky+./a.json')).toEqual(['./a.json'])
    expect(['a.yml', 'plans/flaky', 'flaky', 'flaky@x."GET /a"'].map(isPlanFile)).toEqual([
      true,
      true,
      false,
      false,
    ])
  })

  it('stands in a list, parted at commas that are not in quotes', () => {
    expect(splitPlans('none, flaky@desk."a,b",slow')).toEqual(['none', 'flaky@desk."a,b"', 'slow'])
  })
})

describe('a mistake', () => {
  it.each([
    ['flakey', /no fault plan "flakey"\. Did you mean "flaky"/],
    ['slow+flakey', /no fault plan "flakey", at character 6 of "slow\+flakey"/],
    ['slow++flaky', /A fault plan is missing, at character 6 /],
    ['+slow', /A fault plan is missing/],
    ['', /A fault plan is missing/],
    ['expired-token:revokt', /no variant "revokt", at character 15 .* "revoked"/],
    ['flaky:hard', /"flaky" has no variant "hard".* There are none/],
    ['flaky*', /"" is no number and no time, at character 7 .* five places/],
    ['flaky*0', /"0" is no whole number from 1/],
    ['flaky*1.5', /"1\.5" is no whole number from 1/],
    ['flaky*30s', /"flaky" takes no time, at character 7/],
    ['partial-outage*3', /"partial-outage" takes no number.* \*800ms/],
    ['malformed*3weeks', /takes no time/],
    ['down*3weeks', /"weeks" is no unit of time, at character 6/],
    ['down*-1s', /"-1s" is no number and no time/],
    ['flaky@', /A twin is missing, at character 7/],
    ['flaky@Slack', /"Slack" is no name of a twin/],
    ['flaky@slack.', /What of "slack" is meant is missing, at character 13/],
    ['flaky@slack*3', /"slack\*3" is no name of a twin/],
    ['expired-token@okta:revoked', /"okta:revoked" is no name of a twin/],
  ])('in %j is told with its place and what was meant', (text, message) => {
    let thrown: unknown
    try {
      readPlanText(text)
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(UsageError)
    expect((thrown as UsageError).message).toMatch(message)
    expect((thrown as UsageError).where.field).toBe('--faults')
  })
})
