import type { Clause, Field, Operand, Query, Term } from './ast.ts'

/** Writes a query so that reading it gives the same again. */
export function printJql(query: Query): string {
  const where = query.where === undefined ? '' : printClause(query.where)
  const keys = query.order.map(
    ({ field, direction }) =>
      printField(field) + (direction === undefined ? '' : ` ${direction.toUpperCase()}`),
  )
  const order = keys.length === 0 ? '' : `ORDER BY ${keys.join(', ')}`
  return [where, order].filter(Boolean).join(' ')
}

function printClause(clause: Clause): string {
  if (clause.kind === 'term') return printTerm(clause)
  if (clause.kind === 'not') return `NOT ${inside(clause.clause)}`
  return clause.clauses.map(inside).join(` ${clause.kind.toUpperCase()} `)
}

function inside(clause: Clause): string {
  return clause.kind === 'and' || clause.kind === 'or'
    ? `(${printClause(clause)})`
    : printClause(clause)
}

function printTerm(term: Term): string {
  const parts = [printField(term.field), term.op.toUpperCase()]
  if (term.operand !== undefined) parts.push(printOperand(term.operand))
  for (const { name, operand } of term.predicates)
    parts.push(name.toUpperCase(), printOperand(operand))
  return parts.join(' ')
}

/** A field's name as a query spells it. */
export function printField(field: Field): string {
  if (field.kind === 'custom') return `cf[${field.number}]`
  if (field.kind === 'name') return quote(field.name)
  const path = field.path.length === 0 ? '' : `.${field.path.map(escapeWord).join('.')}`
  return `${escapeWord(field.name)}[${quote(field.key)}]${path}`
}

/** An operand as a query spells it. */
export function printOperand(operand: Operand): string {
  switch (operand.kind) {
    case 'empty':
      return 'EMPTY'
    case 'value':
      return quote(operand.value)
    case 'function':
      return `${quote(operand.name)}(${operand.args.map(quote).join(', ')})`
    case 'list':
      return `(${operand.items.map(printOperand).join(', ')})`
  }
}

function quote(text: string): string {
  return `"${text.replace(/["\\\n\r\t\u0000-\u001f\u007f-\u009f]/g, escapeOne)}"`
}

const short: Record<string, string> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

function escapeOne(one: string): string {
  return short[one] ?? `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** A word without quotes, everything unusual escaped. */
function escapeWord(text: string): string {
  return text.replace(
    /[^A-Za-z0-9_.-]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
