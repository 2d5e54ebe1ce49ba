import type { Contract } from '../../engine/contract/contract.ts'
import type { Lesson } from '../../engine/learn/knowledge.ts'
import { Learner } from '../../engine/learn/learn.ts'
import { mergeContracts } from '../../engine/learn/merge-contracts.ts'
import { routerOf } from '../../engine/learn/observe.ts'
import { Surveyor, withSurveyed } from '../../engine/learn/survey.ts'
import { readContract } from '../spec-file.ts'
import { readWhole, type Cassette, type ReadNotes } from '../verify/cassettes.ts'

/** Reads documents into one contract; without any, an empty one. Throws a UsageError. */
export async function readSpecs(name: string, files: readonly string[]): Promise<Contract> {
  const contracts: Contract[] = []
  for (const file of files) contracts.push((await readContract(file)).contract)
  return mergeContracts(name, contracts)
}

/**
 * Learns a service from documents and recordings. The recordings are read three times (what paths there
 * are, which ids are words, what happens), one at a time, so that memory holds no more than one.
 */
export async function teach(
  spec: Contract,
  cassettes: readonly Cassette[],
  notes?: ReadNotes,
): Promise<Lesson> {
  const surveyor = new Surveyor(routerOf(spec))
  for (const cassette of cassettes) surveyor.take(await readWhole(cassette, notes))
  const contract = withSurveyed(spec, surveyor.operations())
  const learner = new Learner(contract)
  for (const cassette of cassettes) learner.notice(await readWhole(cassette))
  for (const cassette of cassettes) learner.take(await readWhole(cassette))
  return { contract, learned: learner.learned() }
}
