/** A statement about artifacts, in-toto v1 (github.com/in-toto/attestation, spec/v1/statement.md). */
export interface Statement<Predicate = unknown> {
  _type: typeof statementType
  subject: ResourceDescriptor[]
  predicateType: string
  predicate: Predicate
}

/** Names something; at least one of `uri` and `digest` is there (spec/v1/resource_descriptor.md). */
export interface ResourceDescriptor {
  name: string
  uri?: string
  digest?: { sha256: string }
  annotations?: Record<string, unknown>
}

export const statementType = 'https://in-toto.io/Statement/v1'
export const testResultType = 'https://in-toto.io/attestation/test-result/v0.1'
export const observedType = 'urn:backlot:predicate:observed-dependencies:v0.1'

/**
 * How tests ended (spec/predicates/test-result.md). The lists of tests stay out: names of sealed cases
 * are nobody's business, and neither is the score, which would undo what the ladder keeps. What was
 * asked stands in the configuration: the policy, the set, the run.
 */
export interface TestResult {
  result: 'PASSED' | 'FAILED'
  configuration: ResourceDescriptor[]
}

/** What a subject used while it was scored: our own predicate. */
export interface ObservedDependencies {
  /** The scoring that it was seen in, as the test result names it. */
  scoring: { sha256: string }
  /** Vendors' hosts that it reached; twins stood for all of them. */
  hosts: { host: string; twin: string }[]
  /** Operations that it called, with the depth at which they were answered. */
  operations: { twin: string; op: string; depth: string }[]
  /** Packages that its process loaded, held against its lockfile. */
  packages: ObservedPackage[]
  packagesSeen: PackagesSeen
  /** Attempts to reach anything else. */
  escapes: { target: string; how: string }[]
}

/** A package of which a file was opened while a subject ran. */
export interface ObservedPackage {
  name: string
  /** As the package itself says, where it lies. */
  version: string
  /** As the lockfile has it. */
  integrity?: string
  /**
   * `pinned`: name and version are those of the lockfile. `other-version`: the lockfile has another.
   * `unpinned`: locked without integrity (a link, a bundled one). `unknown`: not locked, or another package in its place.
   */
  state: 'pinned' | 'other-version' | 'unpinned' | 'unknown'
}

/** How packages were seen, and what was not. */
export interface PackagesSeen {
  /** `file opens` of the kernel, outside the subject, which can hide none from them; `nothing` where they could not be had. */
  by: 'file opens' | 'nothing'
  /** Whether every folder could be watched, and no event was lost. */
  isWhole: boolean
  /** The lockfiles that they were held against. */
  lockfiles: { name: string; sha256: string }[]
}

/** Makes a statement about one artifact. */
export function stateOf<Predicate>(
  subject: { name: string; sha256: string },
  predicateType: string,
  predicate: Predicate,
): Statement<Predicate> {
  return {
    _type: statementType,
    subject: [{ name: subject.name, digest: { sha256: subject.sha256 } }],
    predicateType,
    predicate,
  }
}
