import type { Contract } from '../../engine/contract/contract.ts'
import { defineSpecTwin } from '../../engine/generic/spec-twin.ts'
import { defineLearnedTwin } from '../../engine/learn/learned-twin.ts'
import type { TwinDefinition } from '../../engine/twin.ts'
import { UsageError } from '../../engine/usage-error.ts'
import { readParts, type Cassette } from '../verify/cassettes.ts'
import { percent } from '../verify/print.ts'
import { replay, type Compared } from '../verify/replay.ts'
import { fidelityOf, toVerdict, type Fidelity, type Verdict } from '../verify/tally.ts'
import type { Target } from '../verify/target.ts'
import { twinTarget } from '../verify/twin-target.ts'
import { exactReplay, specMock } from './baselines.ts'
import { teach } from './teach.ts'

/** How one way of standing in for a service did on recordings that it had not seen. */
export interface Standing {
  name: string
  all: Fidelity
  /** Without the exchanges whose own replies seeded the learned twin's world: the same ones for everybody. */
  earned: Fidelity
}

/** The honest measure. */
export interface CrossValidation {
  folds: number
  groups: number
  cassettes: number
  /** Left out, since somebody edited them. */
  edited: number
  unplayable: number
  standings: Standing[]
  /** Status and shape of the learned twin by fold. */
  byFold: { status: number; shape: number; exchanges: number }[]
  /** The learned twin's verdict in full. */
  learned: Verdict
}

/**
 * Learns on part of the recordings and is judged on the rest, fold by fold. Recordings of one group are never on
 * both sides. Folds follow from the groups' names alone.
 */
export async function crossValidate(
  name: string,
  spec: Contract,
  all: readonly Cassette[],
  folds: number,
  onFold: (fold: number) => void,
): Promise<CrossValidation> {
  const cassettes = all.filter(({ isEdited }) => !isEdited)
  const groups = [...new Set(cassettes.map(({ group }) => group))].sort()
  if (groups.length < 2) {
    throw new UsageError('Cross-validation needs recordings of at least two groups.', {
      field: '--har',
      fix: 'Name more recordings; each file is a group of its own unless an index.json says otherwise.',
    })
  }
  const count = Math.min(folds, groups.length)
  const foldOf = new Map(groups.map((group, i) => [group, i % count]))
  const results = new Map<string, Compared[]>()
  const byFold: CrossValidation['byFold'] = []
  let unplayable = 0
  for (let fold = 0; fold < count; fold++) {
    onFold(fold)
    const seen = cassettes.filter(({ group }) => foldOf.get(group) !== fold)
    const unseen = cassettes.filter(({ group }) => foldOf.get(group) === fold)
    for (const target of await targetsFor(name, spec, seen)) {
      const { compared, lost } = await judge(target, unseen)
      results.set(target.name, [...(results.get(target.name) ?? []), ...compared])
      if (target.name !== 'learned twin') continue
      unplayable += lost
      const { status, shape, exchanges } = fidelityOf(compared)
      byFold.push({ status, shape, exchanges })
    }
  }
  const ours = results.get('learned twin')!
  const given = new Set(
    ours.filter(({ isSeeding }) => isSeeding).map(({ cassette, n }) => `${cassette} ${n}`),
  )
  const standings = [...results].map(([target, compared]) => ({
    name: target,
    all: fidelityOf(compared),
    earned: fidelityOf(compared.filter(({ cassette, n }) => !given.has(`${cassette} ${n}`))),
  }))
  return {
    folds: count,
    groups: groups.length,
    cassettes: cassettes.length,
    edited: all.length - cassettes.length,
    unplayable,
    standings,
    byFold,
    learned: toVerdict(name, ours, { cassettes: cassettes.length, unplayable, unread: 0, cut: 0 }),
  }
}

async function targetsFor(
  name: string,
  spec: Contract,
  seen: readonly Cassette[],
): Promise<Target[]> {
  const twin = defineLearnedTwin(await teach(spec, seen), name) as unknown as TwinDefinition
  const targets = [twinTarget(twin, 'learned twin'), await exactReplay(seen)]
  if (spec.operations.length === 0) return targets
  const stateful = defineSpecTwin({ name, contract: spec }) as unknown as TwinDefinition
  return [...targets, specMock(spec), twinTarget(stateful, 'spec twin, nothing learned')]
}

async function judge(target: Target, cassettes: readonly Cassette[]) {
  const compared: Compared[] = []
  let lost = 0
  for (const cassette of cassettes) {
    for await (const part of readParts(cassette)) {
      const done = await replay(target, part)
      for (const one of done.compared)
        compared.push({ ...one, differences: one.differences.slice(0, 20) })
      lost += done.unplayable
    }
  }
  return { compared, lost }
}

/** The measure as a table. */
export function printCrossValidation(result: CrossValidation): string {
  const { folds, groups, cassettes, edited, standings, byFold, unplayable } = result
  const shares = (list: number[]): string =>
    `${percent(Math.min(...list))} to ${percent(Math.max(...list))}`
  const lines = [
    `${cassettes} recordings in ${groups} groups, ${folds} folds: learned on the others, judged on those left out`,
    '',
    `${''.padEnd(28)}  calls   status  headers    shape   values   (whole: shape, values)`,
    ...standings.map((one) => row(one.name, one.all)),
    '',
    'Without the exchanges whose replies seeded the world',
    ...standings.map((one) => row(one.name, one.earned)),
    '',
    `By fold, the learned twin: status ${shares(byFold.map(({ status }) => status))}, shape ${shares(byFold.map(({ shape }) => shape))}`,
  ]
  if (unplayable > 0)
    lines.push(`${unplayable} requests were recorded without their body and are not judged.`)
  if (edited > 0) lines.push(`${edited} recordings that were edited by hand are left out.`)
  return `${lines.join('\n')}\n`
}

function row(name: string, one: Fidelity): string {
  const cell = (value: number): string => percent(value).padStart(8)
  const shares = [one.status, one.headers, one.shape, one.values].map(cell).join(' ')
  return `${name.padEnd(28)} ${String(one.exchanges).padStart(6)} ${shares}  ${cell(one.wholeShape)} ${cell(one.wholeValues)}`
}
