import type { TwinDefinition } from '../twin.ts'
import type { Latency, Learned } from './knowledge.ts'

const known = new WeakMap<object, ReadonlyMap<string, Latency>>()

/** Remembers how long the operations of a learned twin took. */
export function keepLatencies(definition: object, { operations }: Learned): void {
  known.set(
    definition,
    new Map(operations.flatMap(({ op, latencyMs }) => (latencyMs ? [[op, latencyMs]] : []))),
  )
}

/**
 * How long an operation took in the recordings that a twin was learned from, in ms by share: `{ min, p50, p90, p95, p99, max }`;
 * undefined for other twins, and where no recording tells.
 */
export function latencyOf(
  definition: Pick<TwinDefinition, 'name'>,
  op: string,
): Readonly<Record<string, number>> | undefined {
  const latency = known.get(definition)?.get(op)
  if (latency === undefined) return undefined
  const { samples: _samples, ...quantiles } = latency
  return quantiles
}

/** The shares of what was measured, in ms. */
export function toLatency(took: readonly number[]): Latency | undefined {
  if (took.length === 0) return undefined
  const sorted = [...took].sort((a, b) => a - b)
  const at = (share: number): number => Math.round(sorted[Math.floor(share * (sorted.length - 1))]!)
  return {
    min: at(0),
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    max: at(1),
    samples: sorted.length,
  }
}
