import type { SchemaObject } from './schema.ts'
import { recently, type TextSource } from './sample-text.ts'

/** Makes a number that obeys the schema's limits and suits the property's name. */
export function sampleNumber(
  schema: SchemaObject,
  isInteger: boolean,
  hint: string,
  from: TextSource,
): number {
  const { low, high } = limitsOf(schema, isInteger)
  const step = stepOf(schema['multipleOf'], isInteger)
  const usual = usualRange(hint, from)
  // The name's range is only a wish: the schema's limits cut it.
  const isWithin = usual.low <= high && usual.high >= low
  const from0 = isWithin ? Math.max(low, usual.low) : low === -Infinity ? high - 100 : low
  const to = isWithin ? Math.min(high, usual.high) : Math.min(high, from0 + 100)
  const value = from0 + from.random() * (to - from0)
  if (step === 0) return Math.min(high, Math.max(low, Number(value.toFixed(2))))
  return fitStep(value, step, low, high)
}

function stepOf(multipleOf: unknown, isInteger: boolean): number {
  if (typeof multipleOf !== 'number' || multipleOf <= 0) return isInteger ? 1 : 0
  if (!isInteger || Number.isInteger(multipleOf)) return multipleOf
  // Of 0.5 every whole number is a multiple; of 1.5 every third.
  return Number.isInteger(1 / multipleOf) ? 1 : Math.round(multipleOf * 10)
}

function fitStep(value: number, step: number, low: number, high: number): number {
  let count = Math.floor(value / step)
  if (count * step < low) count++
  if (count * step > high) count--
  return Number((count * step).toFixed(10))
}

function limitsOf(schema: SchemaObject, isInteger: boolean): { low: number; high: number } {
  const gap = isInteger ? 1 : 0.01
  const floor = numberOr(schema['minimum'], -Infinity)
  const ceiling = numberOr(schema['maximum'], Infinity)
  const above = numberOr(schema['exclusiveMinimum'], -Infinity)
  const below = numberOr(schema['exclusiveMaximum'], Infinity)
  const low = Math.max(floor, above + gap)
  const high = Math.min(ceiling, below - gap)
  return isInteger ? { low: Math.ceil(low), high: Math.floor(high) } : { low, high }
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise
}

function usualRange(hint: string, from: TextSource): { low: number; high: number } {
  const isMs = /(ms|millis|milliseconds)$/i.test(hint)
  if (
    /(^ts|_ts|Ts|[tT]imestamp|[tT]ime|[dD]ate|[cC]reated|[uU]pdated|[eE]xpires|epoch|[a-z]At)$/.test(
      hint,
    ) &&
    !hint.endsWith('startAt')
  ) {
    const time = recently(from) / (isMs ? 1 : 1000)
    return { low: time, high: time }
  }
  if (/id$/i.test(hint)) return { low: 10_000, high: 99_999 }
  if (/(startAt|offset|index|order|position|priority)$/i.test(hint)) return { low: 0, high: 9 }
  if (/(size|bytes|length)$/i.test(hint)) return { low: 100, high: 10_000 }
  if (/port$/i.test(hint)) return { low: 1024, high: 65_535 }
  return { low: 0, high: 100 }
}
