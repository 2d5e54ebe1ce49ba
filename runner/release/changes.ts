import type { ObservedPackage } from '../attest/statement.ts'
import { gapBetween } from '../holdout/gap.ts'
import type { HoldoutScore } from '../holdout/score-holdout.ts'
import { scoreCases } from './case-scores.ts'
import { findDependencies } from './dependencies.ts'
import type {
  CaseChange,
  CaseScore,
  PackageChange,
  ReleaseChanges,
  ScoreChange,
} from './release-data.ts'

/** A version: its scoring, and the packages that are attested of it, if they are. */
export interface Version {
  score: HoldoutScore
  packages?: readonly ObservedPackage[] | undefined
}

/** What is new in a version, held against the last accepted one. Cases are known by their names, which outlive a scoring. */
export function findChanges(now: Version, accepted: Version): ReleaseChanges {
  const [is, was] = [byName(now.score), byName(accepted.score)]
  const both = [...is].flatMap(([key, one]) => {
    const before = was.get(key)
    return before === undefined ? [] : [toChange(one, before)]
  })
  const operations = [now, accepted].map(({ score }) => operationsOf(score)) as [string[], string[]]
  const { startedAt, holdout, subject } = accepted.score
  const digest = now.score.subject.digest
  return {
    accepted: {
      startedAt,
      holdout,
      ...(subject.digest !== undefined && { digest: subject.digest }),
    },
    isSameSubject: digest !== undefined && digest === subject.digest,
    isSameSet: now.score.set.digest === accepted.score.set.digest,
    score: changeOf(now.score, accepted.score),
    newlyFailing: both.filter((one) => passes(one.was) && fails(one.is)),
    newlyPassing: both.filter((one) => fails(one.was) && passes(one.is)),
    casesAdded: without(is, was),
    casesRemoved: without(was, is),
    operationsAdded: less(operations[0], operations[1]),
    operationsDropped: less(operations[1], operations[0]),
    ...(now.packages !== undefined &&
      accepted.packages !== undefined && {
        packages: comparePackages(now.packages, accepted.packages),
      }),
  }
}

function changeOf(now: HoldoutScore, accepted: HoldoutScore): ScoreChange | null {
  const gap = gapBetween(now.holdout, accepted.holdout)
  if (gap === null) return null
  const { value, low, high } = gap
  return { value, low, high, verdict: low > 0 ? 'better' : high < 0 ? 'worse' : 'cannot-tell' }
}

function byName(score: HoldoutScore): Map<string, CaseScore> {
  return new Map(scoreCases(score).map((one) => [JSON.stringify([one.sealed, one.name]), one]))
}

function toChange({ title, name, sealed, ...is }: CaseScore, was: CaseScore): CaseChange {
  const count = (one: Pick<CaseScore, 'satisfied' | 'unsatisfied'>): CaseChange['is'] => ({
    satisfied: one.satisfied,
    all: one.satisfied + one.unsatisfied,
  })
  return { title, name, sealed, was: count(was), is: count(is) }
}

function passes({ satisfied, all }: CaseChange['is']): boolean {
  return all > 0 && satisfied === all
}

function fails({ satisfied, all }: CaseChange['is']): boolean {
  return satisfied < all
}

function without(
  some: ReadonlyMap<string, CaseScore>,
  others: ReadonlyMap<string, CaseScore>,
): { title: string; sealed: boolean }[] {
  return [...some].flatMap(([key, { title, sealed }]) =>
    others.has(key) ? [] : [{ title, sealed }],
  )
}

function operationsOf({ result }: HoldoutScore): string[] {
  return findDependencies(result.trials).map(({ twin, op }) => JSON.stringify([twin, op]))
}

function less(some: readonly string[], others: readonly string[]): { twin: string; op: string }[] {
  const known = new Set(others)
  return some
    .filter((one) => !known.has(one))
    .map((one) => {
      const [twin, op] = JSON.parse(one) as [string, string]
      return { twin, op }
    })
}

/** Packages that were added, dropped or are of another version. One may be loaded in several versions at once. */
function comparePackages(
  now: readonly ObservedPackage[],
  before: readonly ObservedPackage[],
): PackageChange[] {
  const versions = (list: readonly ObservedPackage[], name: string): string =>
    [...new Set(list.filter((one) => one.name === name).map(({ version }) => version))]
      .sort()
      .join(', ')
  const names = [...new Set([...now, ...before].map(({ name }) => name))].sort()
  return names.flatMap((name) => {
    const [is, was] = [versions(now, name), versions(before, name)]
    if (is === was) return []
    const state = now.find((one) => one.name === name)?.state
    return [
      {
        name,
        ...(was !== '' && { was }),
        ...(is !== '' && { is }),
        ...(state !== undefined && { state }),
      },
    ]
  })
}
