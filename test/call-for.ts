import type { Call } from '../engine/call.ts'
import { createChance, drawFraction } from '../engine/chance.ts'
import type { Operation, Param } from '../engine/contract/contract.ts'
import { sampleSchema } from '../engine/contract/sample.ts'
import type { World } from '../engine/world.ts'
import { bodyFor, headersFor, queryFor } from './sent-parts.ts'

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
  const query = queryFor(op, make).toString()
  const call = { method: op.method, path: query === '' ? path : `${path}?${query}` }
  const headers = headersFor(op, make)
  const sent = bodyFor(op, make)
  if (sent === undefined) return { ...call, headers }
  return { ...call, headers: { ...headers, 'content-type': sent.type }, body: sent.body }
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
