/** A JQL query, taken apart. */
export interface Query {
  where?: Clause
  order: OrderKey[]
}

/** One key of `ORDER BY`. */
export interface OrderKey {
  field: Field
  direction?: 'asc' | 'desc'
}

export type Clause =
  | { kind: 'and' | 'or'; clauses: Clause[] }
  | { kind: 'not'; clause: Clause }
  | Term

/** A field compared with something. */
export interface Term {
  kind: 'term'
  field: Field
  op: Operator
  /** Absent only with `changed`. */
  operand?: Operand
  predicates: Predicate[]
}

export type Operator =
  | '='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | '~'
  | '!~'
  | 'in'
  | 'not in'
  | 'is'
  | 'is not'
  | 'was'
  | 'was not'
  | 'was in'
  | 'was not in'
  | 'changed'

/** A field by name, by custom field number, or a property of an entity: `issue.property[key].path`. */
export type Field =
  | { kind: 'name'; name: string }
  | { kind: 'custom'; number: string }
  | { kind: 'property'; name: string; key: string; path: string[] }

export type Operand =
  | { kind: 'value'; value: string }
  | { kind: 'empty' }
  | { kind: 'function'; name: string; args: string[] }
  | { kind: 'list'; items: Operand[] }

/** When, by whom, from what, to what (`WAS` and `CHANGED` only). */
export interface Predicate {
  name: PredicateName
  operand: Operand
}

export type PredicateName = 'after' | 'before' | 'on' | 'by' | 'from' | 'to' | 'during'

/** How deep parentheses and NOT may nest, so that no query can run the parser out of stack. */
export const nestingMax = 100
