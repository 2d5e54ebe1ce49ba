import type { Call } from '../../engine/call.ts'
import { createChance, drawFraction } from '../../engine/chance.ts'
import type { Operation } from '../../engine/contract/contract.ts'
import { sampleSchema } from '../../engine/contract/sample.ts'
import { jsonOf } from '../../engine/generic/shapes.ts'
import type { TwinDefinition } from '../../engine/twin.ts'
import type { World } from '../../engine/world.ts'

/** The same twin, open to callers without a credential. */
export function openTo(definition: TwinDefinition<never>): TwinDefinition<never> {
  return { ...definition, auth: () => undefined }
}

/** Values of path parameters in order; what is left open is sampled. */
export type Path = readonly (string | undefined)[]

/** A valid call of an operation: what it requires, sampled from its own id; some path values given. */
export function callOf(world: World, op: Operation, path: Path = [], change = ''): Call {
  let chance = createChance(`${op.id}${change}`)
  const random = (): number => drawFraction(chance)
  const depthMax = change === 'plain' ? 0 : 3
  const { contract } = [...world.twins.values()][0]!
  const sample = (schema: Operation['params'][number]['schema'], hint: string): unknown =>
    sampleSchema(contract, schema, {
      random,
      now: world.now(),
      hint,
      direction: 'request',
      depthMax,
    })
  const schemas = new Map(
    op.params.filter((param) => param.in === 'path').map((one) => [one.name, one.schema]),
  )
  let at = 0
  const filled = op.path.replace(/\{(\w[^}]*)\}/g, (_, name: string) => {
    const given = path[at++]
    if (given !== undefined) return encodeURIComponent(given)
    const own = chance
    // The same parameter has the same value in every call.
    chance = createChance(name)
    const made = String(sample(schemas.get(name) ?? { type: 'string' }, name))
    chance = own
    return encodeURIComponent(made)
  })
  const query = new URLSearchParams()
  for (const param of op.params) {
    if (param.in !== 'query' || param.required !== true) continue
    const value = sample(param.schema, param.name)
    query.set(param.name, typeof value === 'object' ? JSON.stringify(value) : String(value))
  }
  const search = query.toString()
  const call: Call = { method: op.method, path: search === '' ? filled : `${filled}?${search}` }
  const json = op.body && jsonOf(op.body.types)
  if (json !== undefined) {
    call.body = JSON.stringify(sample(json[1], '') ?? {})
    call.headers = { 'content-type': json[0] }
  }
  return call
}
