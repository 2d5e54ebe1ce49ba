import type { Contract, Operation, Schema } from '../contract/contract.ts'
import { bodyFactOf, isCreate } from './bodies.ts'
import { isDone, isLink, type Inference, type PathNode } from './inference.ts'
import { countParams, customVerb, keyOf, nounOf, type PathShape } from './paths.ts'
import type { Resource } from './resource.ts'
import {
  bodySchemaOf,
  findItem,
  isObjectSchema,
  overlapOf,
  successOf,
  type Spot,
} from './shapes.ts'
import { membersOf } from './members.ts'

/** `/users/{}`, with `/users` beside it. */
export function addItems(inference: Inference, node: PathNode): void {
  const { segments } = node.shape
  const length = collectionLength(inference, node.shape)
  const place = inference.nodes.get(keyOf(segments, length))
  const noun = nounOf(node.shape, length)
  const get = inference.readOf(node, noun)
  const list = inference.listOf(place, noun)
  const post = place?.ops.get('POST')
  if (get === undefined && isLink(node)) return // relations.ts looks at links
  const made = post && successOf(post, [201]).schema
  const madeItem = made === undefined ? undefined : findItem(made, noun, inference.schemas).schema
  if (get === undefined && list === undefined && made === undefined) return
  const body = bodySchemaOf(post?.body) ?? bodySchemaOf(node.ops.get('PUT')?.body)
  const schema = firstTyped([get?.schema, list?.schema, madeItem, body], inference.schemas)
  const keyAt = countParams(segments, length)
  const resource = inference.addResource({
    noun,
    home: inference.collectionAt(node.shape, length),
    keyAt,
    keyCount: node.shape.names.length - keyAt,
    schema,
    idParam: node.shape.names.at(-1)!,
    paramSchema: inference.params.get(node.shape.key) ?? {},
    made: madeItem,
  })
  if (place !== undefined) addCollectionRoles(inference, place, resource, list)
  addItemRoles(inference, node, resource, get)
  settle(inference, resource, node.shape.key)
}

function addItemRoles(
  inference: Inference,
  node: PathNode,
  resource: Resource,
  get: Spot | undefined,
): void {
  const { ops, shape } = node
  if (get !== undefined) inference.addRole('read', ops.get('GET')!, resource, shape, get)
  inference.addWrite('replace', ops.get('PUT'), resource, shape)
  inference.addWrite('change', ops.get('PATCH'), resource, shape)
  if (get !== undefined) inference.addWrite('change', ops.get('POST'), resource, shape)
  const remove = ops.get('DELETE')
  if (remove !== undefined && isDone(remove)) inference.addRole('delete', remove, resource, shape)
}

function addCollectionRoles(
  inference: Inference,
  place: PathNode,
  resource: Resource,
  list: Spot | undefined,
): void {
  if (list !== undefined)
    inference.addRole('list', place.ops.get('GET')!, resource, place.shape, list)
  const post = place.ops.get('POST')
  if (post !== undefined && isCreate(post, resource.schema, resource.noun, inference.schemas)) {
    inference.addWrite('create', post, resource, place.shape)
  }
}

/** A place that holds no items of its own: one thing (`/me/settings`), or a list that can only be added to. */
export function addPlace(inference: Inference, node: PathNode): void {
  const { ops, shape } = node
  const get = ops.get('GET')
  if (get === undefined || inference.roles.has(get) || customVerb(shape.segments.at(-1))) return
  if (inference.byItem.has(`${shape.key}/{}`)) return
  const noun = nounOf(shape, shape.segments.length)
  if (inference.listOf(node, noun) !== undefined) return // relations.ts looks at lists
  const item = inference.readOf(node, noun)
  const set = ops.get('PUT') ?? ops.get('PATCH') ?? ops.get('POST')
  if (item === undefined || set === undefined || isAsked(inference, get, item)) return
  const body = bodyFactOf(set, item.schema, inference.schemas)
  if (body === undefined || overlapOf(body.schema, item.schema, inference.schemas) < 0.5) return
  const home = inference.collectionAt(shape, shape.segments.length)
  const resource = inference.addResource({
    noun,
    home,
    keyAt: 0,
    keyCount: 0,
    schema: item.schema,
    isSingle: true,
  })
  inference.addRole('read', get, resource, shape, item)
  inference.addWrite('replace', ops.get('PUT'), resource, shape)
  inference.addWrite('change', ops.get('PATCH'), resource, shape)
  inference.addWrite(ops.has('PUT') ? 'change' : 'replace', ops.get('POST'), resource, shape)
  const remove = ops.get('DELETE')
  if (remove !== undefined) inference.addRole('delete', remove, resource, shape)
  settle(inference, resource, undefined)
}

/** `GET /user?accountId=…` reads one of many: its query tells which. */
function isAsked(inference: Inference, op: Operation, item: Spot): boolean {
  const properties = membersOf(item.schema, inference.schemas)
  return op.params.some(
    ({ in: place, name }) =>
      place === 'query' && (properties.has(name) || /(id|key|name|email)$/i.test(name)),
  )
}

/** Keeps a resource of which something is known to happen. */
function settle(inference: Inference, resource: Resource, itemKey: string | undefined): void {
  if (resource.operations.length === 0) return
  inference.list.push(resource)
  if (itemKey !== undefined) inference.byItem.set(itemKey, resource)
}

/** A key of several parameters (`/repos/{}/{}`) goes back to the first path that has operations. */
function collectionLength(inference: Inference, { segments }: PathShape): number {
  let length = segments.length - 1
  while (
    length > 1 &&
    segments[length - 1]!.isParam &&
    !inference.nodes.has(keyOf(segments, length))
  ) {
    length--
  }
  return length
}

function firstTyped(candidates: (Schema | undefined)[], schemas: Contract['schemas']): Schema {
  const typed = candidates.find((one) => one !== undefined && membersOf(one, schemas).size > 0)
  return typed ?? candidates.find((one) => one !== undefined && isObjectSchema(one, schemas)) ?? {}
}
