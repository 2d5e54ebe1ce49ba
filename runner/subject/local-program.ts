import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process'
import type { Writable } from 'node:stream'
import type { Launch, ProgramEnd, RunningProgram } from '../wall/wall.ts'
import { inheritedDescriptors } from './inherited.ts'

/** Starts a program as a process of this machine, in a group of its own, so that it can be ended with everything it started. */
export function startLocally({ command, cwd, env, inputs = [] }: Launch): RunningProgram {
  const [file, ...args] = command
  const child = spawn(file!, args, { cwd, env, detached: true, stdio: stdioOf(inputs) })
  for (const [i, input] of inputs.entries()) {
    const pipe = child.stdio[3 + i] as Writable
    pipe.on('error', () => {})
    pipe.end(input)
  }
  return {
    stdin: child.stdin!,
    stdout: child.stdout!,
    stderr: child.stderr!,
    signal: (name) => signalGroup(child, name),
    ended: endOf(child),
  }
}

/** Three streams, what is to be read from further descriptors, and nothing in place of what we inherited. */
function stdioOf(inputs: readonly Buffer[]): StdioOptions {
  const inherited = inheritedDescriptors()
  const last = Math.max(2 + inputs.length, ...inherited.keys())
  return Array.from({ length: last + 1 }, (_, i) =>
    i < 3 + inputs.length ? 'pipe' : (inherited.get(i) ?? 'ignore'),
  )
}

function signalGroup({ pid }: ChildProcess, name: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, name)
  } catch {
    // The whole group is gone already, which is what was wanted.
  }
}

function endOf(child: ChildProcess): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    child.once('error', ({ message }) => {
      if (child.pid !== undefined) return
      resolve({ code: null, signal: null, reason: 'not-started', detail: message })
    })
    // What it started may hold the pipes open; the group goes first, so that they close.
    child.once('exit', () => signalGroup(child, 'SIGKILL'))
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
}
