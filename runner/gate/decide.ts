import { isTooInconclusive } from '../gate-result.ts'
import { needRules, type ReadPolicy } from './policy.ts'
import { applyRules, type Evidence, type Finding } from './rules.ts'

/** What a gate says of a version. */
export interface Decision {
  format: 'backlot.decision/1'
  /** `inconclusive`: our fault; it counts as not passed. */
  verdict: 'accepted' | 'rejected' | 'inconclusive'
  /** One for each rule, those of the policy first. */
  findings: Finding[]
  policy: { file: string; digest: string }
  subject: { name: string; digest?: string }
  set: { digest: string }
  /** ISO 8601. */
  decidedAt: string
}

/** Holds a scoring against a policy. Throws a UsageError when the policy asks for nothing. */
export function decide({ policy, digest, file }: ReadPolicy, evidence: Evidence): Decision {
  const { score, now } = evidence
  needRules(policy, file)
  const findings = applyRules(policy, evidence)
  const trouble = troubles(evidence)
  // Where a rule speaks of it, the policy decides what is too much.
  const isUnsure = trouble.length > 0 && policy.maxInconclusive === undefined
  const isWhole = score.unplayed === 0 && score.result.broken.length === 0
  const isUnknown = score.holdout.satisfaction === null || !isWhole
  const held = findings.every((one) => one.held)
  return {
    format: 'backlot.decision/1',
    verdict: isUnsure || isUnknown ? 'inconclusive' : held ? 'accepted' : 'rejected',
    findings: isUnsure || isUnknown ? [...findings, ...trouble] : findings,
    policy: { file, digest },
    subject: {
      name: score.subject.name,
      ...(score.subject.digest !== undefined && { digest: score.subject.digest }),
    },
    set: { digest: score.set.digest },
    decidedAt: now.toISOString(),
  }
}

/** 0: accepted. 1: not. 3: inconclusive. */
export function exitCodeFor({ verdict }: Decision): number {
  return { accepted: 0, rejected: 1, inconclusive: 3 }[verdict]
}

/** What keeps a scoring from saying anything. */
function troubles({ score }: Evidence): Finding[] {
  const said: [boolean, string][] = [
    [score.unplayed > 0, `The scoring was broken off: ${score.unplayed} trials were not played.`],
    [score.holdout.satisfaction === null, 'No sealed trial was conclusive.'],
    [isTooInconclusive(score.holdout), 'More than a tenth of the sealed trials were inconclusive.'],
    [score.result.broken.length > 0, `${score.result.broken.length} cases are broken.`],
  ]
  return said
    .filter(([is]) => is)
    .map(([, sentence]) => ({ rule: 'conclusive', held: false, sentence }))
}
