import { didYouMean, nearest } from '../../engine/nearest.ts'
import { UsageError, type Whereabouts } from '../../engine/usage-error.ts'
import { readDocument } from '../read-document.ts'
import type { TokenUse } from './usage.ts'

/** What calls cost, in US dollars: by service (`slack`) or by operation (`slack chat.postMessage`), which goes before. */
export type Prices = Readonly<Record<string, number | Price>>

export interface Price extends TokenPrice {
  callUsd?: number
  /** Token prices by the beginning of the model's name; the longest that fits counts. */
  models?: Readonly<Record<string, TokenPrice>>
}

/** US dollars for a million tokens. */
export interface TokenPrice {
  inputUsdPerMillion?: number
  outputUsdPerMillion?: number
  /** Default: as other input. */
  cachedUsdPerMillion?: number
}

const tokenFields = ['inputUsdPerMillion', 'outputUsdPerMillion', 'cachedUsdPerMillion']
const fields = ['callUsd', ...tokenFields, 'models']

/** Reads a price list (JSON or YAML). Throws a UsageError at the first thing that is wrong. */
export async function readPriceFile(file: string): Promise<Prices> {
  const { value, at } = await readDocument(file)
  return readPrices(value, at)
}

/** Holds a value against what a price list may say; `at` tells where a field stands. */
export function readPrices(value: unknown, at: (...path: string[]) => Whereabouts): Prices {
  if (!isObject(value)) {
    throw new UsageError('This is no price list.', {
      ...at(),
      fix: 'Write { "slack": 0.001, "llm": { "inputUsdPerMillion": 3, "outputUsdPerMillion": 15 } }.',
    })
  }
  for (const [name, price] of Object.entries(value)) {
    if (isPrice(price)) continue
    if (!isObject(price)) throw new UsageError('A price is a number of US dollars.', at(name))
    checkFields(price, fields, (...path) => at(name, ...path))
    if (price['models'] === undefined) continue
    if (!isObject(price['models'])) {
      throw new UsageError('Models are named with their prices.', at(name, 'models'))
    }
    for (const [model, tokens] of Object.entries(price['models'])) {
      if (!isObject(tokens)) throw new UsageError('A model has prices.', at(name, 'models', model))
      checkFields(tokens, tokenFields, (...path) => at(name, 'models', model, ...path))
    }
  }
  return value as Prices
}

/** Throws a UsageError for a price whose service is a misspelt one of the run's; services that the run has not may have prices too. */
export function checkServices(prices: Prices, twins: readonly string[]): void {
  for (const place of Object.keys(prices)) {
    const name = place.split(' ', 1)[0]!
    if (twins.includes(name) || nearest(name, twins) === undefined) continue
    const fix = didYouMean(name, twins)
    throw new UsageError(`The price list has "${name}".`, { field: '--prices', fix })
  }
}

/** What one call costs, in US dollars. */
export function costOf(
  prices: Prices,
  { twin, op }: { twin: string; op?: string | undefined },
  tokens: TokenUse | undefined,
): number {
  const found = (op === undefined ? undefined : prices[`${twin} ${op}`]) ?? prices[twin]
  if (found === undefined) return 0
  if (typeof found === 'number') return found
  const { callUsd = 0, models = {} } = found
  if (tokens === undefined) return callUsd
  const names = Object.keys(models).filter((name) => tokens.model?.startsWith(name))
  const best = names.sort((a, b) => b.length - a.length)[0]
  const price = best === undefined ? found : models[best]!
  const { inputUsdPerMillion = 0, outputUsdPerMillion = 0 } = price
  const { cachedUsdPerMillion = inputUsdPerMillion } = price
  const fresh = Math.max(0, tokens.input - tokens.cached)
  const million =
    fresh * inputUsdPerMillion +
    tokens.cached * cachedUsdPerMillion +
    tokens.output * outputUsdPerMillion
  return callUsd + million / 1e6
}

function checkFields(
  value: Record<string, unknown>,
  known: readonly string[],
  at: (...path: string[]) => Whereabouts,
): void {
  for (const [name, held] of Object.entries(value)) {
    if (!known.includes(name)) {
      const fix = didYouMean(name, known)
      throw new UsageError(`A price has no "${name}".`, { ...at(name), fix })
    }
    if (name !== 'models' && !isPrice(held)) {
      throw new UsageError('A price is a number of US dollars.', at(name))
    }
  }
}

function isPrice(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && Number.isFinite(value)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
