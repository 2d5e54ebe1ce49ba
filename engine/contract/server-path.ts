import { childOf, itemsOfPlace, type OpenApiDocument, type Place } from './document.ts'
import { isRecord } from './schema.ts'

/** The path of the server that an operation lives on, without a slash at its end. */
export function basePathOf(document: OpenApiDocument, item: Place, operation: Place): string {
  if (document.version === '2.0') return toPath(String(document.root['basePath'] ?? ''))
  const root = { value: document.root, pointer: '' }
  for (const owner of [operation, item, root]) {
    const server = itemsOfPlace(childOf(owner, 'servers'))[0]?.value
    if (isRecord(server) && typeof server['url'] === 'string')
      return toPath(withVariables(server['url'], server['variables']))
  }
  return ''
}

function withVariables(url: string, variables: unknown): string {
  return url.replaceAll(/\{([^}]*)\}/g, (whole, name: string) => {
    const variable = isRecord(variables) ? variables[name] : undefined
    const value = isRecord(variable) ? variable['default'] : undefined
    return value === undefined ? whole : String(value)
  })
}

function toPath(url: string): string {
  const path = url.replace(/^([a-z][a-z0-9+.-]*:)?\/\/[^/]*/i, '').replace(/[?#].*$/, '')
  const rooted = path === '' || path.startsWith('/') ? path : `/${path}`
  return rooted.replace(/\/+$/, '')
}
