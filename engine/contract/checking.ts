import { createCompiler, type Check, type Compiler } from './compile.ts'
import type { ContractWarning } from './contract-error.ts'
import { toProblems } from './explain.ts'
import { noProblems, type Problem } from './problem.ts'
import type { Schemas } from './schema.ts'

/** What the parts of a validator share. */
export interface Checking {
  schemas: Schemas
  requests: Compiler
  replies: Compiler
  warnings: ContractWarning[]
  /** Tells a warning once. */
  warn: (warning: ContractWarning) => void
}

const warningsMax = 1000

/** Makes the compilers of both directions, and the list that they warn into. */
export function createChecking(schemas: Schemas): Checking {
  const warnings: ContractWarning[] = []
  const told = new Set<string>()
  const warn = (warning: ContractWarning): void => {
    const key = `${warning.pointer} ${warning.message}`
    if (told.has(key) || told.size === warningsMax) return
    told.add(key)
    warnings.push(warning)
  }
  const requests = createCompiler(schemas, 'request', warn)
  return { schemas, requests, replies: createCompiler(schemas, 'reply', warn), warnings, warn }
}

/** Runs a check and tells its problems; a check that cannot be run warns and passes. */
export function runCheck(
  checking: Checking,
  check: Check,
  value: unknown,
  place: Problem['in'],
  name?: string,
): readonly Problem[] {
  try {
    if (check(value)) return noProblems
  } catch (error) {
    // A schema that refers to itself without consuming the value runs out of stack.
    const message = `The schema of ${name ?? `a ${place}`} cannot be checked: ${String(error)}`
    checking.warn({ message, pointer: '/schemas' })
    return noProblems
  }
  return toProblems(check.errors ?? [], place, name)
}
