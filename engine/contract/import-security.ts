import type { Operation, SecurityScheme } from './contract.ts'
import { childOf, childrenOf, follow, warn, warnOf, type OpenApiDocument } from './document.ts'
import { setOwn } from './problem.ts'
import { isRecord } from './schema.ts'

/** Reads the ways in which a caller can show who it is. */
export function toSecuritySchemes(document: OpenApiDocument): Record<string, SecurityScheme> {
  const root = { value: document.root, pointer: '' }
  const declared =
    document.version === '2.0'
      ? childOf(root, 'securityDefinitions')
      : childOf(childOf(root, 'components'), 'securitySchemes')
  const schemes: Record<string, SecurityScheme> = {}
  for (const [name, item] of childrenOf(declared)) {
    try {
      const place = follow(document, item)
      const scheme = isRecord(place.value) ? toScheme(place.value) : undefined
      const fix = 'Use basic, http, apiKey, oauth2, openIdConnect or mutualTLS.'
      if (scheme) schemes[name] = scheme
      else warn(document, `The security scheme ${name} has an unknown type`, { ...place, fix })
    } catch (error) {
      warnOf(document, error, 'the security scheme is left out')
    }
  }
  return schemes
}

function toScheme(value: Record<string, unknown>): SecurityScheme | undefined {
  const { type } = value
  if (type === 'basic') return { type: 'http', scheme: 'basic' }
  if (type === 'http') return { type, scheme: String(value['scheme'] ?? 'basic').toLowerCase() }
  if (type === 'oauth2' || type === 'openIdConnect' || type === 'mutualTLS') return { type }
  const place = value['in']
  const isPlace = place === 'header' || place === 'query' || place === 'cookie'
  if (type !== 'apiKey' || !isPlace) return undefined
  return { type, in: place, name: String(value['name'] ?? '') }
}

/** Reads security requirements; the document's hold where an operation says nothing. */
export function toSecurity(own: unknown, general: unknown): Operation['security'] {
  const list = Array.isArray(own) ? own : Array.isArray(general) ? general : []
  return list.filter(isRecord).map((alternative) => {
    const needed: Record<string, string[]> = {}
    for (const [name, scopes] of Object.entries(alternative))
      setOwn(needed, name, Array.isArray(scopes) ? scopes.filter((s) => typeof s === 'string') : [])
    return needed
  })
}
