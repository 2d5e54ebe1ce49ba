import { createHash } from 'node:crypto'
import { UsageError } from '../../engine/usage-error.ts'
import { loadTwin, twinNames } from '../../twins/index.ts'
import type { Decision } from '../gate/decide.ts'
import type { HoldoutScore } from '../holdout/score-holdout.ts'
import type { PackagesObserved } from './packages/observe.ts'
import {
  observedType,
  stateOf,
  testResultType,
  type ObservedDependencies,
  type ResourceDescriptor,
  type Statement,
  type TestResult,
} from './statement.ts'

/** A full scoring, with what was seen of packages where that was watched. */
export type Scoring = HoldoutScore & { observed?: PackagesObserved }

/** What is attested. */
export interface Attested {
  score: Scoring
  /** SHA-256 of the scoring as JSON: whoever has it can show that it is the one. */
  scoringDigest: string
  decision: Decision
}

/** How the run was, as the test result's configuration tells it. */
export interface RunFacts {
  wall: string
  unsafe: boolean
  plans: string[]
  seedsPerCase: number
  minDepth: string
  /** ISO 8601. */
  startedAt: string
  decidedAt: string
}

const notPackages: PackagesObserved = {
  packages: [],
  packagesSeen: { by: 'nothing', isWhole: false, lockfiles: [] },
}

/** The statements about a version: how the gate went, and what it used. Throws a UsageError when its digest was not taken. */
export async function makeStatements(attested: Attested): Promise<Statement[]> {
  const { score, decision } = attested
  const { name, digest } = score.subject
  if (digest === undefined) {
    throw new UsageError('The scoring does not say which subject it is of.', {
      field: 'subject.digest',
    })
  }
  const subject = { name, sha256: digest }
  const result: TestResult = {
    result: decision.verdict === 'accepted' ? 'PASSED' : 'FAILED',
    configuration: configurationOf(attested),
  }
  return [
    stateOf(subject, testResultType, result),
    stateOf(subject, observedType, await dependenciesOf(attested)),
  ]
}

function configurationOf({ score, scoringDigest, decision }: Attested): ResourceDescriptor[] {
  const { set, versions, wall, result } = score
  const facts: RunFacts = {
    wall: wall?.name ?? 'none',
    unsafe: wall?.unsafe ?? true,
    plans: result.run.plans,
    seedsPerCase: result.run.seeds.length,
    minDepth: result.run.minDepth,
    startedAt: score.startedAt,
    decidedAt: decision.decidedAt,
  }
  const { count, root, sealed } = set
  return [
    { name: 'policy', digest: { sha256: decision.policy.digest } },
    {
      name: 'holdout',
      digest: { sha256: set.digest },
      annotations: { cases: count, root, sealed },
    },
    { name: 'scoring', digest: { sha256: scoringDigest } },
    { name: 'run', digest: { sha256: sha256(JSON.stringify(facts)) }, annotations: { ...facts } },
    { name: 'backlot', uri: `pkg:npm/backlot@${versions.backlot}` },
    { name: 'node', uri: `pkg:generic/node@${versions.node.replace(/^v/, '')}` },
  ]
}

async function dependenciesOf({ score, scoringDigest }: Attested): Promise<ObservedDependencies> {
  const operations = new Map<string, ObservedDependencies['operations'][number]>()
  for (const { exchanges } of score.result.trials) {
    for (const { kind, by, twin, what: op, depth = 'none' } of exchanges) {
      if (kind === 'call' && by === 'subject')
        operations.set(`${twin} ${op} ${depth}`, { twin, op, depth })
    }
  }
  const used = [...operations].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)
  const twins = [...new Set(used.map(({ twin }) => twin))]
  const escapes = [...score.escapes, ...(score.wall?.strays ?? [])]
  return {
    scoring: { sha256: scoringDigest },
    hosts: await Promise.all(twins.map(async (twin) => ({ host: await hostOf(twin), twin }))),
    operations: used,
    ...(score.observed ?? notPackages),
    escapes: [
      ...new Map(escapes.map(({ target, how }) => [`${how} ${target}`, { target, how }])).values(),
    ],
  }
}

/** The vendor's host for which a twin stands; a twin of the user's own goes by its name. */
async function hostOf(twin: string): Promise<string> {
  const isOurs = (twinNames as readonly string[]).includes(twin)
  return isOurs ? ((await loadTwin(twin)).hosts[0] ?? twin) : twin
}

/** SHA-256, hex. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}
