import type { Contract, Operation, Param } from './contract.ts'
import { isRecord } from './schema.ts'

/**
 * Writes a contract as JSON with one operation and one schema per line, sorted: it differs from its
 * next version in the lines that changed, and loads as fast as any JSON.
 */
export function formatContract(contract: Contract): string {
  const operations = [...contract.operations].sort((a, b) => compare(a.id, b.id))
  const lines = operations.map((operation) => toLine(sortOperation(operation)))
  return `{
"name": ${JSON.stringify(contract.name)},
"version": ${JSON.stringify(contract.version)},
"security": ${toMap(contract.security)},
"operations": ${lines.length > 0 ? `[\n${lines.join(',\n')}\n]` : '[]'},
"schemas": ${toMap(contract.schemas)}
}
`
}

function toMap(map: Record<string, unknown>): string {
  const keys = Object.keys(map).sort(compare)
  const lines = keys.map((key) => `${JSON.stringify(key)}: ${toLine(sortKeys(map[key]))}`)
  return lines.length > 0 ? `{\n${lines.join(',\n')}\n}` : '{}'
}

/** By code unit: the same on every machine, whatever its language. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Line separators are legal in JSON, and break tools that read by line. */
function toLine(value: unknown): string {
  return JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
}

/** Parameters keep their order, since clients show them in it; id and route come first. */
function sortOperation(operation: Operation): unknown {
  const { id, method, path, params, ...rest } = operation
  return { id, method, path, params: params.map(sortParam), ...(sortKeys(rest) as object) }
}

function sortParam(param: Param): unknown {
  const { name, in: place, ...rest } = param
  return { name, in: place, ...(sortKeys(rest) as object) }
}

/** Properties of a schema keep their order: it is the order in which a vendor writes them. */
function sortKeys(value: unknown, isProperties = false): unknown {
  if (Array.isArray(value)) return value.map((item) => sortKeys(item))
  if (!isRecord(value)) return value
  const keys = isProperties ? Object.keys(value) : Object.keys(value).sort(compare)
  return Object.fromEntries(
    keys.map((key) => [
      key,
      isData(key, isProperties) ? value[key] : sortKeys(value[key], isProperty(key, isProperties)),
    ]),
  )
}

function isData(key: string, isProperties: boolean): boolean {
  return !isProperties && (key === 'default' || key === 'enum' || key === 'const')
}

function isProperty(key: string, isProperties: boolean): boolean {
  return !isProperties && key === 'properties'
}
