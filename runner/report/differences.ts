/** One place at which two values differ. */
export interface Difference {
  /** `assignee.name`, `[2]`; empty for the whole value. */
  path: string
  actual: unknown
  expected: unknown
}

/** Stands for a field that one of two values has not. */
export const absent = Symbol('absent')

/**
 * Where two JSON values differ, at the deepest places. Lists of different length are told as a
 * whole, and so is anything of different kinds.
 */
export function findDifferences(actual: unknown, expected: unknown, path = ''): Difference[] {
  if (
    !isObject(actual) ||
    !isObject(expected) ||
    Array.isArray(actual) !== Array.isArray(expected)
  ) {
    return Object.is(actual, expected) ? [] : [{ path, actual, expected }]
  }
  if (Array.isArray(actual) && actual.length !== (expected as unknown[]).length) {
    return [{ path, actual, expected }]
  }
  const names = new Set([...Object.keys(actual), ...Object.keys(expected)])
  return [...names].flatMap((name) =>
    findDifferences(memberOf(actual, name), memberOf(expected, name), join(path, name, actual)),
  )
}

function memberOf(value: object, name: string): unknown {
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : absent
}

function join(path: string, name: string, parent: object): string {
  if (Array.isArray(parent)) return `${path}[${name}]`
  return path === '' ? name : `${path}.${name}`
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
