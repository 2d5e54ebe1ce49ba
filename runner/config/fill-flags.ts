import { readPrices, type Prices } from '../budget/prices.ts'
import type { Config } from '../config.ts'
import { findConfig } from './find-config.ts'

/** Values of flags, as they were typed. */
type Values = Readonly<Record<string, string | boolean | readonly string[] | undefined>>

/** How a field of the configuration is written as a flag. */
const spellings: Readonly<Record<string, (config: Config) => string | undefined>> = {
  faults: ({ faults }) => faults?.join(','),
  trials: ({ trials }) => trials?.toString(),
  seed: ({ seed }) => seed?.toString(),
  jobs: ({ jobs }) => jobs?.toString(),
  'min-depth': ({ minDepth }) => minDepth,
  wall: ({ wall }) => wall,
  gate: ({ gate }) => gate?.toString(),
  budget: ({ budget }) =>
    budget &&
    Object.entries(budget)
      .map(([name, most]) => `${name}=${most}`)
      .join(','),
  prices: ({ prices }) => (typeof prices === 'string' ? prices : undefined),
  history: ({ history }) => (history === false ? undefined : history),
}

/** The flags that were not given, as the configuration has them. `flags` are those that the command knows. */
export function fillFlags<V extends Values>(
  values: V,
  flags: Readonly<Record<string, unknown>>,
): V {
  const found = findConfig()
  if (found === undefined) return values
  const { config } = found
  const filled: Record<string, unknown> = {}
  for (const [name, spell] of Object.entries(spellings)) {
    if (!Object.hasOwn(flags, name)) continue
    const text = spell(config)
    if (text !== undefined) filled[name] = text
  }
  if (Object.hasOwn(flags, 'report') && config.reports !== undefined)
    filled['report'] = config.reports
  if (Object.hasOwn(flags, 'no-history') && config.history === false) filled['no-history'] = true
  if (values['history'] !== undefined) delete filled['no-history']
  if (values['no-history'] === true) delete filled['history']
  return { ...filled, ...values }
}

/** The scenarios that the configuration names; undefined when it names none. */
export function configuredScenarios(): readonly string[] | undefined {
  return findConfig()?.config.scenarios
}

/** A price list that stands in the configuration itself. */
export function configuredPrices(): Prices | undefined {
  const found = findConfig()
  const prices = found?.config.prices
  if (found === undefined || typeof prices !== 'object') return undefined
  return readPrices(prices, (...path) => found.at('prices', ...path))
}
