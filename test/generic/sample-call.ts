import type { Call, Reply } from '../../engine/call.ts'
import { createChance, drawFraction } from '../../engine/chance.ts'
import type { Operation, Schema } from '../../engine/contract/contract.ts'
import { sampleSchema } from '../../engine/contract/sample.ts'
import { jsonOf } from '../../engine/generic/shapes.ts'
import type { TwinDefinition } from '../../engine/twin.ts'
import type { World } from '../../engine/world.ts'
import { formFor, headersFor, queryFor } from '../sent-parts.ts'

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
  const { contract } = [...world.twins.values()][0]!
  const sample = (schema: Schema, hint: string, depthMax = 3): unknown =>
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
  const search = queryFor(op, sample).toString()
  const call: Call = { method: op.method, path: search === '' ? filled : `${filled}?${search}` }
  const headers = headersFor(op, sample)
  const sent = op.body && (jsonOf(op.body.types) ?? formIn(op.body.types))
  if (sent !== undefined) {
    const value = sample(sent[1], '', change === 'plain' ? 0 : 3) ?? {}
    call.body = sent[0] === formType ? formFor(op, value) : JSON.stringify(value)
    headers['content-type'] = sent[0]
  }
  if (Object.keys(headers).length > 0) call.headers = headers
  return call
}

const formType = 'application/x-www-form-urlencoded'

function formIn(types: Record<string, Schema>): [string, Schema] | undefined {
  return Object.hasOwn(types, formType) ? [formType, types[formType]!] : undefined
}

/** What a call's body says, as far as it is plain: JSON, or the texts of a form. */
export function sentIn(call: Call): unknown {
  const body = String(call.body ?? '{}')
  return call.headers?.['content-type'] === formType
    ? Object.fromEntries(new URLSearchParams(body))
    : JSON.parse(body)
}

/** The values of an operation's path parameters in a call, where each fills its segment. */
export function valuesIn(op: Operation, call: Call): string[] {
  const values = call.path.split('?')[0]!.split('/').slice(1)
  const segments = op.path.split('/').slice(1)
  return values.filter((_, i) => segments[i]!.startsWith('{')).map(decodeURIComponent)
}

/** The id at the end of the place that a reply tells of. */
export function locationOf(reply: Reply): string | undefined {
  const location = reply.headers['location']
  return typeof location === 'string' ? decodeURIComponent(location.split('/').at(-1)!) : undefined
}
