import { openStatements, peek, readBundle } from '../attest/bundle.ts'
import { keyIdOf } from '../attest/dsse.ts'
import { loadPublicKey } from '../attest/key-file.ts'
import { sha256 } from '../attest/make-statements.ts'
import type { Statement, TestResult } from '../attest/statement.ts'
import { verifyStatements } from '../attest/verify.ts'
import type { HoldoutScore } from '../holdout/score-holdout.ts'
import type { AttestationState } from './release-data.ts'

/** What an attestation should be about. */
export interface AttestationQuery {
  file: string
  /** The key that is trusted; without one nothing can be verified. */
  publicKeyFile?: string | undefined
  /** The scoring whose subject, set and very bytes it must name. */
  score: HoldoutScore
  /** SHA-256 of the policy that the reader sees. */
  policyDigest?: string | undefined
  now: Date
}

/**
 * Whether a bundle holds a test result about this scoring that the key has signed, and what it says. Throws a
 * UsageError when the file or the key is none; a signature that does not hold is told, not thrown.
 */
export async function readAttestation(query: AttestationQuery): Promise<AttestationState> {
  const envelopes = await readBundle(query.file)
  if (query.publicKeyFile === undefined) {
    const claimed = envelopes.flatMap((one) => one.signatures.map(({ keyid }) => String(keyid)))
    const said = resultOf(envelopes.flatMap((one) => peek(one) ?? []))
    return {
      state: 'unverified',
      sentence: 'No public key was given, so that anybody may have made it.',
      keyIds: [...new Set(claimed)],
      ...(said !== undefined && { result: said }),
    }
  }
  const key = await loadPublicKey(query.publicKeyFile)
  return judge(openStatements(envelopes, key), keyIdOf(key), query)
}

/** Only whether it is about this scoring: what it says of the policy is shown, whatever it says. */
function judge(
  statements: readonly Statement[],
  keyId: string,
  { score, policyDigest, now }: AttestationQuery,
): AttestationState {
  const { digest } = score.subject
  if (digest === undefined) {
    return refuse('The scoring does not say which subject it is of, so nothing can be about it.')
  }
  const found = verifyStatements(statements, { subject: digest, set: score.set.digest, now })
  const wrong = found.findings.find(
    ({ rule, held }) => !held && ['signature', 'subject', 'set', 'age'].includes(rule),
  )
  if (wrong !== undefined) return refuse(wrong.sentence)
  const { result, configuration } = found.result!
  const digestOf = (name: string): string | undefined =>
    configuration.find((one) => one.name === name)?.digest?.sha256
  if (digestOf('scoring') !== sha256(JSON.stringify(score))) {
    return refuse('It is about another scoring of this subject than the one shown here.')
  }
  const isOther = policyDigest !== undefined && digestOf('policy') !== policyDigest
  const held = result === 'PASSED' ? 'held' : 'not held'
  const under = isOther ? 'another policy than the one shown here' : 'the policy'
  const packages =
    found.observed?.packagesSeen.by === 'nothing' ? undefined : found.observed?.packages
  return {
    state: 'verified',
    sentence: `The key has signed, about this subject, set and scoring, that ${under} was ${held}.`,
    keyIds: [keyId],
    result,
    ...(packages !== undefined && { packages }),
  }
}

function refuse(sentence: string): AttestationState {
  return { state: 'refused', sentence, keyIds: [] }
}

function resultOf(statements: readonly Statement[]): string | undefined {
  for (const { predicate } of statements) {
    const { result } = predicate as Partial<TestResult>
    if (typeof result === 'string') return result
  }
  return undefined
}
