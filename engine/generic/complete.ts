import type { Schema } from '../contract/contract.ts'
import { fill } from './fill.ts'
import type { Maker } from './maker.ts'
import { conforms } from './probe.ts'
import { repair } from './repair.ts'

/**
 * Completes a value to what a schema asks for: what is there stays, what is required and missing is
 * made up plausibly, optional members are left out. What does not fit at all is mended.
 */
export function complete(maker: Maker, schema: Schema, value: unknown): unknown {
  const filled = fill(maker, schema, value, '', 0)
  if (conforms(maker.twin, schema, filled)) return filled
  return repair(maker, schema, filled)
}
