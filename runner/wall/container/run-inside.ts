import { once } from 'node:events'
import { PassThrough, type Duplex } from 'node:stream'
import { finished } from 'node:stream/promises'
import { setTimeout as wait } from 'node:timers/promises'
import type { Program, ProgramEnd, RunningProgram } from '../wall.ts'
import type { Container } from './container.ts'
import { wordsOf, type Engine } from './engine.ts'
import { didRunOut } from './memory.ts'

/** Exit codes by which the engine says that it could not start a program: not to be executed, not there. */
const unstartable = new Set([126, 127])
/** What the kernel leaves of a process that it ended for its memory: 128 + SIGKILL. */
const killedCode = 137

type Executed = Awaited<ReturnType<Container['exec']>>['exec']

/** Runs a program in a container that may still be starting. */
export function runInside(
  engine: Engine,
  starting: Promise<Container>,
  program: Program,
): RunningProgram {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
  const streams = { stdin, stdout, stderr }
  let isOver = false
  let isKilled = false
  const run = async (): Promise<ProgramEnd> => {
    try {
      const container = await starting
      const end = await follow(engine, container, program, streams)
      return isKilled ? { code: null, signal: 'SIGKILL' } : end
    } catch (error) {
      if (isKilled) return { code: null, signal: 'SIGKILL' }
      const detail = `the container engine failed: ${wordsOf(error)}`
      return { code: null, signal: null, reason: 'not-started', detail }
    }
  }
  return {
    ...streams,
    signal: (name) => {
      if (isOver) return
      isKilled ||= name === 'SIGKILL'
      // Whatever else runs in there goes with it; engines can't end a single program.
      const signalled = starting.then((container) =>
        name === 'SIGKILL' ? container.remove() : container.signalAll('term'),
      )
      signalled.catch(() => {})
    },
    ended: run().then(async (end) => {
      isOver = true
      await Promise.all([close(stdout), close(stderr)])
      return end
    }),
  }
}

async function follow(
  engine: Engine,
  container: Container,
  program: Program,
  { stdin, stdout, stderr }: { stdin: PassThrough; stdout: PassThrough; stderr: PassThrough },
): Promise<ProgramEnd> {
  const { exec, stream } = await container.exec(program)
  let beginning = ''
  stdout.on('data', (text: Buffer | string) => {
    if (beginning.length < 400) beginning += String(text)
  })
  engine.api.modem.demuxStream(stream, stdout, stderr)
  stdin.pipe(stream as Duplex)
  await finished(stream as Duplex, { writable: false }).catch(() => {})
  stream.destroy()
  const code = await exitCodeOf(exec)
  if (unstartable.has(code) && beginning.startsWith('OCI runtime exec failed')) {
    return { code: null, signal: null, reason: 'not-started', detail: explain(beginning) }
  }
  if (code !== killedCode) return { code, signal: null }
  if (await didRunOut(container.id)) {
    const detail = 'ran out of the memory that it may use'
    return { code, signal: null, reason: 'out-of-memory', detail }
  }
  // Nobody in a container can end its first program.
  if (!(await container.isRunning())) throw new Error('it lost the container')
  return { code, signal: null }
}

/** What the engine says of a program that it can't start, without its layers. */
function explain(said: string): string {
  const found = /exec: "([^"]*)": (?:stat [^:]+: )?(.+?)(?:: unknown)?$/m.exec(said.trim())
  if (found === null) return said.trim()
  return `the image can't run "${found[1]}": ${found[2]!.replace('$PATH', 'its PATH')}`
}

/** The engine closes the streams a moment before it knows the code. */
async function exitCodeOf(exec: Executed): Promise<number> {
  for (let turn = 0; ; turn++) {
    const { ExitCode, Running } = await exec.inspect()
    if (!Running && ExitCode !== null) return ExitCode
    if (turn >= 200) throw new Error('a program that has gone silent does not end')
    await wait(10)
  }
}

async function close(stream: PassThrough): Promise<void> {
  if (stream.readableEnded) return
  const ended = once(stream, 'end')
  stream.end()
  stream.resume()
  await ended
}
