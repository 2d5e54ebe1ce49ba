import { checkedNothing } from '../verdict.ts'
import type { TrialResult } from '../trial-result.ts'

/** Something that was found out about a scenario. */
export interface Finding {
  kind:
    | 'broken'
    | 'checks-nothing'
    | 'passes-idle'
    | 'not-judged'
    | 'not-deterministic'
    | 'fell-short'
    | 'no-mutant'
    | 'survivor'
    | 'shallow'
    | 'allows-more'
  /** Whether the scenario has to change, the subject fell short, or it is only good to know. */
  weight: 'mistake' | 'subject' | 'note'
  text: string
  fix?: string
}

/** Whether it can fail: what the do-nothing subject came to. */
export function judgeIdle(trial: TrialResult): Finding | undefined {
  if (trial.verdict === 'unsatisfied') return undefined
  if (trial.verdict === 'satisfied') {
    return {
      kind: 'passes-idle',
      weight: 'mistake',
      text: 'A subject that does nothing passes.',
      fix: 'Check something that only the subject can bring about.',
    }
  }
  const [first] = trial.why
  if (first?.text === checkedNothing) {
    return {
      kind: 'checks-nothing',
      weight: 'mistake',
      text: 'It checks nothing.',
      fix: 'Add a check of what the world looks like afterwards.',
    }
  }
  const text = `It could not be judged: ${first?.text ?? 'no reason is known'}.`
  return { kind: 'not-judged', weight: 'mistake', text }
}

/** Where two plays of one trial differ. */
export function judgeTwice(
  first: TrialResult,
  second: TrialResult,
  who: string,
): Finding | undefined {
  const parting = findDifference(withoutWall(first), withoutWall(second))
  if (parting === undefined) return undefined
  const { path, before, after } = parting
  return {
    kind: 'not-deterministic',
    weight: 'mistake',
    text: `Played twice with ${who}, it is not the same: ${path} is ${before}, then ${after}.`,
    fix: 'Take time from now(), chance from random(), pick() and person(); not from Date and Math.random.',
  }
}

/** Operations of unknown depth that it leans on, by its own looks or by the subject's calls. */
export function findShallow({ exchanges, shallow }: TrialResult): Finding[] {
  const looks = exchanges
    .filter(({ by, depth }) => by === 'scenario' && (depth === 'spec' || depth === 'learned'))
    .map(({ twin, what, depth }) => `its look ${twin} ${what} (${depth})`)
  const calls = shallow.map(({ twin, op, depth }) => `the subject's ${twin} ${op} (${depth})`)
  const all = [...new Set([...looks, ...calls])]
  if (all.length === 0) return []
  return [
    {
      kind: 'shallow',
      weight: 'note',
      text: `It leans on operations that nobody wrote by hand: ${all.join(', ')}.`,
      fix: 'What they answer has the right shape, and may be otherwise in truth.',
    },
  ]
}

function withoutWall({ wallMs: _wallMs, ...rest }: TrialResult): unknown {
  return JSON.parse(JSON.stringify(rest)) as unknown
}

interface Difference {
  path: string
  before: string
  after: string
}

function findDifference(a: unknown, b: unknown, path: string[] = []): Difference | undefined {
  if (isObject(a) && isObject(b)) {
    for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
      const found = findDifference(a[name], b[name], [...path, name])
      if (found !== undefined) return found
    }
    return undefined
  }
  if (Object.is(a, b)) return undefined
  return { path: path.join('.'), before: shown(a), after: shown(b) }
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'not there'
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
