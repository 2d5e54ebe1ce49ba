import { depths, type Depth } from '../engine/depth.ts'
import { didYouMean } from '../engine/nearest.ts'
import { UsageError } from '../engine/usage-error.ts'
import type { Budget, Scenario } from './scenario.ts'
import { mistakeInVariation } from './vary.ts'

const optionNames = ['twins', 'budget', 'tags', 'vary', 'minDepth', 'about']

/** What a budget may limit. */
export const budgetNames: readonly (keyof Budget)[] = [
  'calls',
  'writes',
  'seconds',
  'bytes',
  'tokens',
  'usd',
]

/** Holds what a file exports against what a scenario is. Throws a UsageError with the place in the file. */
export function checkScenario(exported: unknown, file: string, text: string): Scenario {
  const wrong = (what: string, word: string, fix?: string): never => {
    throw new UsageError(what, { file, ...locate(text, word), field: word, fix })
  }
  const scenario = exported as Scenario | undefined
  if (scenario?.kind !== 'scenario') {
    throw new UsageError('The file exports no scenario.', {
      file,
      fix: "Write export default scenario('A sentence', { twins: ['okta'] }, async ({ … }) => { … }).",
    })
  }
  const { name, options, play } = scenario
  if (typeof name !== 'string' || name.trim() === '') wrong('A scenario needs a name.', 'scenario')
  if (typeof play !== 'function') wrong('A scenario needs a function to play.', 'scenario')
  const given = options as unknown as Record<string, unknown> | undefined
  for (const option of Object.keys(given ?? {})) {
    if (optionNames.includes(option)) continue
    wrong(`A scenario has no option "${option}".`, option, didYouMean(option, optionNames))
  }
  const { twins, budget, minDepth, tags } = options ?? {}
  if (!isTexts(twins) || twins.length === 0) {
    wrong('A scenario needs a list of twins.', 'twins', "Write twins: ['okta', 'slack'].")
  }
  const bare = twins!.find((word) => /^[^=]*[/\\]/.test(word))
  if (bare !== undefined) {
    wrong(`The twin "${bare}" needs a name.`, bare, `Write twins: ['desk=${bare}'].`)
  }
  if (tags !== undefined && !isTexts(tags)) wrong('Tags must be a list of words.', 'tags')
  if (minDepth !== undefined && !depths.includes(minDepth as Depth)) {
    wrong(`There is no depth "${minDepth}".`, 'minDepth', didYouMean(String(minDepth), depths))
  }
  for (const [what, variation] of Object.entries(options.vary ?? {})) {
    const mistake = mistakeInVariation(what, variation)
    if (mistake !== undefined) wrong(mistake, what, 'Write a list, or { from: 1, to: 5 }.')
  }
  for (const [what, most] of Object.entries(budget ?? {})) {
    if (!(budgetNames as readonly string[]).includes(what)) {
      wrong(`A budget has no "${what}".`, what, didYouMean(what, budgetNames))
    }
    if (typeof most !== 'number' || !(most >= 0)) wrong(`A budget of ${what} is a number.`, what)
  }
  return scenario
}

/** Where a word first stands in a text. */
export function locate(text: string, word: string): { line?: number; column?: number } {
  const escaped = word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const found = new RegExp(`(?<![\\w$])${escaped}(?![\\w$])`).exec(text)
  if (found === null) return {}
  const before = text.slice(0, found.index).split('\n')
  return { line: before.length, column: before.at(-1)!.length + 1 }
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}
