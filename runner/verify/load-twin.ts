import type { TwinDefinition } from '../../engine/twin.ts'
import { loadTwinOrSpec } from '../spec-file.ts'

/** A twin by its name, from an OpenAPI document, or from a folder that `backlot learn` wrote. */
export async function loadSubjectTwin(word: string): Promise<TwinDefinition> {
  return loadTwinOrSpec(word)
}
