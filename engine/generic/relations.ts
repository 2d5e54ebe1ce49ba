import { isCreate } from './bodies.ts'
import { nameKey, singular } from './names.ts'
import { keyOf, nounOf } from './paths.ts'
import type { Collection, Resource, Role } from './resource.ts'
import { isLink, type Inference, type PathNode } from './inference.ts'
import { findItem, isSameSchema, successOf, type Spot } from './shapes.ts'
import { membersOf } from './members.ts'

/**
 * Looks at what is left once every item path has its resource: lists and creations of things that
 * live elsewhere (`/projects/{}/tasks` of `/tasks/{}`), links between things, and plain reads.
 */
export function addRelations(inference: Inference, nodes: readonly PathNode[]): void {
  for (const node of nodes) if (!node.shape.segments.at(-1)?.isParam) addPlaceRoles(inference, node)
  for (const node of nodes) addSample(inference, node)
}

function addPlaceRoles(inference: Inference, node: PathNode): void {
  const { ops, shape } = node
  const get = ops.get('GET')
  const post = ops.get('POST')
  const noun = nounOf(shape, shape.segments.length)
  const list =
    get === undefined || inference.roles.has(get) ? undefined : inference.listOf(node, noun)
  const isFree = post !== undefined && !inference.roles.has(post)
  if (list === undefined && !(isFree && get === undefined)) return
  const at = inference.collectionAt(shape, shape.segments.length)
  const resource =
    list === undefined ? madeBy(inference, node, noun) : listedBy(inference, list, noun)
  const creates =
    isFree && isCreate(post, resource?.schema ?? list?.schema ?? {}, noun, inference.schemas)
  if (resource === undefined) {
    if (list !== undefined && creates) addOwn(inference, node, at, list)
    return
  }
  if (creates && isSameNoun(resource.noun, noun)) {
    inference.addWrite('create', post, resource, shape)
    if (list !== undefined) inference.addRole('list', get!, resource, shape, list)
  } else if (list !== undefined) addList(inference, node, resource, list)
}

function addList(inference: Inference, node: PathNode, resource: Resource, list: Spot): void {
  const { shape } = node
  const get = node.ops.get('GET')!
  const role = inference.addRole('related', get, resource, shape, list)
  const above = keyOf(shape.segments, shape.segments.length - 1)
  const by = propertyOfParent(role, resource)
  const child = inference.nodes.get(`${shape.key}/{}`)
  if (
    above === resource.home.key &&
    /^(search|find|query|all|list|paginated)$/i.test(shape.segments.at(-1)!.key)
  ) {
    role.kind = 'list'
    role.at = resource.home
  } else if (child !== undefined && isLink(child)) {
    role.kind = 'list'
    addLinks(inference, child, resource, role.at)
  } else if (by !== undefined) {
    role.kind = 'list'
    role.by = by
  }
}

function addLinks(inference: Inference, child: PathNode, resource: Resource, at: Collection): void {
  for (const [method, kind] of [
    ['PUT', 'link'],
    ['DELETE', 'unlink'],
  ] as const) {
    const op = child.ops.get(method)
    if (op === undefined || inference.roles.has(op)) continue
    inference.addRole(kind, op, resource, child.shape).at = at
  }
}

/** `/users/{userId}/posts` lists the posts whose `userId` it is. */
function propertyOfParent(role: Role, resource: Resource): Role['by'] {
  const { parent } = role.at
  if (parent === undefined || parent.keyCount !== 1) return undefined
  const param = role.names[parent.keyAt]!
  const one = nameKey(singular(parent.noun))
  const wanted = new Set([`${one}id`, `${one}key`])
  if (nameKey(param) !== 'id') wanted.add(nameKey(param))
  for (const property of resource.properties.keys()) {
    if (wanted.has(nameKey(property))) return { property, param: parent.keyAt }
  }
  return undefined
}

/** A list that can be added to, whose items have no path of their own. */
function addOwn(inference: Inference, node: PathNode, home: Collection, list: Spot): void {
  const { shape, ops } = node
  const noun = nounOf(shape, shape.segments.length)
  const resource = inference.addResource({ noun, home, keyAt: 0, keyCount: 0, schema: list.schema })
  inference.addRole('list', ops.get('GET')!, resource, shape, list)
  inference.addWrite('create', ops.get('POST'), resource, shape)
  if (resource.isCreatable) inference.list.push(resource)
}

/** What lives elsewhere and has the schema of this list's items. */
function listedBy(inference: Inference, list: Spot, noun: string): Resource | undefined {
  if (membersOf(list.schema, inference.schemas).size === 0) return undefined
  return best(inference, list.schema, noun)
}

function madeBy(inference: Inference, node: PathNode, noun: string): Resource | undefined {
  const { schema } = successOf(node.ops.get('POST')!, [201])
  if (schema === undefined) return undefined
  const item = findItem(schema, noun, inference.schemas).schema
  if (membersOf(item, inference.schemas).size === 0) return undefined
  const found = best(inference, item, noun)
  return found !== undefined && isSameNoun(found.noun, noun) ? found : undefined
}

function best(
  inference: Inference,
  schema: Resource['schema'],
  noun: string,
): Resource | undefined {
  const same = inference.list.filter((one) => !one.isSingle && isSameSchema(one.schema, schema))
  const named = same.filter((one) => isSameNoun(one.noun, noun))
  return (
    named.find((one) => one.isCreatable) ??
    named[0] ??
    same.find((one) => one.isCreatable) ??
    same[0]
  )
}

function isSameNoun(a: string, b: string): boolean {
  return nameKey(singular(a)) === nameKey(singular(b))
}

/** A GET with no resource of its own still hangs under one that must be there. */
function addSample(inference: Inference, node: PathNode): void {
  const op = node.ops.get('GET')
  if (op === undefined || inference.roles.has(op)) return
  const { shape } = node
  const at = inference.collectionAt(shape, shape.segments.length)
  const reply = successOf(op)
  const noun = nounOf(shape, shape.segments.length)
  const spot = inference.listOf(node, noun)
  inference.roles.set(op, {
    kind: 'sample',
    op,
    resource: undefined,
    at,
    names: shape.names,
    reply,
    spot,
    body: undefined,
  })
}
