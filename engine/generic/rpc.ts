import type { Operation, Schema } from '../contract/contract.ts'
import { nameKey, singular } from './names.ts'
import { keyOf, shapeOf } from './paths.ts'
import type { Collection, Resource, Role, RoleKind } from './resource.ts'
import type { Inference, PathNode } from './inference.ts'
import { bodySchemaOf, findItem, findList, successOf } from './shapes.ts'
import { membersOf } from './members.ts'

const verbs: Readonly<Record<string, RoleKind>> = {
  create: 'create',
  add: 'create',
  new: 'create',
  list: 'list',
  info: 'read',
  get: 'read',
  show: 'read',
  read: 'read',
  retrieve: 'read',
  describe: 'read',
  update: 'change',
  edit: 'change',
  modify: 'change',
  change: 'change',
  delete: 'delete',
  remove: 'delete',
  destroy: 'delete',
}

interface Service {
  noun: string
  /** Path before the verb. */
  base: string
  nodes: Map<RoleKind, PathNode>
}

/**
 * Services that name what they do in the last word of the path (`/api/users.list`,
 * `/things/create`). Taken only where making and reading are both there and agree on an id.
 */
export function addRpcRoles(inference: Inference, nodes: readonly PathNode[]): void {
  const services = new Map<string, Service>()
  for (const node of nodes) {
    const found = verbOf(inference, node)
    if (found === undefined) continue
    const service = services.get(found.base) ?? { ...found, nodes: new Map<RoleKind, PathNode>() }
    services.set(found.base, service)
    if (!service.nodes.has(found.kind)) service.nodes.set(found.kind, node)
  }
  for (const service of services.values()) addService(inference, service)
  for (const node of nodes) addPlainRead(inference, node)
}

/** `team.info`, `users.lookupByEmail`: a POST by method, a read by name. */
function addPlainRead(inference: Inference, { shape, ops }: PathNode): void {
  const last = shape.segments.at(-1)
  const op = ops.get('POST')
  if (last === undefined || op === undefined || inference.roles.has(op)) return
  if (!/\.(list|info|get|lookup|search|read|show|describe|retrieve)([A-Z]\w*)?$/.test(last.key))
    return
  const at = inference.collectionAt(shape, shape.segments.length)
  const reply = successOf(op)
  const spot =
    reply.schema === undefined
      ? undefined
      : findList(reply.schema, last.key.split('.')[0]!, inference.schemas)
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

function verbOf(
  inference: Inference,
  { shape, ops }: PathNode,
): { base: string; noun: string; kind: RoleKind } | undefined {
  const last = shape.segments.at(-1)
  if (last === undefined || last.count > 0 || ops.size > 2) return undefined
  const above = keyOf(shape.segments, shape.segments.length - 1)
  const dot = last.key.lastIndexOf('.')
  if (dot > 0) {
    const kind = verbs[last.key.slice(dot + 1)]
    const noun = last.key.slice(0, dot)
    return kind && { base: `${above}/${noun}`, noun: noun.slice(noun.lastIndexOf('.') + 1), kind }
  }
  const kind = verbs[last.key]
  const before = shape.segments.at(-2)
  if (kind === undefined || before === undefined || before.count > 0) return undefined
  if (inference.nodes.has(`${above}/{}`) || inference.nodes.has(above)) return undefined
  return { base: above, noun: before.key, kind }
}

function addService(inference: Inference, service: Service): void {
  const { noun, nodes, base } = service
  const create = operationOf(nodes.get('create'))
  const read = operationOf(nodes.get('read'))
  const list = operationOf(nodes.get('list'))
  if (create === undefined || (read === undefined && list === undefined)) return
  const schema = schemaOf(inference, noun, read, create, list)
  if (schema === undefined || !membersOf(schema, inference.schemas).has('id')) return
  const home: Collection = { key: base, parent: undefined, literals: base.split('{}'), from: 0 }
  const resource = inference.addResource({
    noun,
    home,
    keyAt: 0,
    keyCount: 0,
    schema,
    idParam: 'id',
  })
  for (const [kind, node] of nodes) addRpcRole(inference, resource, kind, operationOf(node)!)
  if (inference.roles.get(create) !== undefined) inference.list.push(resource)
}

/** The POST where there are several: they do the same. */
function operationOf(node: PathNode | undefined): Operation | undefined {
  return node?.ops.get('POST') ?? node?.ops.values().next().value
}

function schemaOf(
  inference: Inference,
  noun: string,
  read: Operation | undefined,
  create: Operation,
  list: Operation | undefined,
): Schema | undefined {
  const { schemas } = inference
  for (const op of [read, create]) {
    const reply = op && successOf(op).schema
    if (reply === undefined) continue
    const item = findItem(reply, noun, schemas)
    if (item.path.length > 0 || membersOf(item.schema, schemas).has('id')) return item.schema
  }
  const reply = list && successOf(list).schema
  return reply && findList(reply, noun, schemas)?.schema
}

function addRpcRole(inference: Inference, resource: Resource, kind: RoleKind, op: Operation): void {
  const { schemas } = inference
  const { noun } = resource
  const inputs = inputsOf(op, inference)
  const reply = successOf(op)
  if (reply.schema === undefined && kind !== 'delete') return
  const spot =
    kind === 'list'
      ? findList(reply.schema!, noun, schemas)
      : reply.schema === undefined
        ? undefined
        : findItem(reply.schema, noun, schemas)
  if (kind === 'list' && spot === undefined) return
  const keyArg =
    kind === 'create' || kind === 'list' ? undefined : keyArgOf(noun, spot?.path[0], inputs)
  if (keyArg === undefined && kind !== 'create' && kind !== 'list') return
  const body = { schema: bodySchemaOf(op.body) ?? {}, path: [], isValue: false, isLoose: true }
  const { names } = shapeOf(op.path)
  const role: Role = { kind, op, resource, at: resource.home, names, reply, spot, body }
  if (keyArg !== undefined) role.keyArg = keyArg
  inference.roles.set(op, role)
  resource.operations.push(op)
  if (kind === 'read') resource.read = op
  if (kind === 'create') resource.isCreatable = true
  if (kind === 'read' || kind === 'list' || kind === 'delete') return
  for (const name of inputs) if (resource.properties.has(name)) resource.writable.add(name)
}

function inputsOf(op: Operation, inference: Inference): string[] {
  const query = op.params.filter((param) => param.in === 'query').map((param) => param.name)
  return [...query, ...membersOf(bodySchemaOf(op.body) ?? {}, inference.schemas).keys()]
}

function keyArgOf(
  noun: string,
  envelope: string | undefined,
  inputs: string[],
): string | undefined {
  const one = nameKey(singular(noun))
  const inner = envelope === undefined ? one : nameKey(envelope)
  for (const wanted of [one, `${one}id`, inner, `${inner}id`, 'id']) {
    const found = inputs.find((name) => nameKey(name) === wanted)
    if (found !== undefined) return found
  }
  return undefined
}
