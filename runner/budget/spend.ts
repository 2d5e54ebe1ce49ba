import { UsageError } from '../../engine/usage-error.ts'
import type { CallEntry } from '../../engine/journal.ts'
import { toWire } from '../../engine/wire.ts'
import type { World } from '../../engine/world.ts'
import type { Budget } from '../scenario.ts'
import type { BudgetUse, Spent } from '../trial-result.ts'
import { costOf, type Prices } from './prices.ts'
import { readTokenUse } from './usage.ts'

/** How spending is told. */
export interface Accounting {
  /** What calls cost; without it money can't be told. */
  prices?: Prices | undefined
  /** Count bytes though the scenario does not limit them: somebody else does. */
  countsBytes?: boolean | undefined
}

/** What was spent against what might have been. Throws a UsageError for a budget of money without prices. */
export function spend(
  world: World,
  budget: Budget,
  { seconds, prices, countsBytes }: Accounting & { seconds: number },
): BudgetUse {
  if (budget.usd !== undefined && prices === undefined) {
    throw new UsageError('A budget of "usd" needs prices.', {
      fix: 'Name a price list: --prices prices.json.',
    })
  }
  const calls = world.journal.calls()
  const [tokens, usd] = countTokens(calls, prices)
  const use: BudgetUse = {
    calls: toSpent(calls.length, budget.calls),
    writes: toSpent(calls.filter((one) => isWrite(world, one)).length, budget.writes),
    seconds: toSpent(seconds, budget.seconds),
  }
  if (countsBytes === true || budget.bytes !== undefined) {
    use.bytes = toSpent(countBytes(world, calls), budget.bytes)
  }
  if (tokens > 0 || budget.tokens !== undefined) use.tokens = toSpent(tokens, budget.tokens)
  if (prices !== undefined) use.usd = toSpent(usd, budget.usd)
  return use
}

/** Sums of money without the dust of binary fractions: to a millionth of a cent. */
export function roundUsd(usd: number): number {
  return Math.round(usd * 1e8) / 1e8
}

function isWrite(world: World, { twin, op }: CallEntry): boolean {
  const open = world.twins.get(twin)!
  const known = op === undefined ? undefined : open.operations.get(op)
  return known !== undefined && open.writes(known)
}

function countTokens(calls: readonly CallEntry[], prices: Prices | undefined): [number, number] {
  let [tokens, usd] = [0, 0]
  for (const call of calls) {
    const use = readTokenUse(call.reply)
    if (use !== undefined) tokens += use.input + use.output
    if (prices !== undefined) usd += costOf(prices, call, use)
  }
  return [tokens, roundUsd(usd)]
}

/** Bytes of bodies, there and back. */
function countBytes(world: World, calls: readonly CallEntry[]): number {
  let bytes = 0
  for (const { twin, call, reply } of calls) {
    bytes += sizeOf(call.body) + sizeOf(toWire(world.twins.get(twin)!, reply).body)
  }
  return bytes
}

function sizeOf(body: unknown): number {
  if (body === undefined || body === null) return 0
  if (body instanceof Uint8Array) return body.byteLength
  return Buffer.byteLength(typeof body === 'string' ? body : JSON.stringify(body))
}

function toSpent(used: number, most: number | undefined): Spent {
  return most === undefined ? { used } : { used, most }
}
