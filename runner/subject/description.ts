import { didYouMean } from '../../engine/nearest.ts'
import { UsageError, type Whereabouts } from '../../engine/usage-error.ts'

/** What a description file holds; a script exports it as its default, or the function itself. */
export type SubjectDescription = CommandDescription | ModuleDescription

interface Described {
  /** Default: the file's own name. */
  name?: string
  env?: Record<string, string>
  /** How long a request may take. Default: 30,000. */
  timeoutMs?: number
}

export interface CommandDescription extends Described {
  kind: 'command'
  command: readonly string[]
  /** Where it runs, from the file's folder. Default: that folder. */
  cwd?: string
  /** How long it may take to start: until `ready` when warm, else until its first call or word. Default: 15,000. */
  startMs?: number
  /** Keep one process for many trials. */
  warm?: boolean
}

export interface ModuleDescription extends Described {
  kind: 'module'
  /** From the file's folder. */
  module: string
  /** `fetch` hands it a fetch that ends at the twins; `http` gives it real addresses. Default: fetch. */
  reach?: 'fetch' | 'http'
}

/** Where a field of the description stands. */
export type Locate = (...path: (string | number)[]) => Whereabouts

const fields = {
  command: ['name', 'kind', 'env', 'timeoutMs', 'startMs', 'command', 'cwd', 'warm'],
  module: ['name', 'kind', 'env', 'timeoutMs', 'module', 'reach'],
}
const later = new Set(['service', 'container'])

/** Holds a value against what a description may say. Throws a UsageError at the first field that is wrong. */
export function readDescription(value: unknown, at: Locate): SubjectDescription {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError('This describes no subject.', {
      ...at(),
      fix: 'Write { "kind": "command", "command": ["node", "service.js"] }.',
    })
  }
  const given = value as Record<string, unknown>
  const kind = given['kind']
  if (kind !== 'command' && kind !== 'module') {
    const fix = later.has(String(kind))
      ? 'Subjects of this kind are still to come; use "command" or "module".'
      : didYouMean(String(kind), Object.keys(fields))
    const what =
      kind === undefined
        ? 'A subject says its kind.'
        : `There is no kind of subject "${String(kind)}".`
    throw new UsageError(what, { ...at('kind'), fix })
  }
  for (const name of Object.keys(given)) {
    if (fields[kind].includes(name)) continue
    const fix = didYouMean(name, fields[kind])
    throw new UsageError(`A ${kind} subject has no field "${name}".`, { ...at(name), fix })
  }
  checkFields(given, kind, at)
  return given as unknown as SubjectDescription
}

function checkFields(given: Record<string, unknown>, kind: 'command' | 'module', at: Locate): void {
  const need = (name: string, holds: boolean, fix: string): void => {
    if (!holds) throw new UsageError(`"${name}" is not what is needed.`, { ...at(name), fix })
  }
  const optional = (name: string, type: string): void =>
    need(name, given[name] === undefined || typeof given[name] === type, `Write a ${type}.`)
  optional('name', 'string')
  optional('cwd', 'string')
  optional('warm', 'boolean')
  const { env, command, module, reach } = given
  for (const name of ['timeoutMs', 'startMs']) {
    const ms = given[name]
    // A timer of more than 24 days goes off at once.
    const holds = ms === undefined || (typeof ms === 'number' && ms > 0 && ms < 2 ** 31)
    need(name, holds, 'Write milliseconds.')
  }
  need('env', env === undefined || isTexts(env), 'Write names and texts.')
  if (kind === 'command') {
    const list = Array.isArray(command) && command.length > 0 && isTexts(command)
    need('command', list, 'Write a list: ["node", "service.js"].')
  } else {
    need('module', typeof module === 'string', 'Write the path of a file.')
    need(
      'reach',
      [undefined, 'fetch', 'http'].includes(reach as string),
      'Write "fetch" or "http".',
    )
  }
}

function isTexts(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((one) => typeof one === 'string')
  )
}
