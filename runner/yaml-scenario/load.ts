import { checkScenario } from '../check-scenario.ts'
import { readText } from '../read-document.ts'
import type { Scenario } from '../scenario.ts'
import { openScope, StoryPlayer } from './play-story.ts'
import { readStory } from './read-story.ts'
import { rehearse } from './rehearse.ts'
import { Source } from './tree.ts'

/** Loads a scenario that is written in YAML or JSON. Throws a UsageError with line, column and what to do. */
export async function loadStory(file: string): Promise<Scenario> {
  return loadStoryText(file, await readText(file))
}

/** The same from a text that may stand in no file yet. */
export async function loadStoryText(file: string, text: string): Promise<Scenario> {
  const source = new Source(file, text)
  const story = readStory(source)
  const { name, options, steps } = story
  const play: Scenario['play'] = (kit) => new StoryPlayer(source, kit).play(steps, openScope(kit))
  const scenario = checkScenario({ kind: 'scenario', name, options, play }, file, text)
  await rehearse(story)
  return scenario
}

/** Whether a text of a folder means to be a scenario, however wrong it is; other YAML and JSON lies about as well. */
export function looksLikeStory(text: string): boolean {
  return /^[\s{]*["']?(?:scenario|twins|steps)["']?\s*:/m.test(text)
}
