import type { Contract, Operation } from '../contract/contract.ts'
import { Inference } from './inference.ts'
import { addItems, addPlace } from './items.ts'
import { addRelations } from './relations.ts'
import type { Resource, Role } from './resource.ts'
import { addRpcRoles } from './rpc.ts'
import { isSameSchema } from './shapes.ts'

/** Everything that a contract's paths and schemas tell about what the service keeps. */
export interface Resources {
  list: Resource[]
  roles: Map<Operation, Role>
}

const known = new WeakMap<Contract, Resources>()

/** Infers resources and the part that each operation plays for them; once per contract. */
export function resourcesOf(contract: Contract): Resources {
  let found = known.get(contract)
  if (found === undefined) known.set(contract, (found = infer(contract)))
  return found
}

/** Paths from short to long, so that parents are known before their children. */
function infer(contract: Contract): Resources {
  const inference = new Inference(contract)
  const nodes = [...inference.nodes.values()].sort(
    (a, b) => a.shape.segments.length - b.shape.segments.length,
  )
  addRpcRoles(inference, nodes)
  for (const node of nodes) if (node.shape.segments.at(-1)?.isParam) addItems(inference, node)
  for (const node of nodes) if (!node.shape.segments.at(-1)?.isParam) addPlace(inference, node)
  addRelations(inference, nodes)
  for (const resource of inference.list) {
    findMakers(inference, resource)
    shareSchema(inference, resource)
  }
  return { list: inference.list, roles: inference.roles }
}

/** Where nothing creates, a PUT must; and a PUT that may answer 201 says that it does. */
function findMakers(inference: Inference, resource: Resource): void {
  const hasCreate = resource.isCreatable
  for (const op of resource.operations) {
    const role = inference.roles.get(op)!
    if (role.kind !== 'replace' || (hasCreate && !Object.hasOwn(op.replies, '201'))) continue
    role.isUpsert = true
    resource.isCreatable = true
  }
}

/** Replies that show the item whole share one schema object, so that a look at it tells as much. */
function shareSchema(inference: Inference, resource: Resource): void {
  for (const op of resource.operations) {
    const role = inference.roles.get(op)!
    if (role.spot === undefined || !isSameSchema(role.spot.schema, resource.schema)) continue
    role.spot = { path: role.spot.path, schema: resource.schema }
  }
}
