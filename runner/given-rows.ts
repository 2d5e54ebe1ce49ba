import { didYouMean } from '../engine/nearest.ts'
import type { Given } from '../engine/twin.ts'
import { UsageError, type Whereabouts } from '../engine/usage-error.ts'
import type { World } from '../engine/world.ts'

/** Says where a part of the rows stands in their file. */
export type WhereOf = (...path: (string | number)[]) => Whereabouts

/**
 * Makes rows in a world through the twins' makers and returns them. All or nothing: throws a
 * UsageError that names the twin, the maker and the row that was wrong.
 */
export function makeGivenRows(
  world: World,
  rows: unknown,
  at: WhereOf = (...path) => ({ field: path.join('.') }),
): Record<string, Record<string, unknown[]>> {
  const before = world.snapshot()
  const writer = world.rows.writer
  world.rows.writer = 'given'
  try {
    return makeAll(world, rows, at)
  } catch (error) {
    world.restore(before)
    throw error
  } finally {
    world.rows.writer = writer
  }
}

function makeAll(world: World, rows: unknown, at: WhereOf) {
  const made: Record<string, Record<string, unknown[]>> = {}
  const shape = 'Rows stand by twin and kind: { "okta": { "user": [{ … }] } }.'
  for (const [twin, kinds] of Object.entries(needObject(rows, at(), shape))) {
    const { definition } = needKnown(world.twins, twin, 'twin of this world', at(twin))
    const makers = new Map(Object.entries(definition.given)) as Map<string, Given>
    made[twin] = {}
    for (const [kind, list] of Object.entries(needObject(kinds, at(twin), shape))) {
      const make = needKnown(
        makers,
        kind,
        `kind of row that ${twin} makes`,
        at(twin, kind),
      ) as Given<unknown>
      const isList = Array.isArray(list)
      const items: unknown[] = isList ? list : [list]
      made[twin][kind] = items.map((props, i) => {
        const where = isList ? at(twin, kind, i) : at(twin, kind)
        return makeOne(
          world,
          make,
          needObject(props, where, 'A row is an object; {} takes every default.'),
          where,
        )
      })
    }
  }
  return made
}

function makeOne(world: World, make: Given<unknown>, props: unknown, where: Whereabouts): unknown {
  try {
    return make(world, props)
  } catch (error) {
    if (error instanceof UsageError) {
      const field = [where.field, error.where.field].filter(Boolean).join('.')
      throw new UsageError(error.what, { ...where, field, fix: error.fix })
    }
    const why = (error instanceof Error ? error.message : JSON.stringify(error)).replace(/\.$/, '')
    throw new UsageError(`This row could not be made: ${why}.`, where)
  }
}

function needKnown<Value>(
  known: ReadonlyMap<string, Value>,
  name: string,
  what: string,
  where: Whereabouts,
): Value {
  const found = known.get(name)
  if (found !== undefined) return found
  throw new UsageError(`"${name}" is no ${what}.`, {
    ...where,
    fix: didYouMean(name, known.keys()),
  })
}

function needObject(value: unknown, where: Whereabouts, fix: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>
  }
  throw new UsageError('An object is needed here.', { ...where, fix })
}
