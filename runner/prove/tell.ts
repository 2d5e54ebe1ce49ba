import { replayCommand } from '../report/replay-command.ts'
import { inert, plural } from '../report/words.ts'
import type { Counts, Proof, ScenarioProof, VersionOf } from './prove.ts'

/** What a person reads of a comparison of two versions. */
export function tellProof(proof: Proof, wall?: string): string {
  const { before, after, proved, missing, fixed, stillFailing, newlyBroken } = proof
  const lines = [
    `before: ${before.name}${commitOf(before)}`,
    `after:  ${after.name}${commitOf(after)}`,
    '',
    ...tellGroup('Fixed', '✓', fixed, before, wall),
    ...tellGroup('Still failing', '✗', stillFailing, after, wall),
    ...tellGroup('Newly broken', '✗', newlyBroken, after, wall),
    ...tellGroup('Nothing can be said of', '?', proof.unclear, after, wall),
  ]
  const same = proof.unchanged.length
  if (same > 0) lines.push(`${plural(same, 'scenario')} satisfied before and now.`, '')
  if (proof.unplayed > 0) lines.push(`interrupted: ${plural(proof.unplayed, 'trial')} not played.`)
  lines.push(
    proved
      ? 'Proved: it failed before and passes now, and nothing else broke.'
      : `Not proved: ${missing.join('; ')}.`,
  )
  return inert(`${lines.join('\n')}\n`)
}

function commitOf({ commit }: { commit?: string }): string {
  return commit === undefined ? '' : ` (${commit.slice(0, 10)})`
}

function tellGroup(
  title: string,
  mark: string,
  group: readonly ScenarioProof[],
  { name, commit }: VersionOf,
  wall: string | undefined,
): string[] {
  if (group.length === 0) return []
  const lines = [`${title}:`]
  for (const { scenario, name: title, before, after, trial, why } of group) {
    lines.push(`  ${mark} ${title} (${scenario}): ${share(before)} before, ${share(after)} now`)
    if (why !== undefined) lines.push(`      ${why}`)
    // What was checked out is gone again: only a file can be replayed.
    if (trial === undefined) continue
    lines.push(`      ${commit === undefined ? replayCommand(trial, name, wall) : trial}`)
  }
  return [...lines, '']
}

function share({ satisfied, unsatisfied, inconclusive }: Counts): string {
  const all = satisfied + unsatisfied + inconclusive
  return `${satisfied} of ${all} satisfied`
}
