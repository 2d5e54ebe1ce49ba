import type { ErrorObject } from 'ajv'
import type { Problem } from './problem.ts'
import { toPointerToken } from './schema.ts'

/** How many problems one check tells at most. */
export const problemsMax = 20

/** Turns ajv's errors into problems: unions told by their most telling branch, no duplicates. */
export function toProblems(
  errors: ErrorObject[],
  place: Problem['in'],
  name: string | undefined,
): Problem[] {
  const problems: Problem[] = []
  const seen = new Set<string>()
  for (const error of withoutNoise(errors)) {
    const problem = toProblem(error, place, name)
    const key = `${problem.pointer} ${problem.rule} ${problem.message}`
    if (seen.has(key)) continue
    seen.add(key)
    problems.push(problem)
    if (problems.length === problemsMax) break
  }
  return problems
}

/**
 * A failed union reports the errors of all its branches. When some branch got further into the
 * value than the type of the value itself, the others were not meant.
 */
function withoutNoise(errors: ErrorObject[]): ErrorObject[] {
  const list = errors.length > 1000 ? errors.slice(0, 1000) : errors
  const relevant = list.filter((error) => error.keyword !== 'if')
  const unions = relevant.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf')
  if (unions.length === 0) return relevant
  const paths = new Set(unions.map((union) => union.instancePath))
  const isShallow = (error: ErrorObject): boolean =>
    paths.has(error.instancePath) && ['type', 'const', 'enum'].includes(error.keyword)
  const isUnion = (error: ErrorObject): boolean => unions.includes(error)
  const telling = new Set<string>()
  for (const error of relevant) {
    if (isShallow(error) || isUnion(error)) continue
    for (const path of paths) if (isWithin(error.instancePath, path)) telling.add(path)
  }
  return relevant.filter((error) => {
    const path = error.instancePath
    if (isUnion(error)) return !telling.has(path)
    return !(isShallow(error) && telling.has(path)) && !isDuplicateOfUnion(error)
  })

  // Where no branch got further, the union's own error says it all.
  function isDuplicateOfUnion(error: ErrorObject): boolean {
    return isShallow(error) && !telling.has(error.instancePath) && error.keyword !== 'enum'
  }
}

function isWithin(path: string, outer: string): boolean {
  return path === outer || path.startsWith(`${outer}/`)
}

function toProblem(error: ErrorObject, place: Problem['in'], name: string | undefined): Problem {
  const params = error.params as Record<string, unknown>
  const missing = params['missingProperty'] ?? params['additionalProperty']
  const extra = missing ?? params['unevaluatedProperty'] ?? params['propertyName']
  let pointer = error.instancePath
  if (typeof extra === 'string' && error.keyword !== 'propertyNames')
    pointer += `/${toPointerToken(extra)}`
  const problem: Problem = {
    in: place,
    pointer,
    rule: error.keyword,
    message: error.message ?? 'is not valid',
  }
  const about = typeof extra === 'string' ? extra : (lastToken(pointer) ?? name)
  if (about !== undefined) problem.name = about
  const limit = params['limit'] ?? params['allowedValues'] ?? params['type'] ?? params['format']
  const rest = limit ?? params['pattern'] ?? params['allowedValue'] ?? params['multipleOf']
  if (rest !== undefined) problem.limit = rest
  return problem
}

function lastToken(pointer: string): string | undefined {
  if (pointer === '') return undefined
  const token = pointer.slice(pointer.lastIndexOf('/') + 1)
  return token.replaceAll('~1', '/').replaceAll('~0', '~')
}
