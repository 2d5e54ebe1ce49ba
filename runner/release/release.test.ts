import { describe, expect, it } from 'vitest'
import { namedPlans } from '../faults/catalogue.ts'
import { hostile } from '../report/testing/hostile-run.ts'
import { hostileSweep } from '../report/testing/hostile-sweep.ts'
import { findChanges } from './changes.ts'
import { findFailureModes } from './failure-modes.ts'
import { makeRelease, toFormer } from './make-release.ts'
import { renderRelease } from './page.ts'
import { tellPlan } from './plan-words.ts'
import { extremes, madeScoring, type MadeTrial } from './testing/made-scoring.ts'
import { playSmallScorings } from './testing/small-scoring.ts'

const now = new Date('2026-11-21T12:00:00Z')
const check = (text: string) => ({ kind: 'check' as const, text: `not so: ${text}`, key: text })
const failing = (
  scenario: string,
  plan = 'none',
  ...why: MadeTrial['why'] & object
): MadeTrial => ({
  scenario,
  plan,
  struck: plan === 'none' ? [] : ['slack'],
  verdict: 'unsatisfied',
  why: why.length === 0 ? [check('it is told once')] : why,
})
const well = (scenario: string, plan = 'none'): MadeTrial => ({
  scenario,
  plan,
  struck: plan === 'none' ? [] : ['slack'],
})
const modesOf = (...made: MadeTrial[]) => findFailureModes(madeScoring(made).result.trials)

describe('failure modes', () => {
  it('has words for every named plan', () => {
    for (const name of Object.keys(namedPlans)) {
      const told = tellPlan(name, ['slack'])
      expect(told, name).toContain('Slack')
      expect(told, name).not.toContain(name.includes('-') ? name : `“${name}”`)
    }
  })

  it('tells joined, aimed and unknown plans too', () => {
    expect(tellPlan('reset@okta+lost-after-write*2@slack', ['okta', 'slack'])).toBe(
      'the connection to Okta or Slack is reset and Okta or Slack loses the answer to a write',
    )
    expect(tellPlan('mine.json', ['jira'])).toBe('the plan “mine.json” strikes Jira')
    expect(tellPlan('of-a-later-version', [])).toBe(
      'the plan “of-a-later-version” strikes a service',
    )
  })

  it('counts what a failure did of the trials that it struck', () => {
    const lost = 'lost-after-write'
    const modes = modesOf(well('a'), failing('a', lost), well('a', lost), well('b', lost))
    expect(modes.map(({ sentence }) => sentence)).toEqual([
      'When Slack loses the answer to a write, 1 of 3 trials fell short: “it is told once” did not hold.',
    ])
  })

  it('blames no failure for what goes wrong without any', () => {
    const modes = modesOf(failing('a'), failing('a', 'flaky'), well('b'), well('b', 'flaky'))
    expect(modes.map(({ plan, failed, trials }) => [plan, failed, trials])).toEqual([
      ['none', 1, 2],
    ])
    expect(modes[0]!.sentence).toMatch(/^Without any failure, 1 of 2 trials fell short/)
  })

  it('takes a plan that met no call for no failure', () => {
    const [mode] = modesOf({ ...failing('a', 'flaky'), struck: [] })
    expect(mode).toMatchObject({ plan: 'none', services: [] })
  })

  it('says every kind of reason in words, and which cases it was', () => {
    const told = (reason: NonNullable<MadeTrial['why']>[number]): string =>
      modesOf(failing('a', 'none', reason))[0]!.effects[0]!.text
    const of = (kind: 'change' | 'budget' | 'escape' | 'answer', key: string, text = key) =>
      told({ kind, key, text })
    expect(of('change', 'made slack.messages')).toBe(
      'it made something that nobody asked for (slack.messages)',
    )
    expect(of('budget', 'budget calls')).toBe('it used more calls than it may')
    expect(of('answer', 'no answer: crashed')).toBe('it crashed')
    expect(of('answer', 'no answer: of a later version')).toBe('it gave no answer')
    expect(of('escape', 'x', 'escape: POST https://evil.example')).toBe(
      'it tried to get out (POST https://evil.example)',
    )
    expect(modesOf(failing('a'), failing('b'))[0]!.effects[0]!.cases).toEqual(['Case a', 'Case b'])
  })

  it('leaves inconclusive trials out', () => {
    expect(modesOf({ scenario: 'a', verdict: 'inconclusive', why: [check('x')] })).toEqual([])
  })
})

describe('changes since the last accepted version', () => {
  it('names cases that newly fail and pass, and operations that come and go', () => {
    const accepted = madeScoring([
      well('a'),
      failing('b'),
      { ...well('c'), op: 'old' },
      well('gone'),
    ])
    const score = madeScoring([failing('a'), well('b'), { ...well('c'), op: 'new' }, well('fresh')])
    const found = findChanges({ score }, { score: accepted })
    expect(found.newlyFailing.map(({ name, was, is }) => [name, was, is])).toEqual([
      ['a', { satisfied: 1, all: 1 }, { satisfied: 0, all: 1 }],
    ])
    expect(found.newlyPassing.map(({ name }) => name)).toEqual(['b'])
    expect(found.casesAdded.map(({ title }) => title)).toEqual(['Case fresh'])
    expect(found.casesRemoved.map(({ title }) => title)).toEqual(['Case gone'])
    expect(found.operationsAdded).toEqual([{ twin: 'slack', op: 'new' }])
    expect(found.operationsDropped).toEqual([{ twin: 'slack', op: 'old' }])
    expect(found.packages).toBeUndefined()
  })

  it('knows a case that was inconclusive for neither', () => {
    const accepted = madeScoring([{ scenario: 'a', verdict: 'inconclusive' }])
    const found = findChanges({ score: madeScoring([failing('a')]) }, { score: accepted })
    expect([found.newlyFailing, found.newlyPassing]).toEqual([[], []])
  })

  it('tells luck from a loss', () => {
    const many = (bad: number) =>
      madeScoring(Array.from({ length: 60 }, (_, i) => (i < bad ? failing : well)(`case ${i}`)))
    const verdict = (is: number, was: number) =>
      findChanges({ score: many(is) }, { score: many(was) }).score?.verdict
    expect([verdict(40, 2), verdict(2, 40), verdict(3, 2)]).toEqual([
      'worse',
      'better',
      'cannot-tell',
    ])
  })

  it('compares packages where both versions are attested', () => {
    const score = madeScoring([well('a')])
    const of = (...list: string[]) =>
      list.map((one) => {
        const [name, version] = one.split('@') as [string, string]
        return { name, version, state: 'pinned' as const }
      })
    const now = { score, packages: of('a@2', 'b@1', 'new@1') }
    expect(findChanges(now, { score, packages: of('a@1', 'b@1', 'old@3') }).packages).toEqual([
      { name: 'a', was: '1', is: '2', state: 'pinned' },
      { name: 'new', is: '1', state: 'pinned' },
      { name: 'old', was: '3' },
    ])
  })
})

describe('the page for release managers', () => {
  it('tells a real scoring: what was told twice, and what newly fails', async () => {
    const [accepted, score] = await playSmallScorings(['careful', 'hasty'])
    const data = makeRelease({ score: score!, accepted: accepted!, now })
    expect(data.failureModes[0]!.sentence).toMatch(
      /^When Slack loses the answer to a write, \d+ of \d+ trials? fell short: “it is told once, not twice” did not hold\. It had called slack chat\.postMessage again, though the first call had happened\.$/,
    )
    expect(data.changes!.newlyFailing.length).toBeGreaterThan(0)
    expect(data.changes!.operationsDropped).toEqual([
      { twin: 'slack', op: 'conversations.history' },
    ])
    expect(data.changes).toMatchObject({ isSameSet: true, isSameSubject: false })
    expect(data.cases.filter(({ sealed }) => sealed)).toHaveLength(3)
    const page = renderRelease(data)
    expect(page).toContain(data.changes!.newlyFailing[0]!.title)
    expect(page).not.toMatch(/case-000\d/)
    // What a server keeps as JSON makes the same page.
    expect(renderRelease(JSON.parse(JSON.stringify(data)))).toBe(page)
  })

  it('orders earlier scorings by time, each once, and leaves out what came later', () => {
    const at = (startedAt: string) => madeScoring([well('a')], { startedAt })
    const [old, last, later] = ['2026-11-01', '2026-11-10', '2026-11-30'].map((day) =>
      at(`${day}T00:00:00.000Z`),
    )
    const former = [later!, last!, old!].map((one) => toFormer(one))
    const data = makeRelease({ score: at('2026-11-20T00:00:00.000Z'), former, accepted: last, now })
    expect(data.former.map(({ startedAt }) => startedAt.slice(0, 10))).toEqual([
      '2026-11-01',
      '2026-11-10',
    ])
  })

  it('gives reasons in sentences, those that do not hold first', () => {
    const rules = [
      { rule: 'noEscapes', held: true, sentence: 'Nothing tried to get out.' },
      { rule: 'minCases', held: false, sentence: 'The set has 3 cases; at least 30 are asked.' },
    ]
    const policy = { file: 'policy.yaml', digest: 'f'.repeat(64) }
    const decision = { verdict: 'rejected' as const, findings: rules, policy }
    const page = renderRelease(makeRelease({ score: madeScoring([well('a')]), decision, now }))
    expect(page).toContain('1 of 2 rules of the policy did not hold.')
    expect(page.indexOf('The set has 3')).toBeLessThan(page.indexOf('Nothing tried to get out.<'))
  })

  it('adds up attempts to get out by what was done', () => {
    const escapes = [
      { n: 1, how: 'connect', target: 'tcp://203.0.113.8:22' },
      { n: 2, how: 'lookup', target: 'evil.example' },
    ]
    const score = madeScoring([
      { ...well('a'), escapes },
      { ...well('b'), escapes: [escapes[0]!] },
    ])
    expect(makeRelease({ score, now }).contained.escapes).toEqual([
      { how: 'connect', count: 2, targets: [{ target: 'tcp://203.0.113.8:22', count: 2 }] },
      { how: 'lookup', count: 1, targets: [{ target: 'evil.example', count: 1 }] },
    ])
  })

  it('is kept from search engines, allows nothing from elsewhere, and says whom it is for', () => {
    const page = renderRelease(makeRelease({ score: madeScoring([well('a')]), now }))
    expect(page).toContain('<meta name="robots" content="noindex, nofollow, noarchive" />')
    expect(page).toMatch(/Content-Security-Policy" content="default-src &#39;none&#39;; style-src/)
    expect(page).toContain('For release managers only.')
    expect(page).not.toMatch(/\b(?:src|href)="(?!#)/)
    expect(page).not.toMatch(/ style="/)
  })

  it.each(Object.keys(extremes))('holds a scoring that is %s', (name) => {
    const data = makeRelease({ score: extremes[name]!(), now, sweep: hostileSweep })
    const page = renderRelease(data).split('<script type="module">')[0]!
    expect(page).not.toContain('<script>alert')
    expect(page).not.toContain('<img')
    expect(page).not.toMatch(/undefined|NaN|\[object|Infinity/)
    expect(page.length).toBeLessThan(400_000)
    if (name === 'hostile') expect(data.cases[0]!.title).toBe(hostile)
  })
})
