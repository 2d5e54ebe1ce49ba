import type { Clause, Field, Operand, Query } from './ast.ts'
import { printField, printOperand } from './print.ts'

type Node = Record<string, unknown>

/** A query in the form of the parsing service. */
export function toStructure(query: Query): Node {
  const orderBy =
    query.order.length === 0
      ? undefined
      : {
          fields: query.order.map(({ field, direction }) => ({
            field: fieldNode(field),
            ...(direction && { direction }),
          })),
        }
  return {
    ...(query.where !== undefined && { where: clauseNode(query.where) }),
    ...(orderBy !== undefined && { orderBy }),
  }
}

function clauseNode(clause: Clause): Node {
  if (clause.kind === 'not') return { operator: 'not', clauses: [clauseNode(clause.clause)] }
  if (clause.kind !== 'term')
    return { operator: clause.kind, clauses: clause.clauses.map(clauseNode) }
  const { field, op, operand, predicates } = clause
  return {
    field: fieldNode(field),
    operator: op,
    ...(operand !== undefined && { operand: operandNode(operand) }),
    ...((op.startsWith('was') || op === 'changed') && {
      predicates: predicates.map((one) => ({
        operator: one.name,
        operand: operandNode(one.operand),
      })),
    }),
  }
}

function fieldNode(field: Field): Node {
  if (field.kind === 'property') {
    const property = [
      { entity: 'issue', key: field.key, path: field.path.join('.'), type: 'string' },
    ]
    return { name: field.name, property, encodedName: printField(field) }
  }
  const name = field.kind === 'custom' ? `cf[${field.number}]` : field.name
  return { name, encodedName: /^[\w.[\]]+$/.test(name) ? name : printField(field) }
}

function operandNode(operand: Operand): Node {
  switch (operand.kind) {
    case 'empty':
      return { keyword: 'empty', encodedOperand: 'empty' }
    case 'value':
      return {
        value: operand.value,
        encodedValue: /^[\w-]+$/.test(operand.value) ? operand.value : printOperand(operand),
      }
    case 'function':
      return {
        function: operand.name,
        arguments: operand.args,
        encodedOperand: `${operand.name}(${operand.args.join(', ')})`,
      }
    case 'list':
      return { values: operand.items.map(operandNode), encodedOperand: printOperand(operand) }
  }
}
