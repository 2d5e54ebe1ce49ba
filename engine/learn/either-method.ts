import type { Contract, Operation } from '../contract/contract.ts'
import { procedureOf } from './procedures.ts'

const otherMethod: Readonly<Record<string, string>> = { GET: 'POST', POST: 'GET' }

/**
 * Services of procedures (`/api/rooms.list`) often take GET for POST and the other way round, whatever their document
 * says: where traffic shows it of one, it holds for all.
 */
export function eitherMethod(contract: Contract, added: readonly Operation[]): Operation[] {
  const known = new Set(
    [...contract.operations, ...added].map(({ method, path }) => `${method} ${path}`),
  )
  const documented = new Map(contract.operations.map((op) => [`${op.method} ${op.path}`, op]))
  const isShown = added.some(
    ({ method, path }) =>
      procedureOf(path) !== undefined && documented.has(`${otherMethod[method]} ${path}`),
  )
  if (!isShown) return []
  return contract.operations.flatMap((op): Operation[] => {
    const method = otherMethod[op.method]
    if (method === undefined || procedureOf(op.path) === undefined) return []
    if (known.has(`${method} ${op.path}`)) return []
    const { body: _body, ...rest } = op
    const facts = op.method === 'GET' ? { facts: { reads: true } } : {}
    return [{ ...rest, ...facts, id: `${method.toLowerCase()} ${op.path}`, method }]
  })
}
