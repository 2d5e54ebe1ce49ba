import type { ErrorObject, ValidateFunction } from 'ajv'
import { didYouMean } from '../../engine/nearest.ts'
import { AdminError } from './admin-error.ts'

/** What a receiver's address looks like. */
export const urlPattern = '^https?://[^/\\s]+'

const compiled = new WeakMap<object, ValidateFunction>()

/**
 * Holds a request's body against a JSON Schema; throws an AdminError that says which field is
 * wrong. Ajv is loaded on first use, since most servers are never administered.
 */
export async function checkInput(schema: object, input: unknown): Promise<void> {
  let check = compiled.get(schema)
  if (check === undefined) {
    const { Ajv2020 } = await import('ajv/dist/2020.js')
    check = new Ajv2020({ strict: false, discriminator: true }).compile(schema)
    compiled.set(schema, check)
  }
  if (check(input)) return
  const [error] = check.errors!
  throw new AdminError(400, `The request's body is not what is expected here: ${wordOf(error!)}.`, {
    where: `body${error!.instancePath}`,
    ...fixOf(schema, error!),
  })
}

function wordOf({ keyword, params, message }: ErrorObject): string {
  if (keyword === 'additionalProperties') return `"${params['additionalProperty']}" is not known`
  if (keyword === 'enum')
    return `must be one of ${(params['allowedValues'] as unknown[]).join(', ')}`
  if (keyword === 'discriminator') {
    const { tag, tagValue } = params as { tag: string; tagValue: unknown }
    return `"${String(tagValue)}" is no ${tag} that is known`
  }
  if (keyword === 'pattern' && params['pattern'] === urlPattern) return 'must be an http URL'
  return message ?? keyword
}

function fixOf(schema: object, { keyword, params, instancePath }: ErrorObject): { fix?: string } {
  const { properties } = schema as { properties?: object }
  if (keyword !== 'additionalProperties' || instancePath !== '' || properties === undefined)
    return {}
  return { fix: didYouMean(String(params['additionalProperty']), Object.keys(properties)) }
}
