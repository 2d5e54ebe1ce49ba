import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { openDesk } from './desk.ts'
import { judgedBy, learnedFrom, type Session } from './sessions.ts'

const root = join(import.meta.dirname, '../..')
const cli = 'bin/backlot.js'
const spec = 'examples/any-api/openapi.yaml'

/** Records the desk twice, learns a twin from one recording and judges it by the other; returns the commands' words. */
export async function make(twin: string, recordings: string): Promise<string> {
  await rm(join(root, recordings), { recursive: true, force: true })
  await mkdir(join(root, recordings), { recursive: true })
  const [session, other] = [`${recordings}/session.har`, `${recordings}/other.har`]
  await recordSession(session, learnedFrom)
  await recordSession(other, judgedBy)
  const told = await backlot('learn', 'desk', '--spec', spec, '--har', session, '--out', twin)
  return told + (await backlot('verify', twin, '--har', other, '--min', 'status=0.7,shape=0.7'))
}

/** Has somebody at the desk, with `backlot record` in between. */
async function recordSession(file: string, session: Session): Promise<void> {
  const { url, server } = await openDesk(file.replace(/.*[/\\]/, ''))
  const args = [cli, 'record', '--target', url, '--out', file, '--salt', 'any-api', '--json']
  const recorder = spawn(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const lines = createInterface(recorder.stdout)
    const [ready] = await once(lines, 'line')
    await session((JSON.parse(ready) as { url: string }).url)
  } finally {
    const ended = once(recorder, 'exit')
    recorder.kill('SIGINT')
    await ended
    server.close()
    server.closeAllConnections()
  }
}

/** Runs a command, from the root of the repository, to its end; throws with its words when it fails. */
async function backlot(...args: string[]): Promise<string> {
  const child = spawn(process.execPath, [cli, ...args], { cwd: root })
  const ended = once(child, 'close')
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [code] = await ended
  if (code !== 0) throw new Error(`backlot ${args.join(' ')} ended with ${code}:\n${out}${err}`)
  return out
}

if (import.meta.main) {
  process.stdout.write(await make('examples/any-api/twin', '.backlot/any-api'))
}
