import { lengthOf, policyWalls, type PolicyWall } from '../gate/policy.ts'
import type { Finding } from '../gate/rules.ts'
import type { RunFacts } from './make-statements.ts'
import {
  observedType,
  testResultType,
  type ObservedDependencies,
  type ResourceDescriptor,
  type Statement,
  type TestResult,
} from './statement.ts'

/** What a verifier wants to be true; what is absent is not asked. Digests are SHA-256, hex. */
export interface Demands {
  /** Of the version that is to go out. */
  subject?: string | undefined
  set?: string | undefined
  policy?: string | undefined
  /** `7 days`, since the scoring began. */
  maxAge?: string | undefined
  minWall?: PolicyWall | undefined
  /** Statements about the last version that was accepted, by the same key. */
  last?: readonly Statement[] | undefined
  now: Date
}

/** What was found, and the statements that it was found in. */
export interface Verified {
  verified: boolean
  findings: Finding[]
  subject?: { name: string; sha256: string }
  result?: TestResult
  observed?: ObservedDependencies
}

/**
 * Holds statements whose signature is good against what is asked of them. Of several test results about a
 * subject the newest counts, wherever it stands in the bundle. An empty list means that no signature was good.
 */
export function verifyStatements(statements: readonly Statement[], demands: Demands): Verified {
  const result = newest(statements, demands.subject)
  if (result === undefined) {
    const sentence = statements.some(({ predicateType }) => predicateType === testResultType)
      ? 'There is no test result about this subject.'
      : 'There is no test result that this key has signed.'
    return { verified: false, findings: [{ rule: 'signature', held: false, sentence }] }
  }
  const subject = { name: result.subject[0]!.name, sha256: digestOf(result) ?? '' }
  const predicate = result.predicate as TestResult
  const observed = statements.find(
    (one) =>
      one.predicateType === observedType &&
      digestOf(one) === subject.sha256 &&
      isOfScoring(one, predicate),
  )?.predicate as ObservedDependencies | undefined
  const findings = [
    {
      rule: 'signature',
      held: true,
      sentence: 'The key has signed a test result about this subject.',
    },
    ...verdictFindings(predicate, observed),
    ...digestFindings(subject.sha256, predicate, demands),
    ...runFindings(predicate, demands),
  ]
  return {
    verified: findings.every(({ held }) => held),
    findings,
    subject,
    result: predicate,
    ...(observed !== undefined && { observed }),
  }
}

/** How the run was; undefined where a statement does not tell. */
export function factsOf(predicate: TestResult): RunFacts | undefined {
  const facts = find(predicate, 'run')?.annotations as Partial<RunFacts> | undefined
  const isWhole =
    facts !== undefined &&
    [facts.startedAt, facts.decidedAt].every((one) => !Number.isNaN(Date.parse(String(one)))) &&
    typeof facts.wall === 'string' &&
    Array.isArray(facts.plans)
  return isWhole ? (facts as RunFacts) : undefined
}

function newest(
  statements: readonly Statement[],
  subject: string | undefined,
): Statement | undefined {
  const about = statements.filter(
    (one) =>
      one.predicateType === testResultType &&
      Array.isArray((one.predicate as Partial<TestResult>).configuration) &&
      factsOf(one.predicate as TestResult) !== undefined &&
      (subject === undefined || digestOf(one) === subject),
  )
  return about.sort((a, b) => decidedAt(b) - decidedAt(a))[0]
}

function decidedAt({ predicate }: Statement): number {
  return Date.parse(factsOf(predicate as TestResult)!.decidedAt)
}

function startedAt({ predicate }: Statement): number {
  return Date.parse(factsOf(predicate as TestResult)!.startedAt)
}

function verdictFindings(
  { result }: TestResult,
  observed: ObservedDependencies | undefined,
): Finding[] {
  const escapes = observed?.escapes.length ?? 0
  const unknown = observed?.packages.filter(({ state }) => state !== 'pinned').length ?? 0
  const seen =
    observed === undefined
      ? 'No statement tells what it used.'
      : `What it used was observed: ${observed.operations.length} operations, ${observed.packages.length} packages, ${unknown} of them not as they are locked.`
  return [
    {
      rule: 'result',
      held: result === 'PASSED',
      sentence: `The policy was ${result === 'PASSED' ? '' : 'not '}held.`,
    },
    { rule: 'observed', held: observed !== undefined, sentence: seen },
    ...(escapes > 0
      ? [{ rule: 'escapes', held: false, sentence: `It tried to get out ${escapes} times.` }]
      : []),
  ]
}

function digestFindings(sha256: string, predicate: TestResult, demands: Demands): Finding[] {
  const said = (
    rule: 'subject' | 'set' | 'policy',
    found: string | undefined,
    what: string,
  ): Finding[] => {
    const asked = demands[rule]
    if (asked === undefined) return []
    const held = asked === found
    return [
      {
        rule,
        held,
        sentence: held
          ? `It is about this ${what}.`
          : `It is about another ${what}: ${found ?? 'none'}, not ${asked}.`,
      },
    ]
  }
  return [
    ...said('subject', sha256, 'subject'),
    ...said('set', find(predicate, 'holdout')?.digest?.sha256, 'holdout'),
    ...said('policy', find(predicate, 'policy')?.digest?.sha256, 'policy'),
  ]
}

function runFindings(predicate: TestResult, { maxAge, minWall, last, now }: Demands): Finding[] {
  const facts = factsOf(predicate)!
  const findings: Finding[] = []
  const ms = now.getTime() - Date.parse(facts.startedAt)
  if (ms < -3_600_000) {
    findings.push({
      rule: 'age',
      held: false,
      sentence: `The scoring began in the future: ${facts.startedAt}.`,
    })
  } else if (maxAge !== undefined) {
    const held = ms <= lengthOf(maxAge)
    findings.push({
      rule: 'age',
      held,
      sentence: `The scoring began at ${facts.startedAt}; at most ${maxAge} ago is allowed.`,
    })
  }
  if (minWall !== undefined) {
    const held = policyWalls.indexOf(facts.wall as PolicyWall) >= policyWalls.indexOf(minWall)
    findings.push({
      rule: 'wall',
      held,
      sentence: `The wall that stood is ${facts.wall}; ${minWall} or stronger is asked.`,
    })
  }
  const before = last === undefined ? undefined : newest(last, undefined)
  if (before !== undefined) {
    const held = Date.parse(facts.startedAt) > startedAt(before)
    const how = held ? 'newer than' : 'no newer than'
    findings.push({
      rule: 'replay',
      held,
      sentence: `The scoring is ${how} that of the last accepted version.`,
    })
  } else if (last !== undefined) {
    findings.push({
      rule: 'replay',
      held: false,
      sentence: 'This key has signed nothing about the last accepted version.',
    })
  }
  return findings
}

function isOfScoring({ predicate }: Statement, result: TestResult): boolean {
  const { scoring, operations, packages, escapes } = predicate as Partial<ObservedDependencies>
  return (
    [operations, packages, escapes].every((one) => Array.isArray(one)) &&
    scoring?.sha256 !== undefined &&
    scoring.sha256 === find(result, 'scoring')?.digest?.sha256
  )
}

function find({ configuration }: TestResult, name: string): ResourceDescriptor | undefined {
  return configuration.find((one) => one?.name === name)
}

function digestOf({ subject }: Statement): string | undefined {
  return subject[0]?.digest?.sha256
}
