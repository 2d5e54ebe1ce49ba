import type { Call } from '../engine/call.ts'
import { createChance, drawFraction } from '../engine/chance.ts'
import type { Operation, Param } from '../engine/contract/contract.ts'
import { sampleSchema } from '../engine/contract/sample.ts'
import type { World } from '../engine/world.ts'

/** A call that the contract allows, with values from the operation's own chance. */
export function callFor(
  world: World,
  op: Operation,
  salt: string,
): Call & { headers: Record<string, string> } {
  const chance = createChance(`${op.id}:${salt}`)
  const { contract } = [...world.twins.values()].find((twin) =>
    twin.contract.operations.includes(op),
  )!
  const make = (schema: Param['schema'], hint: string): unknown =>
    sampleSchema(contract, schema, {
      random: () => drawFraction(chance),
      now: world.now(),
      hint,
      direction: 'request',
    })
  const path = op.path.replace(/\{([^}]+)\}/g, (_whole, param: string) => {
    const declared = op.params.find((one) => one.in === 'path' && one.name === param)
    return encodeURIComponent(textOf(make(declared?.schema ?? { type: 'string' }, param)) || 'x')
  })
  const query = op.params
    .filter((one) => one.in === 'query' && one.required)
    .map(
      (one) =>
        `${encodeURIComponent(one.name)}=${encodeURIComponent(textOf(make(one.schema, one.name)))}`,
    )
  const call = { method: op.method, path: query.length > 0 ? `${path}?${query.join('&')}` : path }
  const type = Object.keys(op.body?.types ?? {}).find((one) => /json|form-urlencoded/.test(one))
  if (type === undefined) return { ...call, headers: {} }
  const body = make(op.body!.types[type]!, 'body')
  const sent = type.includes('json') ? JSON.stringify(body) : formOf(body)
  return { ...call, headers: { 'content-type': type }, body: sent }
}

function formOf(body: unknown): string {
  const form = new URLSearchParams()
  for (const [key, value] of Object.entries((body ?? {}) as object)) form.set(key, textOf(value))
  return form.toString()
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
