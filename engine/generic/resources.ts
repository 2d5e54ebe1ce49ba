import type { Contract, Operation, Schema } from '../contract/contract.ts'
import { propertiesOf, resolveSchema, typesOf } from '../contract/schema.ts'
import { bodyFactOf, isCreate } from './bodies.ts'
import { matchIdNames } from './names.ts'
import { countParams, customVerb, keyOf, literalsOf, shapeOf, type PathShape } from './paths.ts'
import { addRelations } from './relations.ts'
import type { Collection, IdFact, Resource, Role, RoleKind } from './resource.ts'
import { addRpcRoles } from './rpc.ts'
import {
  bodySchemaOf,
  findItem,
  findList,
  isObjectSchema,
  overlapOf,
  scalarNames,
  successOf,
  type Spot,
} from './shapes.ts'

/** Everything that a contract's paths and schemas tell about what the service keeps. */
export interface Resources {
  list: Resource[]
  roles: Map<Operation, Role>
}

/** A path and its operations by method. */
export interface PathNode {
  shape: PathShape
  ops: Map<string, Operation>
}

const known = new WeakMap<Contract, Resources>()

/** Infers resources and the part that each operation plays for them; once per contract. */
export function resourcesOf(contract: Contract): Resources {
  let found = known.get(contract)
  if (found === undefined) known.set(contract, (found = new Inference(contract).infer()))
  return found
}

/** The work of inferring: paths first, from short to long, so that parents are known before their children. */
export class Inference {
  readonly contract: Contract
  readonly schemas: Contract['schemas']
  readonly nodes = new Map<string, PathNode>()
  readonly roles = new Map<Operation, Role>()
  readonly list: Resource[] = []
  /** Resources by the key of their item's path. */
  readonly byItem = new Map<string, Resource>()

  constructor(contract: Contract) {
    this.contract = contract
    this.schemas = contract.schemas
    for (const op of contract.operations) {
      const shape = shapeOf(op.path)
      const node = this.nodes.get(shape.key) ?? { shape, ops: new Map<string, Operation>() }
      this.nodes.set(shape.key, node)
      if (!node.ops.has(op.method)) node.ops.set(op.method, op)
    }
  }

  infer(): Resources {
    const nodes = [...this.nodes.values()].sort(
      (a, b) => a.shape.segments.length - b.shape.segments.length,
    )
    addRpcRoles(this, nodes)
    for (const node of nodes) if (node.shape.segments.at(-1)?.isParam) this.#addItems(node)
    for (const node of nodes) if (!node.shape.segments.at(-1)?.isParam) this.#addPlace(node)
    addRelations(this, nodes)
    for (const resource of this.list) this.#findMakers(resource)
    return { list: this.list, roles: this.roles }
  }

  /** `/users/{}`, with `/users` beside it. */
  #addItems(node: PathNode): void {
    const { segments } = node.shape
    const length = this.#collectionLength(node.shape)
    const place = this.nodes.get(keyOf(segments, length))
    const noun = nounOf(node.shape, length)
    const get = this.readOf(node, noun)
    const list = this.listOf(place, noun)
    const post = place?.ops.get('POST')
    if (get === undefined && isLink(node)) return // relations.ts looks at links
    const made = post && successOf(post, [201]).schema
    const madeItem = made === undefined ? undefined : findItem(made, noun, this.schemas).schema
    if (get === undefined && list === undefined && made === undefined) return
    const body = bodySchemaOf(post?.body) ?? bodySchemaOf(node.ops.get('PUT')?.body)
    const schema = firstTyped([get?.schema, list?.schema, madeItem, body], this.schemas)
    const keyAt = countParams(segments, length)
    const resource = this.addResource({
      noun,
      home: this.collectionAt(node.shape, length),
      keyAt,
      keyCount: node.shape.names.length - keyAt,
      schema,
      idParam: node.shape.names.at(-1)!,
      paramSchema: this.#keyParam(node),
      made: madeItem,
    })
    if (place !== undefined) this.#addCollectionRoles(place, resource, list)
    this.#addItemRoles(node, resource, get)
    this.#settle(resource, node.shape.key)
  }

  #addItemRoles(node: PathNode, resource: Resource, get: Spot | undefined): void {
    const { ops, shape } = node
    if (get !== undefined) this.addRole('read', ops.get('GET')!, resource, shape, get)
    this.addWrite('replace', ops.get('PUT'), resource, shape)
    this.addWrite('change', ops.get('PATCH'), resource, shape)
    if (get !== undefined) this.addWrite('change', ops.get('POST'), resource, shape)
    const remove = ops.get('DELETE')
    if (remove !== undefined && isDone(remove)) this.addRole('delete', remove, resource, shape)
  }

  #addCollectionRoles(place: PathNode, resource: Resource, list: Spot | undefined): void {
    if (list !== undefined) this.addRole('list', place.ops.get('GET')!, resource, place.shape, list)
    const post = place.ops.get('POST')
    if (post !== undefined && isCreate(post, resource.schema, resource.noun, this.schemas)) {
      this.addWrite('create', post, resource, place.shape)
    }
  }

  /** A place that holds no items of its own: one thing (`/me/settings`), or a list that can only be added to. */
  #addPlace(node: PathNode): void {
    const { ops, shape } = node
    const get = ops.get('GET')
    if (get === undefined || this.roles.has(get) || customVerb(shape.segments.at(-1))) return
    if (this.byItem.has(`${shape.key}/{}`)) return
    const noun = nounOf(shape, shape.segments.length)
    if (this.listOf(node, noun) !== undefined) return // relations.ts looks at lists
    const item = this.readOf(node, noun)
    const set = ops.get('PUT') ?? ops.get('PATCH') ?? ops.get('POST')
    if (item === undefined || set === undefined || this.#isAsked(get, item)) return
    const body = bodyFactOf(set, item.schema, this.schemas)
    if (body === undefined || overlapOf(body.schema, item.schema, this.schemas) < 0.5) return
    const home = this.collectionAt(shape, shape.segments.length)
    const resource = this.addResource({
      noun,
      home,
      keyAt: 0,
      keyCount: 0,
      schema: item.schema,
      isSingle: true,
    })
    this.addRole('read', get, resource, shape, item)
    this.addWrite('replace', ops.get('PUT'), resource, shape)
    this.addWrite('change', ops.get('PATCH'), resource, shape)
    this.addWrite(ops.has('PUT') ? 'change' : 'replace', ops.get('POST'), resource, shape)
    const remove = ops.get('DELETE')
    if (remove !== undefined) this.addRole('delete', remove, resource, shape)
    this.#settle(resource, undefined)
  }

  /** `GET /user?accountId=…` reads one of many: its query tells which. */
  #isAsked(op: Operation, item: Spot): boolean {
    const properties = propertiesOf(item.schema, this.schemas)
    return op.params.some(
      ({ in: place, name }) =>
        place === 'query' && (properties.has(name) || /(id|key|name|email)$/i.test(name)),
    )
  }

  /** Keeps a resource of which something is known to happen. */
  #settle(resource: Resource, itemKey: string | undefined): void {
    if (resource.operations.length === 0) return
    this.list.push(resource)
    if (itemKey !== undefined) this.byItem.set(itemKey, resource)
  }

  /** Where nothing creates, a PUT must; and a PUT that may answer 201 says that it does. */
  #findMakers(resource: Resource): void {
    const hasCreate = resource.isCreatable
    for (const op of resource.operations) {
      const role = this.roles.get(op)!
      if (role.kind !== 'replace' || (hasCreate && !Object.hasOwn(op.replies, '201'))) continue
      role.isUpsert = true
      resource.isCreatable = true
    }
  }

  addResource(facts: {
    noun: string
    home: Collection
    keyAt: number
    keyCount: number
    schema: Schema
    isSingle?: boolean
    idParam?: string
    paramSchema?: Schema
    made?: Schema | undefined
  }): Resource {
    const { noun, home, keyAt, keyCount, schema, isSingle = false } = facts
    const properties = propertiesOf(schema, this.schemas)
    const id = this.#idOf(facts.idParam, noun, properties, [facts.paramSchema, facts.made])
    return {
      noun,
      home,
      keyAt,
      keyCount,
      isSingle,
      schema,
      properties,
      id: isSingle ? { ...id, property: undefined } : id,
      writable: new Set(),
      isCreatable: false,
      read: undefined,
      operations: [],
    }
  }

  addRole(kind: RoleKind, op: Operation, resource: Resource, shape: PathShape, spot?: Spot): Role {
    const prefer = kind === 'delete' ? [204, 200] : kind === 'create' ? [201] : []
    const reply = successOf(op, prefer)
    const found =
      spot ??
      (reply.schema === undefined ? undefined : findItem(reply.schema, resource.noun, this.schemas))
    const isItem = shape.segments.at(-1)?.isParam === true
    const at =
      isItem || resource.isSingle ? resource.home : this.collectionAt(shape, shape.segments.length)
    const body = bodyFactOf(op, resource.schema, this.schemas)
    const role: Role = {
      kind,
      op,
      resource,
      at,
      names: shapeOf(op.path).names,
      reply,
      spot: found,
      body,
    }
    this.roles.set(op, role)
    resource.operations.push(op)
    if (kind === 'read') resource.read = op
    if (kind === 'create') resource.isCreatable = true
    return role
  }

  /** A write needs a body that tells of the item; otherwise its effect is unknown, and it gets no role. */
  addWrite(kind: RoleKind, op: Operation | undefined, resource: Resource, shape: PathShape): void {
    if (op === undefined || !isDone(op)) return
    const body = bodyFactOf(op, resource.schema, this.schemas)
    if (body === undefined && !(kind === 'create' && op.body === undefined)) return
    this.addRole(kind, op, resource, shape)
    const members =
      body && body.path.length > 0 ? innerOf(body.schema, body.path, this.schemas) : body?.schema
    for (const [name, schema] of propertiesOf(members ?? {}, this.schemas)) {
      if (resolveSchema(schema, this.schemas)['readOnly'] !== true) resource.writable.add(name)
    }
    if (body?.isValue) resource.writable.add('value')
  }

  /** What a GET at this path reads, when it is one thing and no list. */
  readOf(node: PathNode, noun: string): Spot | undefined {
    const op = node.ops.get('GET')
    if (op === undefined) return undefined
    const { schema } = successOf(op)
    if (schema === undefined) return undefined
    const types = typesOf(schema, this.schemas)
    if (types.size > 0 && !types.has('object')) return undefined
    return findItem(schema, noun, this.schemas)
  }

  /** Where the list lies that a GET at this path answers with; one thing with an id is no list. */
  listOf(node: PathNode | undefined, noun: string): Spot | undefined {
    const op = node?.ops.get('GET')
    const schema = op && successOf(op).schema
    if (schema === undefined) return undefined
    const properties = propertiesOf(schema, this.schemas)
    if (properties.has('id') || properties.has('key')) return undefined
    return findList(schema, noun, this.schemas)
  }

  collectionAt(shape: PathShape, length: number): Collection {
    const { segments } = shape
    let start = 0
    let parent: Resource | undefined
    for (let cut = length - 1; cut > 0 && parent === undefined; cut--) {
      parent = this.byItem.get(keyOf(segments, cut))
      if (parent !== undefined) start = cut
    }
    const literals = literalsOf(segments, start, length)
    return { key: keyOf(segments, length), parent, literals, from: countParams(segments, start) }
  }

  /** A key of several parameters (`/repos/{}/{}`) goes back to the first path that has operations. */
  #collectionLength({ segments }: PathShape): number {
    let length = segments.length - 1
    while (
      length > 1 &&
      segments[length - 1]!.isParam &&
      !this.nodes.has(keyOf(segments, length))
    ) {
      length--
    }
    return length
  }

  #idOf(
    param: string | undefined,
    noun: string,
    properties: ReadonlyMap<string, Schema>,
    [paramSchema = {}, made]: (Schema | undefined)[],
  ): IdFact {
    const names = matchIdNames(param ?? 'id', noun, scalarNames(properties, this.schemas))
    const own = names.property === undefined ? undefined : properties.get(names.property)
    // A creation may answer with a number where the item itself has a text, or with the bare number.
    const told =
      made === undefined ? undefined : propertiesOf(made, this.schemas).get(names.property ?? 'id')
    const bare =
      made !== undefined && propertiesOf(made, this.schemas).size === 0 ? made : undefined
    const isNumeric = [own, told, bare, paramSchema].some(
      (one) => one !== undefined && this.#isNumber(one),
    )
    return { ...names, isNumeric, schema: own ?? paramSchema }
  }

  #isNumber(schema: Schema): boolean {
    const types = [...typesOf(schema, this.schemas)].filter((type) => type !== 'null')
    return types.length > 0 && types.every((type) => type === 'integer' || type === 'number')
  }

  /** How paths spell the key: as a number where any operation on the item or below it says so. */
  #keyParam(node: PathNode): Schema {
    const index = node.shape.names.length - 1
    let first: Schema | undefined
    for (const other of this.nodes.values()) {
      const { key, names } = other.shape
      if (key !== node.shape.key && !key.startsWith(`${node.shape.key}/`)) continue
      for (const op of other.ops.values()) {
        const name = other === node ? shapeOf(op.path).names[index] : names[index]
        const param = op.params.find((one) => one.in === 'path' && one.name === name)
        if (param !== undefined && this.#isNumber(param.schema)) return param.schema
        first ??= param?.schema
      }
    }
    return first ?? {}
  }
}

/** `PUT /groups/{}/users/{}` without a body ties two things together. */
export function isLink(node: PathNode): boolean {
  const put = node.ops.get('PUT')
  return put !== undefined && put.body === undefined && node.shape.segments.at(-1)?.isParam === true
}

/** Some operations only send their caller elsewhere (303): what they do there is unknown. */
function isDone(op: Operation): boolean {
  const statuses = Object.keys(op.replies)
  return (
    !statuses.some((status) => status.startsWith('3')) ||
    statuses.some((status) => status.startsWith('2'))
  )
}

/** The last word of a path that is no parameter. */
export function nounOf(shape: PathShape, length: number): string {
  for (let i = length - 1; i >= 0; i--)
    if (!shape.segments[i]!.isParam) return shape.segments[i]!.key
  return 'item'
}

function firstTyped(candidates: (Schema | undefined)[], schemas: Contract['schemas']): Schema {
  const typed = candidates.find((one) => one !== undefined && propertiesOf(one, schemas).size > 0)
  return typed ?? candidates.find((one) => one !== undefined && isObjectSchema(one, schemas)) ?? {}
}

function innerOf(schema: Schema, path: string[], schemas: Contract['schemas']): Schema | undefined {
  return path.reduce<Schema | undefined>(
    (at, name) => propertiesOf(at ?? {}, schemas).get(name),
    schema,
  )
}
