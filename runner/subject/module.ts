import { pathToFileURL } from 'node:url'
import { UsageError } from '../../engine/usage-error.ts'
import { alone, owning } from '../stray.ts'
import type { Subject, SubjectCall, SubjectReply, Surroundings } from './subject.ts'

/** The code under test as a function of this process: fastest, for public scenarios only. */
export type SubjectFunction = (
  request: SubjectCall,
  surroundings: { env: Record<string, string>; fetch: typeof fetch; signal: AbortSignal },
) => unknown

export interface ModuleOptions {
  name: string
  /** Absolute path of a file whose default export, or export named `handle`, is a `SubjectFunction`. */
  file: string
  reach: 'http' | 'fetch'
  env: Record<string, string>
  timeoutMs: number
}

/** Loads a module subject. Throws a UsageError when the file has no such function. */
export async function loadModuleSubject(options: ModuleOptions): Promise<Subject> {
  const exports = await importFile(options.file)
  const handle = exports['default'] ?? exports['handle']
  if (typeof handle !== 'function') {
    throw new UsageError('The module exports no function.', {
      file: options.file,
      field: 'module',
      fix: 'Export one: export default async (request, { env, fetch }) => ({ status: 200, body: {} }).',
    })
  }
  return createModuleSubject(handle as SubjectFunction, options)
}

/** A subject that is a function in this process. */
export function createModuleSubject(
  handle: SubjectFunction,
  { name, reach, env, timeoutMs }: Omit<ModuleOptions, 'file'>,
): Subject {
  return {
    name,
    kind: 'module',
    reach,
    open: (surroundings) =>
      Promise.resolve({
        send: (request) => call(handle, request, withEnv(surroundings, env), timeoutMs),
        end: () => Promise.resolve(),
      }),
    close: () => Promise.resolve(),
  }
}

function withEnv(surroundings: Surroundings, env: Record<string, string>): Surroundings {
  return { ...surroundings, env: { ...env, ...surroundings.env } }
}

async function call(
  handle: SubjectFunction,
  request: SubjectCall,
  { env, fetch, signal }: Surroundings,
  timeoutMs: number,
): Promise<SubjectReply> {
  const otherwise = Promise.withResolvers<SubjectReply>()
  const timer = setTimeout(() => {
    const why = `gave no answer within ${timeoutMs} ms`
    otherwise.resolve({ ...noReply, problem: { kind: 'timed-out', why } })
  }, timeoutMs)
  // In a process of its own, this would have ended it.
  const onStray = (error: unknown): void => otherwise.resolve(crashed(error))
  try {
    const surroundings = { env, fetch, signal }
    const answering = owning(onStray, async () => {
      await alone()
      return answer(handle, request, surroundings)
    })
    return await Promise.race([answering, otherwise.promise])
  } finally {
    clearTimeout(timer)
  }
}

const noReply = { status: 0, body: undefined, stderr: '' }

async function answer(
  handle: SubjectFunction,
  request: SubjectCall,
  surroundings: Parameters<SubjectFunction>[1],
): Promise<SubjectReply> {
  try {
    return toReply(await handle(request, surroundings))
  } catch (error) {
    return crashed(error)
  }
}

function crashed(error: unknown): SubjectReply {
  const stack = error instanceof Error ? ownPart(error.stack ?? error.message) : String(error)
  const why = `threw: ${stack.split('\n', 1)[0]}`
  return { ...noReply, problem: { kind: 'crashed', why }, stderr: stack }
}

/** A stack as far as it is the subject's: what lies below is ours, and not the same in every run. */
function ownPart(stack: string): string {
  const lines = stack.split('\n')
  const ours = lines.findIndex((one) => /^\s+at .*\/runner\/subject\/module\.[jt]s:/.test(one))
  const own = ours === -1 ? lines : lines.slice(0, ours)
  return own.filter((one) => !/^\s+at .*\bnode:internal\//.test(one)).join('\n')
}

/** `{ status, body }` as a subject answers it; 200 where it leaves the status out. */
export function toReply(value: unknown): SubjectReply {
  if (value === undefined || value === null) return { ...noReply, status: 200 }
  const answer = carry(value)
  const { status = 200, body } = (answer ?? {}) as { status?: unknown; body?: unknown }
  const isStatus = Number.isInteger(status) && Number(status) >= 100 && Number(status) <= 599
  if (typeof answer === 'object' && isStatus) return { ...noReply, status: Number(status), body }
  const why =
    answer === undefined
      ? `answered with something that JSON can't carry, or that is nested more than ${DEPTH_MAX} deep`
      : 'answered with something other than { "status": 200, "body": … }'
  return { ...noReply, body: answer, problem: { kind: 'bad-reply', why } }
}

const DEPTH_MAX = 200

/** What would arrive from another process; undefined when JSON can't carry it. */
function carry(value: unknown): unknown {
  try {
    const carried = JSON.parse(JSON.stringify(value)) as unknown
    return isDeeper(carried, DEPTH_MAX) ? undefined : carried
  } catch {
    return undefined
  }
}

function isDeeper(value: unknown, most: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return most === 0 || Object.values(value).some((one) => isDeeper(one, most - 1))
}

async function importFile(file: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    const missing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND'
    throw new UsageError(
      missing ? 'The module or something it imports is not there.' : 'The module does not load.',
      { file, field: 'module', fix: error instanceof Error ? error.message : String(error) },
    )
  }
}
