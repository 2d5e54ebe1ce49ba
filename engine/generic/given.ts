import { assert } from '../assert.ts'
import { typesOf } from '../contract/schema.ts'
import type { World } from '../world.ts'
import { newKey } from './keys.ts'
import { findThing, itemPath } from './locate.ts'
import { makeValue, toType } from './make.ts'
import { makerFor } from './maker.ts'
import { keyOf, shapeOf } from './paths.ts'
import type { Resource } from './resource.ts'
import { resourcesOf } from './resources.ts'
import { copyJson } from './sent.ts'
import { thingId, things, type Thing } from './things.ts'

/** A thing that a scenario starts from. */
export interface GivenThing {
  /** The path of its collection, parents filled in (`/v1/users/12/keys`), or its last word where that is clear (`users`). */
  collection: string
  /** What the author cares about; the rest is filled in. */
  value?: Record<string, unknown>
}

/** Puts a thing into a world and returns it as the service would show it. */
export function giveThing(
  world: World,
  twinName: string,
  props: GivenThing,
): Record<string, unknown> {
  const twin = world.twins.get(twinName)
  assert(twin !== undefined, `the world has no twin "${twinName}"`)
  const { list } = resourcesOf(twin.contract)
  const { resource, path } = findCollection(list, props.collection)
  const value = copyJson(props.value ?? {}) as Record<string, unknown>
  const { id, home } = resource
  const exchange = { world, twin, rows: world.rows }
  const chosen = id.property === undefined ? undefined : value[id.property]
  const itemKey =
    typeof chosen === 'string' || typeof chosen === 'number'
      ? String(chosen)
      : newKey(exchange, resource, path)
  assert(
    findThing(exchange, resource, path, itemKey) === undefined,
    `${path} has "${itemKey}" already`,
  )
  const rowId = thingId(twinName, path, itemKey)
  const made = makeValue(makerFor(world, twin, rowId), resource, value, {
    id: toType(itemKey, typesOf(id.schema, twin.contract.schemas)) ?? itemKey,
    url: twin.definition.origin + itemPath(path, itemKey),
    path: {},
  })
  const thing: Thing = {
    id: rowId,
    twin: twinName,
    collection: path,
    key: itemKey,
    at: world.now(),
    value: made,
  }
  const aliases = id.others
    .map((name) => made[name])
    .filter((one) => one !== undefined)
    .map(String)
  if (aliases.length > 0) thing.aliases = aliases
  const under = home.parent === undefined ? [] : ancestorsOf(path, home.parent)
  if (under.length > 0) thing.under = under
  world.rows.insert(things, thing)
  return made
}

function findCollection(
  list: readonly Resource[],
  asked: string,
): { resource: Resource; path: string } {
  if (asked.startsWith('/')) {
    const segments = asked.split('/').slice(1)
    const resource = list.find((one) => isAt(one.home.key, segments))
    assert(resource !== undefined, `nothing is kept at ${asked}; known are ${knownOf(list)}`)
    return { resource, path: asked }
  }
  const named = list.filter((one) => one.noun === asked && !one.home.key.includes('{}'))
  assert(
    named.length === 1,
    `"${asked}" is ${named.length === 0 ? 'no' : 'more than one'} collection; known are ${knownOf(list)}`,
  )
  return { resource: named[0]!, path: named[0]!.home.key }
}

function knownOf(list: readonly Resource[]): string {
  return list.map((one) => one.home.key).join(', ')
}

function isAt(key: string, segments: readonly string[]): boolean {
  const own = key.split('/').slice(1)
  return (
    own.length === segments.length && own.every((one, i) => one === '{}' || one === segments[i])
  )
}

/** The item paths above a collection, from the root down. */
function ancestorsOf(path: string, parent: Resource): string[] {
  const { segments } = shapeOf(path)
  const length = shapeOf(parent.home.key).segments.length + parent.keyCount
  const above = parent.home.parent === undefined ? [] : ancestorsOf(path, parent.home.parent)
  return [...above, keyOf(segments, length)]
}
