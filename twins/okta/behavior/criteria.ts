import { refuse } from '../../../engine/call.ts'
import { readQuery, testsOf, type Query } from '../query.ts'

/** The operators that an attribute may be asked about with; nothing where it may not be asked about. */
export type Vocabulary = (attribute: string) => readonly string[] | undefined

const known = ['eq', 'ne', 'co', 'sw', 'ew', 'pr', 'gt', 'ge', 'lt', 'le']

/** Reads a filter or search; refuses with E0000031 what is no query, or asks what can't be asked. */
export function readCriteria(text: string, words: Vocabulary): Query {
  const query = readQuery(text, known, () => refuse('okta.E0000031'))
  for (const { attribute, operator } of testsOf(query)) {
    if (words(attribute)?.includes(operator)) continue
    refuse('okta.E0000031', { causes: [unsupported(operator, attribute)] })
  }
  return query
}

/** How the service says that it can't compare so. */
export function unsupported(operator: string, field: string): string {
  return `The supplied combination of operator and field is not currently supported. Operator: ${operator}, Field: ${field}`
}
