import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { UsageError } from '../../engine/usage-error.ts'
import { budgetNames } from '../check-scenario.ts'
import { checkServices, costOf, readPrices, type Prices } from './prices.ts'

const at = (...path: string[]) => ({ field: path.join('.') })
const prices: Prices = {
  slack: 0.001,
  'slack chat.postMessage': 0.01,
  llm: {
    callUsd: 0.5,
    inputUsdPerMillion: 3,
    outputUsdPerMillion: 15,
    models: {
      small: { inputUsdPerMillion: 1, outputUsdPerMillion: 2, cachedUsdPerMillion: 0.1 },
      'small-pro': { inputUsdPerMillion: 100 },
    },
  },
}

describe('costOf', () => {
  it('goes by operation, then by service', () => {
    expect(costOf(prices, { twin: 'slack', op: 'users.info' }, undefined)).toBe(0.001)
    expect(costOf(prices, { twin: 'slack', op: 'chat.postMessage' }, undefined)).toBe(0.01)
    expect(costOf(prices, { twin: 'okta', op: 'getUser' }, undefined)).toBe(0)
    expect(costOf(prices, { twin: 'slack' }, undefined)).toBe(0.001)
  })

  it('goes by tokens and model, cached ones apart', () => {
    const use = { input: 1_000_000, output: 2_000_000, cached: 400_000 }
    const of = (model: string | undefined) => costOf(prices, { twin: 'llm' }, { ...use, model })
    expect(of(undefined)).toBeCloseTo(0.5 + 3 + 30, 9)
    expect(of('small-2026')).toBeCloseTo(0.5 + 0.6 + 0.04 + 4, 9)
    expect(of('small-pro-1')).toBeCloseTo(0.5 + 100, 9)
    expect(costOf(prices, { twin: 'llm' }, undefined)).toBe(0.5)
  })
})

describe('readPrices', () => {
  it.each([
    [[], 'This is no price list.'],
    [{ slack: '1' }, 'A price is a number of US dollars.'],
    [{ slack: -1 }, 'A price is a number of US dollars.'],
    [{ llm: { inputUsdPerMilion: 1 } }, 'A price has no "inputUsdPerMilion".'],
    [{ llm: { callUsd: 'x' } }, 'A price is a number of US dollars.'],
    [{ llm: { models: 3 } }, 'Models are named with their prices.'],
    [{ llm: { models: { x: { callUsd: 3 } } } }, 'A price has no "callUsd".'],
  ])('refuses %j', (value, what) => {
    expect(() => readPrices(value, at)).toThrow(expect.objectContaining({ what }))
  })

  it('notices a misspelt service, and lets others stand', () => {
    expect(() => checkServices(prices, ['slack'])).not.toThrow()
    expect(() => checkServices({ slakc: 1 }, ['slack'])).toThrow(UsageError)
    expect(() => checkServices({ slakc: 1 }, ['slack'])).toThrow('Did you mean "slack"?')
  })
})

describe('docs/trials.md', () => {
  it('shows a price list that is one, and every word of a budget', () => {
    const text = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'trials.md'), 'utf8')
    const block = /```json prices\n([\s\S]*?)```/.exec(text)![1]!
    const shown = readPrices(JSON.parse(block), at)
    expect(costOf(shown, { twin: 'slack', op: 'chat.postMessage' }, undefined)).toBe(0.0005)
    const table = text.slice(text.indexOf('## Budgets'))
    for (const name of budgetNames) expect(table).toContain(`\`${name}\``)
  })
})
