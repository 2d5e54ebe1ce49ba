import { inert } from '../report/words.ts'
import { factsOf, type Verified } from './verify.ts'
import {
  observedType,
  testResultType,
  type ObservedDependencies,
  type Statement,
  type TestResult,
} from './statement.ts'

/** What a verifier found, for a person. */
export function tellVerified({ verified, findings, subject }: Verified): string {
  const lines = findings.map(({ held, sentence }) => `  ${held ? '✓' : '✗'} ${sentence}`)
  const name = subject === undefined ? '' : `${subject.name}: `
  return inert([`${name}${verified ? 'verified' : 'not verified'}`, ...lines].join('\n'))
}

/** A statement for a person. */
export function tellStatement({ subject, predicateType, predicate }: Statement): string {
  const about = subject
    .map(({ name, digest }) => `${String(name)} ${digest?.sha256 ?? ''}`)
    .join(', ')
  const lines =
    predicateType === testResultType
      ? tellResult(predicate as TestResult)
      : predicateType === observedType
        ? tellObserved(predicate as ObservedDependencies)
        : []
  return inert(
    ['', predicateType, `  about ${about}`, ...lines.map((line) => `  ${line}`)].join('\n'),
  )
}

function tellResult(predicate: TestResult): string[] {
  const { result, configuration } = predicate
  const facts = factsOf(predicate)
  const run =
    facts === undefined
      ? []
      : [
          `scored ${facts.startedAt}, decided ${facts.decidedAt}, wall ${facts.wall}, plans ${facts.plans.join(', ')}`,
        ]
  const named = configuration.map(
    ({ name, digest, uri }) => `${name} ${digest?.sha256 ?? uri ?? ''}`,
  )
  return [result, ...run, ...named]
}

function tellObserved({
  hosts,
  operations,
  packages,
  packagesSeen,
  escapes,
}: ObservedDependencies): string[] {
  const odd = packages.filter(({ state }) => state !== 'pinned')
  const seen =
    packagesSeen.by === 'nothing'
      ? 'packages could not be observed'
      : `${packages.length} packages loaded, ${odd.length} not as they are locked${packagesSeen.isWhole ? '' : ' (not all could be watched)'}`
  return [
    `hosts ${hosts.map(({ host }) => host).join(', ') || 'none'}`,
    ...operations.map(({ twin, op, depth }) => `${twin} ${op} (${depth})`),
    seen,
    ...odd.map(({ name, version, state }) => `${name}@${version} ${state}`),
    ...escapes.map(({ target, how }) => `escape: ${how} ${target}`),
  ]
}
