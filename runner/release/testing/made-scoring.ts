import { gapBetween } from '../../holdout/gap.ts'
import type { HoldoutScore } from '../../holdout/score-holdout.ts'
import { toResult } from '../../report/result.ts'
import { hostile } from '../../report/testing/hostile-run.ts'
import { scoreTrials, type Score } from '../../score.ts'
import type { Reason, TrialResult, Verdict } from '../../trial-result.ts'
import type { WallReport } from '../../wall/wall.ts'

/** A trial in a few words. Defaults: satisfied, no failures, one call to Slack. */
export interface MadeTrial {
  scenario: string
  verdict?: Verdict
  plan?: string
  /** Services that the plan struck. */
  struck?: readonly string[]
  why?: readonly Pick<Reason, 'kind' | 'text' | 'key'>[]
  name?: string
  tags?: readonly string[]
  op?: string
  escapes?: TrialResult['escapes']
}

/** Makes a scoring by hand; scenarios whose id begins with `public` are public, all others sealed. */
export function madeScoring(
  made: readonly MadeTrial[],
  change: Partial<HoldoutScore> & { subjectName?: string; sealedCount?: number } = {},
): HoldoutScore {
  const trials = made.map(toTrial)
  const isSealed = ({ scenario }: TrialResult): boolean => !scenario.startsWith('public')
  const open = scoreTrials(trials.filter((one) => !isSealed(one)))
  const holdout = scoreTrials(trials.filter(isSealed))
  const wall: WallReport = { name: 'lane', about: 'Nothing gets out.', unsafe: false, strays: [] }
  const { subjectName = 'Herald', sealedCount = 40, ...rest } = change
  const subject = { name: subjectName, kind: 'command', wall }
  const startedAt = '2026-11-20T12:00:00.000Z'
  // Scores by dimension are of no use here, and of ten thousand trials take their time.
  const plain = toResult({
    startedAt,
    wallMs: 1000,
    version: '0.1.0',
    subject,
    subjectFile: 'herald.json',
    run: { seeds: ['1', '2'], plans: ['none', 'flaky'], jobs: 1, minDepth: 'spec' },
    trials: [],
    controls: [],
    broken: [],
    unplayed: 0,
  })
  const result = { ...plain, trials, score: sum(open, holdout) }
  return {
    format: 'backlot.scoring/1',
    startedAt,
    versions: { backlot: '0.1.0', node: 'v24.0.0' },
    subject: { name: subjectName, kind: 'command', file: 'herald.json', digest: 'c'.repeat(64) },
    set: {
      digest: 'd'.repeat(64),
      root: 'e'.repeat(64),
      count: sealedCount,
      sealed: '2026-11-01T00:00:00.000Z',
    },
    public: open,
    holdout,
    gap: gapBetween(open, holdout),
    byTag: [],
    wall,
    escapes: trials.flatMap(({ id, escapes }) => escapes.map((one) => ({ ...one, trial: id }))),
    names: Object.fromEntries(
      trials.map((one) => [one.scenario, { name: one.scenario, sealed: isSealed(one) }]),
    ),
    unplayed: 0,
    result,
    ...rest,
  }
}

/** Counts alone: nobody looks at the interval of both parts together. */
function sum(a: Score, b: Score): Score {
  const [satisfied, unsatisfied] = [a.satisfied + b.satisfied, a.unsatisfied + b.unsatisfied]
  const conclusive = satisfied + unsatisfied
  return {
    satisfied,
    unsatisfied,
    inconclusive: a.inconclusive + b.inconclusive,
    scenarios: a.scenarios + b.scenarios,
    satisfaction: conclusive === 0 ? null : satisfied / conclusive,
    interval: null,
  }
}

function toTrial(made: MadeTrial, i: number): TrialResult {
  const {
    scenario,
    verdict = 'satisfied',
    plan = 'none',
    struck = [],
    op = 'chat.postMessage',
  } = made
  const why = (made.why ?? []).map((one) => ({ ...one, exchanges: [] }))
  const call = { atMs: 0, kind: 'call', by: 'subject', what: op, depth: 'behaved' } as const
  const faults = struck.map((twin, j) => ({
    ...call,
    n: j + 2,
    twin,
    fault: `${twin} any #1: reset`,
  }))
  return {
    id: `${scenario}@${i}+${plan}`,
    scenario,
    name: made.name ?? `Case ${scenario}`,
    tags: made.tags ?? ['rooms'],
    twins: ['slack'],
    seed: String(i),
    plan: { name: plan, places: [], struck: struck.length },
    verdict,
    why,
    checks: [],
    steps: [],
    requests: [],
    budget: { calls: { used: 1 }, writes: { used: 1 }, seconds: { used: 1 } },
    unexpected: [],
    escapes: made.escapes ?? [],
    shallow: [],
    exchanges: [{ ...call, n: 1, twin: 'slack' }, ...faults],
    wallMs: 1,
  }
}

const long = 'Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz'.repeat(4)

/** What a page must hold without breaking, by name. */
export const extremes: Readonly<Record<string, () => HoldoutScore>> = {
  empty: () => madeScoring([], { sealedCount: 0 }),
  inconclusive: () =>
    madeScoring(
      ['a', 'b', 'public/c'].map((scenario) => ({
        scenario,
        verdict: 'inconclusive',
        why: [{ kind: 'ours', text: 'the twin crashed in slack x', key: 'c' }],
      })),
    ),
  hostile: () =>
    madeScoring(
      [
        nasty(`a ${hostile}`, 'none', []),
        nasty(`b ${hostile}`, hostile, [hostile]),
        nasty(`public ${hostile}`, 'lost-after-write', ['slack']),
      ],
      { subjectName: hostile },
    ),
  long: () =>
    madeScoring(
      [
        { ...nasty(long, 'none', []), name: long, tags: [long], op: long },
        { ...nasty(`public ${long}`, 'flaky', ['slack']), name: long, tags: [long], op: long },
      ],
      { subjectName: long },
    ),
  large: () => madeScoring(Array.from({ length: 10_000 }, (_, i) => numbered(i))),
}

function nasty(scenario: string, plan: string, struck: readonly string[]): MadeTrial {
  const escapes = [{ n: 1, target: `https://${hostile}`, how: hostile }]
  const why = [{ kind: 'check', text: `not so: ${hostile}`, key: hostile }] as const
  return {
    scenario,
    plan,
    struck,
    why,
    escapes,
    verdict: 'unsatisfied',
    name: hostile,
    tags: [hostile],
    op: hostile,
  }
}

function numbered(i: number): MadeTrial {
  const plans = ['none', 'flaky', 'lost-after-write', 'down', 'expired-token']
  const plan = plans[i % 5]!
  const text = `not so: check ${i % 23} holds`
  return {
    scenario: `${i % 4 === 0 ? 'public' : 'sealed'}/${i % 500}`,
    plan,
    struck: plan === 'none' ? [] : [['slack', 'okta', 'jira'][i % 3]!],
    tags: [`tag ${i % 12}`],
    op: `operation.${i % 90}`,
    ...(i % 7 === 0 && {
      verdict: 'unsatisfied' as const,
      why: [{ kind: 'check' as const, text, key: text }],
    }),
  }
}
