import { didYouMean } from '../../engine/nearest.ts'
import { twinNames } from '../../twins/index.ts'
import { Fields } from './fields.ts'
import { readSteps } from './read-step.ts'
import type { ScenarioOptions } from '../scenario.ts'
import { namesOfTwins, splitTwin } from '../twin-word.ts'
import type { StoryStep } from './story.ts'
import { readTree, toValue, type MapTree, type Source } from './tree.ts'
import { Names } from './value.ts'

/** A scenario's file as it was read. */
export interface Story {
  source: Source
  name: string
  options: ScenarioOptions
  steps: StoryStep[]
}

/** What may stand at the top of a scenario's file. */
export const topKeys = [
  '$schema',
  'scenario',
  'about',
  'twins',
  'budget',
  'tags',
  'vary',
  'minDepth',
  'steps',
] as const

const twinsFix = 'Write twins: [okta, slack].'

/** Reads a scenario that is written in YAML or JSON. Throws a UsageError with line and column. */
export function readStory(source: Source): Story {
  const tree = readTree(source)
  if (tree.kind !== 'map') {
    const fix = 'It begins with scenario: and a sentence.'
    throw source.mistake('This is no scenario.', tree, { fix })
  }
  const fields = new Fields(tree, source, new Names())
  fields.only('A scenario', topKeys)
  const { text: name } = fields.word('scenario', 'Write scenario: A leaver keeps no access.')
  const twins = fields.list('twins', twinsFix).map((item) => {
    if (item.kind !== 'scalar' || typeof item.value !== 'string') {
      throw source.mistake('A twin is a name.', item, { fix: twinsFix })
    }
    const word = item.value
    if (word.includes('=') || (twinNames as string[]).includes(word)) return word
    throw source.mistake(`There is no twin "${word}".`, item, { fix: didYouMean(word, twinNames) })
  })
  const ownTwins = twins.filter((word) => splitTwin(word).path === undefined)
  const names = new Names()
  if (fields.has('vary')) names.add('vary')
  const reading = { source, names, twins: namesOfTwins(twins), ownTwins }
  const stepsFix = 'Write steps: and below it a list of steps, each with a hyphen.'
  const steps = readSteps(fields.list('steps', stepsFix), reading)
  return { source, name, options: { ...optionsOf(tree), twins }, steps }
}

/** As they are written: `checkScenario` holds them against what options are, for every kind of file. */
function optionsOf(tree: MapTree): Partial<ScenarioOptions> {
  const names = new Set(['about', 'budget', 'tags', 'vary', 'minDepth'])
  return Object.fromEntries(
    [...tree.entries]
      .filter(([name]) => names.has(name))
      .map(([name, { value }]) => [name, toValue(value)]),
  )
}
