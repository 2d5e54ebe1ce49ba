import type { Berth, Limits, Wall } from '../wall/wall.ts'
import { Berths } from './berths.ts'
import { toReply } from './module.ts'
import { blamingStalls } from './stalls.ts'
import { SubjectProcess, type Ending } from './process.ts'
import type { Subject, SubjectReply, SubjectRequest, Surroundings } from './subject.ts'

export interface CommandOptions {
  name: string
  command: readonly string[]
  /** Absolute path. */
  cwd: string
  env: Record<string, string>
  timeoutMs: number
  /** How long it may take to start, besides. */
  startMs: number
  /** What keeps it where it is put; closed with the subject. */
  wall: Wall
  /** Folders that it may read besides `cwd`. */
  readable?: readonly string[]
  limits?: Limits
}

/** After its reply, a process has so long to leave. */
const LEAVE_MS = 2000

/**
 * The code under test as a command, started anew for every request as a shell would: the request
 * is one JSON line on stdin (which then ends), the reply the last JSON line on stdout.
 */
export function createCommandSubject(options: CommandOptions): Subject {
  const berths = berthsOf(options)
  return {
    name: options.name,
    kind: 'command',
    reach: 'http',
    wall: options.wall,
    open: async ({ admit, signal }) => {
      const berth = await berths.take()
      const admitted = admit(berth)
      const underWay = new Set<Promise<SubjectReply>>()
      const over = new AbortController()
      const surroundings = {
        env: admitted.env,
        signal: AbortSignal.any([signal, over.signal]),
      }
      return {
        send: (request, firstCall) => {
          const asked = runOnce(options, surroundings, berth, request, firstCall)
          underWay.add(asked)
          void asked.finally(() => underWay.delete(asked))
          return blamingStalls(asked)
        },
        end: async () => {
          // A scenario may have gone on without waiting for an answer.
          over.abort()
          await Promise.all(underWay)
          await admitted.leave()
          await berths.give(berth)
        },
      }
    },
    close: () => berths.close(),
  }
}

/** The berths of a command: it may read its own folder, and whatever else it says. */
export function berthsOf({ wall, cwd, readable = [], limits }: CommandOptions): Berths {
  const options = { readable: [cwd, ...readable] }
  return new Berths(wall, limits === undefined ? options : { ...options, limits })
}

async function runOnce(
  { command, cwd, env, timeoutMs, startMs }: CommandOptions,
  surroundings: Pick<Surroundings, 'env' | 'signal'>,
  berth: Berth,
  request: SubjectRequest,
  firstCall: Promise<void>,
): Promise<SubjectReply> {
  let last: SubjectReply | undefined
  let leaving: NodeJS.Timeout | undefined
  const started = new SubjectProcess({
    launch: berth.wrap({ command, cwd, env: { ...env, ...surroundings.env } }),
    onLine: (line) => {
      last = readReply(line) ?? last
      if (last === undefined) return
      clearTimeout(leaving)
      leaving = setTimeout(() => started.kill(), LEAVE_MS)
    },
    onSign: () => begin(),
  })
  // Its time runs from its first sign of life, a call or a word: before that it is only starting.
  let allowed = `${timeoutMs} ms, and ${startMs} ms to start`
  let timer = setTimeout(() => started.kill(), startMs + timeoutMs)
  let isBegun = false
  const begin = (): void => {
    if (isBegun) return
    isBegun = true
    clearTimeout(timer)
    allowed = `${timeoutMs} ms`
    timer = setTimeout(() => started.kill(), timeoutMs)
  }
  void firstCall.then(begin)
  const interrupt = (): void => started.kill()
  surroundings.signal.addEventListener('abort', interrupt)
  // Who asks after the interruption hears of it no more.
  if (surroundings.signal.aborted) interrupt()
  started.write(JSON.stringify(request))
  started.closeInput()
  const ending = await started.ended
  isBegun = true
  clearTimeout(timer)
  clearTimeout(leaving)
  surroundings.signal.removeEventListener('abort', interrupt)
  return toFinalReply(last, ending, started.stderr, allowed)
}

/** A reply, or what kept the process from giving one. */
function toFinalReply(
  reply: SubjectReply | undefined,
  ending: Ending,
  stderr: string,
  allowed: string,
): SubjectReply {
  const exit = ending.code === null ? {} : { exitCode: ending.code }
  if (reply !== undefined && ending.reason !== 'too-much-output') {
    return { ...reply, ...exit, stderr }
  }
  const problem = problemOf(ending, stderr, allowed)
  return { status: 0, body: undefined, problem, ...exit, stderr }
}

/** Why a process that has ended gave no reply. */
export function problemOf(
  { code, signal, reason, detail }: Ending,
  stderr: string,
  allowed: string,
  wanted = 'a JSON line such as {"status":200,"body":{}}',
): NonNullable<SubjectReply['problem']> {
  if (reason === 'not-started') return { kind: 'not-started', why: detail ?? 'no process' }
  if (reason === 'out-of-memory') return { kind: 'crashed', why: detail ?? 'ran out of memory' }
  if (reason === 'too-much-output') {
    return { kind: 'too-much-output', why: 'wrote more than 4 MiB to stdout' }
  }
  if (reason === 'killed') {
    return { kind: 'timed-out', why: `gave no answer within ${allowed}` }
  }
  const said = lastWords(stderr)
  const tail = said === '' ? '' : `: ${said.slice(0, 200)}`
  if (signal !== null) return { kind: 'crashed', why: `was ended by ${signal}${tail}` }
  if (code !== 0) return { kind: 'crashed', why: `ended with exit code ${code}${tail}` }
  return { kind: 'bad-reply', why: `ended without ${wanted}` }
}

/** A line of stdout as a reply; undefined when it is none, such as a line of a log. */
export function readReply(line: string): SubjectReply | undefined {
  if (!line.trimStart().startsWith('{')) return undefined
  try {
    const value = JSON.parse(line) as Record<string, unknown>
    return 'status' in value || 'body' in value ? toReply(value) : undefined
  } catch {
    return undefined
  }
}

/** The line of stderr that says most: the last that names an error, since Node ends with its version and others with a stack. */
function lastWords(stderr: string): string {
  const lines = stderr.trim().split('\n')
  const named = lines.findLast((line) =>
    /^(?:[A-Z]\w*\.)*[A-Z]\w*(?:Error|Exception)\b.{0,40}:/.test(line),
  )
  return (named ?? lines.at(-1) ?? '').trim()
}
