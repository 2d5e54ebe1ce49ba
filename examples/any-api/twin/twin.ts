import type { Contract } from '../../../engine/contract/contract.ts'
import { jsonFile } from '../../../engine/contract/load.ts'
import type { Learned } from '../../../engine/learn/knowledge.ts'
import { defineLearnedTwin } from '../../../engine/learn/learned-twin.ts'

/** desk, learned from recordings; corrections belong into learned.json. */
export const desk = defineLearnedTwin({
  contract: jsonFile<Contract>(new URL('./contract.json', import.meta.url)),
  learned: jsonFile<Learned>(new URL('./learned.json', import.meta.url)),
})
