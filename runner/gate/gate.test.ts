import { XMLParser } from 'fast-xml-parser'
import { describe, expect, it } from 'vitest'
import { parseDocument } from '../read-document.ts'
import { wilson, type Score } from '../score.ts'
import type { HoldoutScore } from '../holdout/score-holdout.ts'
import { decide, exitCodeFor } from './decide.ts'
import { policyShape, policySchema, type Policy } from './policy.ts'
import { readValue } from '../config/read-value.ts'
import { tellDecision, toCodeQuality, toDotenv, toGitHub, toJUnit, toMarkdown } from './tell.ts'

const now = new Date('2026-11-21T12:00:00Z')

const scoreOf = (yes: number, no: number, inconclusive = 0): Score => ({
  satisfied: yes,
  unsatisfied: no,
  inconclusive,
  scenarios: 4,
  satisfaction: yes + no === 0 ? null : yes / (yes + no),
  interval: yes + no === 0 ? null : { ...wilson(yes, yes + no), method: 'wilson' },
})

const good = {
  format: 'backlot.scoring/1',
  startedAt: '2026-11-20T12:00:00.000Z',
  versions: { backlot: '0.1.0', node: 'v24.0.0' },
  subject: { name: 'desk', kind: 'command', file: 'desk.json', digest: 'c'.repeat(64) },
  set: {
    digest: 'd'.repeat(64),
    root: 'e'.repeat(64),
    count: 40,
    sealed: '2026-11-01T00:00:00.000Z',
  },
  public: scoreOf(95, 5),
  holdout: scoreOf(92, 8),
  gap: { value: 0.03, low: -0.04, high: 0.1, significant: false },
  byTag: [{ name: 'billing', score: scoreOf(40, 2) }],
  wall: { name: 'lane', about: '', unsafe: false, strays: [] },
  escapes: [],
  leaks: [],
  names: {},
  unplayed: 0,
  result: {
    trials: [{ shallow: [{ twin: 'okta', op: 'listApps', depth: 'behaved', calls: 1 }] }],
    broken: [],
    run: { plans: ['none', 'flaky'], seeds: ['a', 'b', 'c'] },
  },
} as unknown as HoldoutScore

const whole: Policy = {
  minSatisfaction: 0.8,
  tagFloors: { billing: 0.8 },
  maxGap: 0.1,
  noSignificantGap: true,
  noEscapes: true,
  noLeaks: true,
  minWall: 'lane',
  minDepth: 'behaved',
  maxInconclusive: 0.05,
  maxHoldoutAge: '90 days',
  maxScoringAge: '2 days',
  plans: ['none', 'flaky'],
  minTrials: 3,
  minCases: 40,
  noWorseThanLast: true,
}

const text = `minSatisfaction: 0.8
tagFloors:
  billing: 0.8
`
const read = (policy: Policy) => ({
  file: 'policy.yaml',
  policy,
  digest: 'f'.repeat(64),
  at: parseDocument('policy.yaml', text).at,
})
const hold = (policy: Policy, change: Partial<HoldoutScore> = {}, last?: HoldoutScore) =>
  decide(read(policy), { score: { ...good, ...change }, last, now })

describe('a gate', () => {
  it('accepts what holds every rule, and says so of each', () => {
    const decision = hold(whole, {}, { ...good, startedAt: '2026-11-01T00:00:00Z' })
    expect(decision.findings.filter(({ held }) => !held)).toEqual([])
    expect(decision.findings).toHaveLength(Object.keys(whole).length)
    expect([decision.verdict, exitCodeFor(decision)]).toEqual(['accepted', 0])
  })

  const escape = { trial: 'case-0001@x', target: 'https://evil.example/', how: 'connect' }
  const leak = {
    where: 'output' as const,
    file: 'case-0001@x',
    line: 1,
    case: 'c',
    what: 'canary' as const,
    form: 'plain',
    similarity: 1,
  }
  const wall: HoldoutScore['wall'] = { ...good.wall!, name: 'environment', unsafe: true }
  const shallow = {
    trials: [{ shallow: [{ twin: 'okta', op: 'listApps', depth: 'spec', calls: 1 }] }],
  }
  const breaches: [keyof Policy, Partial<HoldoutScore>, string][] = [
    [
      'minSatisfaction',
      { holdout: scoreOf(80, 20) },
      'satisfied in 80 % of trials (71–87 %); at least 80 % is asked of the lower end',
    ],
    ['tagFloors', { byTag: [] }, 'No sealed case has the tag billing'],
    [
      'tagFloors',
      { byTag: [{ name: 'billing', score: scoreOf(20, 20) }] },
      'with the tag billing, the holdout is satisfied in 50 %',
    ],
    [
      'maxGap',
      { gap: { value: 0.2, low: -0.1, high: 0.4, significant: false } },
      'by 20.0 points (-10.0 to 40.0); at most 10 %',
    ],
    ['maxGap', { gap: null }, 'no gap to be told'],
    [
      'noSignificantGap',
      { gap: { value: 0.05, low: 0.01, high: 0.1, significant: true } },
      'more than luck',
    ],
    [
      'noEscapes',
      { escapes: [escape] },
      '1 attempt to get out, the first to https://evil.example/',
    ],
    ['noEscapes', { wall: { ...good.wall!, strays: [escape] } }, '1 attempt to get out'],
    [
      'noLeaks',
      { leaks: [leak, { ...leak, where: 'traffic' }] },
      "Traces of 1 sealed case were found in the subject's output and traffic",
    ],
    ['noLeaks', { leaks: undefined as never }, 'Nobody looked'],
    ['minWall', { wall }, 'The wall that stood is environment; lane or stronger'],
    ['minWall', { wall: undefined }, 'The wall that stood is none'],
    [
      'minDepth',
      { result: { ...good.result, ...shallow } as never },
      'shallower than behaved: okta listApps (spec)',
    ],
    [
      'maxInconclusive',
      { holdout: scoreOf(90, 2, 8) },
      '8 % of the sealed trials were inconclusive',
    ],
    [
      'maxHoldoutAge',
      { set: { ...good.set, sealed: '2026-01-01T00:00:00Z' } },
      'sealed 324 days ago',
    ],
    ['maxHoldoutAge', { set: { ...good.set, sealed: '2027-01-01T00:00:00Z' } }, 'in the future'],
    ['maxScoringAge', { startedAt: '2026-11-01T00:00:00Z' }, 'began 20 days ago; at most 2 days'],
    [
      'plans',
      { result: { ...good.result, run: { ...good.result.run, plans: ['none'] } } },
      'not played: flaky',
    ],
    [
      'minTrials',
      { result: { ...good.result, run: { ...good.result.run, seeds: ['a'] } } },
      '1 seed per plan; at least 3',
    ],
    ['minCases', { set: { ...good.set, count: 8 } }, 'The set has 8 cases; at least 40'],
  ]
  it.each(breaches)('rejects by %s', (rule, change, words) => {
    const decision = hold(whole, change)
    const broken = decision.findings.filter(({ held }) => !held)
    expect(broken.map((one) => one.rule.split('.')[0])).toContain(rule)
    expect(broken.map(({ sentence }) => sentence).join('\n')).toContain(words)
    expect([decision.verdict, exitCodeFor(decision)]).toEqual(['rejected', 1])
  })

  it('rejects a drop by more than luck, and a scoring that is not newer than the last accepted', () => {
    const policy: Policy = { noWorseThanLast: true }
    const old = { ...good, startedAt: '2026-11-01T00:00:00Z' }
    expect(hold(policy, { holdout: scoreOf(60, 40) }, old).verdict).toBe('rejected')
    expect(hold(policy, { holdout: scoreOf(89, 11) }, old).verdict).toBe('accepted')
    expect(hold(policy, {}, good).findings[0]!.sentence).toContain('not newer')
  })

  it('is inconclusive where the scoring is, whatever else holds', () => {
    const bare: Policy = { minCases: 1 }
    for (const change of [
      { unplayed: 3 },
      { holdout: scoreOf(0, 0, 10) },
      { holdout: scoreOf(80, 0, 20) },
      { result: { ...good.result, broken: [{ id: 'x', what: '', where: {} }] } },
    ]) {
      expect(exitCodeFor(hold(bare, change))).toBe(3)
    }
    expect(hold({ maxInconclusive: 0.3 }, { holdout: scoreOf(80, 0, 20) }).verdict).toBe('accepted')
  })

  it('does not take a policy that asks for nothing', () => {
    expect(() => hold({})).toThrow('The policy asks for nothing')
    expect(() => hold({ noEscapes: false })).toThrow('The policy asks for nothing')
  })
})

describe('a policy', () => {
  const check = (yaml: string) => () => {
    const { value, at } = parseDocument('policy.yaml', yaml)
    readValue(value, policyShape.schema, at)
  }

  it.each([
    [
      'minSatisfaction: 0.9\nminSatisfacton: 1',
      'policy.yaml:2:1 (minSatisfacton): A policy has no field "minSatisfacton". Did you mean "minSatisfaction"?',
    ],
    [
      'noEscapes: true\nminWall: lan',
      'policy.yaml:2:1 (minWall): "minWall" is no "lan". Did you mean "lane"?',
    ],
    ['\nminSatisfaction: 90', 'policy.yaml:2:1 (minSatisfaction)'],
    ['tagFloors:\n  a: 0.5\n  b: high', 'policy.yaml:3:3 (tagFloors.b)'],
    ['maxHoldoutAge: soon', 'Write a text: "90 days"'],
    ['[]', 'This is not a policy'],
  ])('with a mistake is refused with its line: %s', (yaml, message) => {
    expect(check(yaml)).toThrow(message)
  })

  it('has a schema that names every rule', () => {
    expect(Object.keys(policySchema['properties'] as object)).toEqual(
      expect.arrayContaining(Object.keys(whole)),
    )
  })
})

describe('what a gate tells', () => {
  const decision = hold({ minSatisfaction: 0.99, tagFloors: { billing: 0.1 } })

  it('is a sentence for every rule', () => {
    expect(tellDecision(decision)).toBe(`desk: not accepted
  ✗ The holdout is satisfied in 92 % of trials (85–96 %); at least 99 % is asked of the lower end.
  ✓ Of the cases with the tag billing, the holdout is satisfied in 95.2 % of trials (84–99 %); at least 10 % is asked of the lower end.
`)
  })

  it('is an annotation at the rule for GitHub', () => {
    expect(toGitHub(decision, read({}).at).split('\n')).toEqual([
      expect.stringContaining(
        '::error file=policy.yaml,line=1,title=backlot gate%3A minSatisfaction::The holdout is satisfied in 92 %25',
      ),
      expect.stringContaining(
        '::notice file=policy.yaml,line=3,title=backlot gate%3A tagFloors.billing::',
      ),
      '',
    ])
  })

  it('is a code quality report and variables for GitLab', () => {
    expect(JSON.parse(toCodeQuality(decision, read({}).at))).toEqual([
      {
        description: expect.stringContaining('92 %'),
        check_name: 'backlot-gate/minSatisfaction',
        fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
        severity: 'blocker',
        location: { path: 'policy.yaml', lines: { begin: 1 } },
      },
    ])
    expect(toDotenv(decision).split('\n').slice(0, 2)).toEqual([
      'BACKLOT_VERDICT=rejected',
      'BACKLOT_RULES_NOT_HELD=1',
    ])
  })

  it('is JUnit XML that reads back, with whatever stands in a name', () => {
    const odd = { ...decision, subject: { name: '<b>&"desk"\u0007' } }
    const xml = new XMLParser({ ignoreAttributes: false }).parse(toJUnit(odd)) as {
      testsuites: { testsuite: { testcase: { failure?: unknown }[] } }
    }
    const { testcase } = xml.testsuites.testsuite
    expect(testcase.map(({ failure }) => failure !== undefined)).toEqual([true, false])
    expect(toMarkdown(odd)).toContain('\\<b\\>')
    expect(tellDecision(odd)).not.toContain('\u0007')
  })
})
