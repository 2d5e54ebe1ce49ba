import type { Contract } from '../../engine/contract/contract.ts'
import type { Lesson } from '../../engine/learn/knowledge.ts'
import { Learner } from '../../engine/learn/learn.ts'
import { mergeContracts } from '../../engine/learn/merge-contracts.ts'
import { routerOf } from '../../engine/learn/observe.ts'
import { Surveyor, withSurveyed } from '../../engine/learn/survey.ts'
import { readContract } from '../spec-file.ts'
import { readParts, type Cassette } from '../verify/cassettes.ts'
import type { ReadNotes } from '../verify/har-entry.ts'

/** Reads documents into one contract; without any, an empty one. Throws a UsageError. */
export async function readSpecs(name: string, files: readonly string[]): Promise<Contract> {
  const contracts: Contract[] = []
  for (const file of files) contracts.push((await readContract(file)).contract)
  return mergeContracts(name, contracts)
}

/**
 * Learns a service from documents and recordings. The recordings are read three times (what paths there
 * are, which ids are words, what happens), a part at a time, so that memory holds no more than one part, and a
 * sample of what was seen of each operation; `unkept` exchanges are not in it.
 */
export async function teach(
  spec: Contract,
  cassettes: readonly Cassette[],
  notes?: ReadNotes,
): Promise<Lesson & { unkept: number }> {
  const surveyor = new Surveyor(routerOf(spec))
  for (const cassette of cassettes)
    for await (const part of readParts(cassette, notes)) surveyor.take(part)
  const contract = withSurveyed(spec, surveyor.operations())
  const learner = new Learner(contract)
  for (const cassette of cassettes)
    for await (const part of readParts(cassette)) learner.notice(part)
  for (const cassette of cassettes) for await (const part of readParts(cassette)) learner.take(part)
  return { contract, learned: learner.learned(), unkept: learner.unkept }
}
