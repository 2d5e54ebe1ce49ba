import type { Contract, Operation, Schema } from '../contract/contract.ts'
import { resolveSchema, typesOf } from '../contract/schema.ts'
import { bodyFactOf } from './bodies.ts'
import { matchIdNames } from './names.ts'
import { countParams, keyOf, literalsOf, shapeOf, type PathShape } from './paths.ts'
import type { Collection, IdFact, Resource, Role, RoleKind } from './resource.ts'
import { findItem, findList, scalarNames, successOf, type Spot } from './shapes.ts'
import { membersOf } from './members.ts'

/** A path and its operations by method. */
export interface PathNode {
  shape: PathShape
  ops: Map<string, Operation>
}

/** What has been found out so far about a contract's paths, and how to add to it. */
export class Inference {
  readonly contract: Contract
  readonly schemas: Contract['schemas']
  readonly nodes = new Map<string, PathNode>()
  readonly roles = new Map<Operation, Role>()
  readonly list: Resource[] = []
  /** Resources by the key of their item's path. */
  readonly byItem = new Map<string, Resource>()
  /** Parameter schemas by the key of the path that ends with them: one that says number, else the first. */
  readonly params = new Map<string, Schema>()
  /** An operation's own parameter names; those of its node may be another's. */
  readonly names = new Map<Operation, readonly string[]>()

  constructor(contract: Contract) {
    this.contract = contract
    this.schemas = contract.schemas
    for (const op of contract.operations) {
      const shape = shapeOf(op.path)
      this.names.set(op, shape.names)
      this.#noteParams(op, shape)
      const node = this.nodes.get(shape.key) ?? { shape, ops: new Map<string, Operation>() }
      this.nodes.set(shape.key, node)
      if (!node.ops.has(op.method)) node.ops.set(op.method, op)
    }
  }

  #noteParams(op: Operation, { segments, names }: PathShape): void {
    let index = 0
    let key = ''
    for (const segment of segments) {
      key += `/${segment.key}`
      const name = names[index]
      index += segment.count
      if (!segment.isParam) continue
      const param = op.params.find((one) => one.in === 'path' && one.name === name)
      if (param === undefined) continue
      if (!this.params.has(key) || this.isNumber(param.schema)) this.params.set(key, param.schema)
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
    const properties = membersOf(schema, this.schemas)
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
      names: this.names.get(op)!,
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
    for (const [name, schema] of membersOf(members, this.schemas)) {
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
    const properties = membersOf(schema, this.schemas)
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

  #idOf(
    param: string | undefined,
    noun: string,
    properties: ReadonlyMap<string, Schema>,
    [paramSchema = {}, made]: (Schema | undefined)[],
  ): IdFact {
    const names = matchIdNames(param ?? 'id', noun, scalarNames(properties, this.schemas))
    // A name is no id where paths take numbers only.
    const isName = names.property !== undefined && /^(name|title|slug)$/i.test(names.property)
    if (isName && this.isNumber(paramSchema)) names.property = undefined
    const own = names.property === undefined ? undefined : properties.get(names.property)
    // A creation may answer with a number where the item itself has a text, or with the bare number.
    const told =
      made === undefined ? undefined : membersOf(made, this.schemas).get(names.property ?? 'id')
    const bare = made !== undefined && membersOf(made, this.schemas).size === 0 ? made : undefined
    const isNumeric = [own, told, bare, paramSchema].some(
      (one) => one !== undefined && this.isNumber(one),
    )
    const isText = [own, paramSchema].every((one) => typesOf(one, this.schemas).has('string'))
    // Of two descriptions of the same text, an id has to fit both.
    const schema = isText && !isNumeric ? { allOf: [own, paramSchema] } : (own ?? paramSchema)
    return { ...names, isNumeric, schema }
  }

  /** True when every value of the schema is a number. */
  isNumber(schema: Schema): boolean {
    const types = [...typesOf(schema, this.schemas)].filter((type) => type !== 'null')
    return types.length > 0 && types.every((type) => type === 'integer' || type === 'number')
  }
}

/** Some operations only send their caller elsewhere (303): what they do there is unknown. */
export function isDone(op: Operation): boolean {
  const statuses = Object.keys(op.replies)
  return (
    !statuses.some((status) => status.startsWith('3')) ||
    statuses.some((status) => status.startsWith('2'))
  )
}

function innerOf(schema: Schema, path: string[], schemas: Contract['schemas']): Schema | undefined {
  return path.reduce<Schema | undefined>((at, name) => membersOf(at, schemas).get(name), schema)
}

/** `PUT /groups/{}/users/{}` without a body ties two things together. */
export function isLink(node: PathNode): boolean {
  const put = node.ops.get('PUT')
  return put !== undefined && put.body === undefined && node.shape.segments.at(-1)?.isParam === true
}
