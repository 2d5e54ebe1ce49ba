import { fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { ScorerSaid, ScoringTask } from './protocol.ts'

/** What of our environment a scorer needs. Passwords of the database and of the login are not among it. */
const passedOn = [
  'PATH',
  'HOME',
  'LANG',
  'TZ',
  'TMPDIR',
  'XDG_RUNTIME_DIR',
  'SystemRoot',
  'NODE_COMPILE_CACHE',
  'DOCKER_HOST',
  'DOCKER_CONTEXT',
  'DOCKER_CONFIG',
] as const

/**
 * Plays one scoring in a process and a scratch folder of its own, which are both gone when this returns.
 * A scoring that takes longer than `timeoutMs`, or whose process dies, has failed.
 */
export async function playScoring(
  task: Omit<ScoringTask, 'scratch'>,
  { scratch, timeoutMs, signal }: { scratch: string; timeoutMs: number; signal: AbortSignal },
): Promise<ScorerSaid> {
  const own = await mkdtemp(join(scratch, 'scoring-'))
  try {
    return await play({ ...task, scratch: own }, { timeoutMs, signal })
  } finally {
    await rm(own, { recursive: true, force: true, maxRetries: 3 })
  }
}

function play(
  task: ScoringTask,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<ScorerSaid> {
  return new Promise((resolve) => {
    const file = join(import.meta.dirname, `scorer${extname(import.meta.filename)}`)
    const child = fork(file, {
      serialization: 'advanced',
      execArgv: process.execArgv.filter((flag) => !flag.startsWith('--inspect')),
      // What a scorer prints could hold a case.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: { ...passed(), TMPDIR: task.scratch },
    })
    let said: ScorerSaid = { kind: 'failed', message: 'The scorer ended before it was done.' }
    const stop = (message: string): void => {
      said = { kind: 'failed', message }
      // It ends its subjects itself when the channel closes; what is left after that is ended for it.
      if (child.connected) child.disconnect()
      setTimeout(() => child.kill('SIGKILL'), 2000).unref()
    }
    const onAbort = (): void => stop('The server was ended.')
    const timer = setTimeout(() => stop('The scoring took too long.'), timeoutMs)
    child.on('message', (message) => (said = message as ScorerSaid))
    child.on('error', () => {})
    child.on('exit', () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      resolve(said)
    })
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort)
    child.send(task, () => {})
  })
}

function passed(): Record<string, string> {
  const env: Record<string, string> = {}
  for (const name of passedOn) {
    const value = process.env[name]
    if (value !== undefined) env[name] = value
  }
  return env
}
