import { createHash } from 'node:crypto'
import { readDuration } from '../../engine/clock.ts'
import type { Depth } from '../../engine/depth.ts'
import { UsageError } from '../../engine/usage-error.ts'
import { readValue, type Locate } from '../config/read-value.ts'
import { amount, like, quantity, share, someOf, strictly, textLike } from '../config/strict.ts'
import { parseDocument, readText } from '../read-document.ts'
import { dictionary, maybe, text, toJsonSchema, word, yesNo } from '../report/schema/shape.ts'

/** What a version must hold to go out. What is not named is not asked. */
export interface Policy {
  $schema?: string
  /** Holdout satisfaction, by the lower end of its interval. */
  minSatisfaction?: number
  /** The same for the cases of a tag. */
  tagFloors?: Record<string, number>
  /** Public minus holdout satisfaction. */
  maxGap?: number
  /** The gap's interval may not lie wholly above 0. */
  noSignificantGap?: boolean
  /** Nothing tried to reach anything that is no twin. */
  noEscapes?: boolean
  /** Nothing of a sealed case was found in what the subject said and sent. */
  noLeaks?: boolean
  /** The wall that stood, or a stronger one. */
  minWall?: PolicyWall
  /** No operation that the subject leaned on may be shallower. */
  minDepth?: Depth
  /** The share of inconclusive trials. */
  maxInconclusive?: number
  /** How old the set may be since it was sealed: `90 days`. */
  maxHoldoutAge?: string
  /** How old the scoring may be: `7 days`. */
  maxScoringAge?: string
  /** Fault plans that were played. */
  plans?: string[]
  /** Seeds per case and plan. */
  minTrials?: number
  /** Cases in the set. */
  minCases?: number
  /** Not significantly worse than the last accepted version (`--last`). */
  noWorseThanLast?: boolean
}

/** Walls from weak to strong. */
export const policyWalls = ['environment', 'container', 'lane'] as const
export type PolicyWall = (typeof policyWalls)[number]

/** A policy with where its rules stand, and its digest. */
export interface ReadPolicy {
  file: string
  policy: Policy
  /** SHA-256 of the file's bytes. */
  digest: string
  at: Locate
}

const duration = textLike('^\\s*\\d+(\\.\\d+)?\\s*(ms|second|minute|hour|day|week)s?\\s*$')
const fraction = { schema: { type: 'number', minimum: 0, maximum: 1 }, parts: {} }

export const policyShape = strictly<Policy>('a policy', {
  $schema: maybe(text),
  minSatisfaction: maybe(
    like('Holdout satisfaction, by the lower end of its interval.', 0.9, share),
  ),
  tagFloors: maybe(like('The same, by tag.', { offboarding: 0.8 }, dictionary(share))),
  maxGap: maybe(like('Public minus holdout satisfaction.', 0.1, fraction)),
  noSignificantGap: maybe(like('The gap may be luck.', true, yesNo)),
  noEscapes: maybe(like('Nothing tried to get out.', true, yesNo)),
  noLeaks: maybe(like('Nothing of a sealed case was found.', true, yesNo)),
  minWall: maybe(
    like(
      'The wall that stood.',
      'lane',
      word<PolicyWall>({ environment: true, container: true, lane: true }),
    ),
  ),
  minDepth: maybe(
    like(
      'No shallower operation was leaned on.',
      'behaved',
      word<Depth>({ spec: true, learned: true, behaved: true, checked: true }),
    ),
  ),
  maxInconclusive: maybe(like('The share of inconclusive trials.', 0.05, fraction)),
  maxHoldoutAge: maybe(like('Since the set was sealed.', '90 days', duration)),
  maxScoringAge: maybe(like('Since the scoring began.', '7 days', duration)),
  plans: maybe(like('Fault plans that were played.', ['none', 'flaky'], someOf<string[]>(text))),
  minTrials: maybe(like('Seeds per case and plan.', 3, amount)),
  minCases: maybe(
    like('Cases in the set.', 30, { ...quantity, schema: { type: 'integer', minimum: 1 } }),
  ),
  noWorseThanLast: maybe(like('Not worse than the last accepted version.', true, yesNo)),
})

/** The JSON Schema (2020-12) of a policy, which `backlot gate --schema` prints. */
export const policySchema: Record<string, unknown> = toJsonSchema(
  'urn:backlot:policy:1',
  'What a version must hold to go out',
  policyShape as never,
)

/** Reads a policy (YAML or JSON). Throws a UsageError with the line of what is wrong with it. */
export async function readPolicy(file: string): Promise<ReadPolicy> {
  const bytes = await readText(file)
  const { value, at } = parseDocument(file, bytes)
  readValue(value, policyShape.schema, at)
  needRules(value as Policy, file)
  return {
    file,
    policy: value as Policy,
    digest: createHash('sha256').update(bytes).digest('hex'),
    at,
  }
}

/** Throws a UsageError when a policy asks for nothing, so that everything would pass. */
export function needRules({ $schema: _schema, ...policy }: Policy, file: string): void {
  const asked = Object.values(policy).filter((one) => {
    return typeof one === 'object' ? Object.keys(one).length > 0 : one !== false
  })
  if (asked.length > 0) return
  throw new UsageError('The policy asks for nothing: everything would pass.', {
    file,
    fix: 'Begin with minSatisfaction: 0.9; backlot gate --schema lists every rule.',
  })
}

/** A length of time of a policy, in ms. */
export function lengthOf(duration: string): number {
  return readDuration(duration)
}
