import type { Contract, Operation, Schema } from '../contract/contract.ts'
import { isRecord, refName, toRef } from '../contract/schema.ts'

/** Several documents of one service as one contract; what two of them call the same and mean differently is told apart. */
export function mergeContracts(name: string, contracts: readonly Contract[]): Contract {
  const out: Contract = {
    name,
    version: contracts[0]?.version ?? '1',
    operations: [],
    schemas: {},
    security: {},
  }
  const ids = new Set<string>()
  const routes = new Set<string>()
  contracts.forEach((contract, i) => {
    const renamed = new Map<string, string>()
    for (const [schemaName, schema] of Object.entries(contract.schemas)) {
      const known = out.schemas[schemaName]
      if (known !== undefined && JSON.stringify(known) !== JSON.stringify(schema))
        renamed.set(schemaName, `${schemaName}_${i + 1}`)
    }
    for (const [schemaName, schema] of Object.entries(contract.schemas))
      out.schemas[renamed.get(schemaName) ?? schemaName] = rename(schema, renamed) as Schema
    for (const [scheme, fact] of Object.entries(contract.security)) out.security[scheme] ??= fact
    for (const op of contract.operations) {
      const route = `${op.method} ${op.path.replaceAll(/\{[^}]*\}/g, '{}')}`
      if (routes.has(route)) continue
      routes.add(route)
      const id = ids.has(op.id) ? `${op.id}_${i + 1}` : op.id
      ids.add(id)
      out.operations.push({ ...(rename(op, renamed) as Operation), id })
    }
  })
  return out
}

function rename(value: unknown, renamed: ReadonlyMap<string, string>): unknown {
  if (renamed.size === 0) return value
  if (Array.isArray(value)) return value.map((one) => rename(one, renamed))
  if (!isRecord(value)) return value
  const ref = refName(value)
  if (ref !== undefined && renamed.has(ref)) return { ...value, ...toRef(renamed.get(ref)!) }
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, rename(one, renamed)]))
}
