import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { RunResult } from '../report/result.ts'

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'backlot.js')

/** How a scenario's file in a folder of its own imports the language. */
export const language = pathToFileURL(join(import.meta.dirname, '..', 'scenario.ts')).href

/** What a command said, and how it ended. */
export interface Said {
  code: number | null
  out: string
  err: string
}

/** A folder of its own, with Backlot's command line in it. */
export class CommandLine {
  readonly folder = mkdtempSync(join(tmpdir(), 'backlot-'))

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text)
  }

  readResult(name: string): RunResult {
    return JSON.parse(readFileSync(join(this.folder, name), 'utf8')) as RunResult
  }

  /** Runs a command to its end. */
  backlot(...args: string[]): Promise<Said> {
    return this.listen(this.start(...args))
  }

  start(...args: string[]): ChildProcess {
    // A GitHub job that runs these tests is told nothing of them.
    const env = { ...process.env, GITHUB_STEP_SUMMARY: '' }
    return spawn(process.execPath, [launcher, ...args], { cwd: this.folder, env })
  }

  listen(child: ChildProcess): Promise<Said> {
    return new Promise((resolve) => {
      let [out, err] = ['', '']
      child.stdout!.on('data', (data: Buffer) => (out += String(data)))
      child.stderr!.on('data', (data: Buffer) => (err += String(data)))
      child.on('close', (code) => resolve({ code, out, err }))
    })
  }

  /** Takes the folder away. */
  end(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** A result without what may differ between two runs of the same: wall time, and where and by whom it was played. */
export function steady(result: RunResult): Omit<RunResult, 'history' | 'comparison' | 'former'> {
  const { history: _history, comparison: _comparison, former: _former, ...rest } = result
  return {
    ...rest,
    startedAt: '',
    wallMs: 0,
    run: { ...rest.run, jobs: 0 },
    trials: rest.trials.map((trial) => ({ ...trial, wallMs: 0 })),
  }
}

/** A scenario whose subject greets in a channel: `greeted.ts`, `again.ts` … with other names the same. */
export function greetedScenario(name = 'A newcomer is greeted once', options = ''): string {
  return `import { scenario } from '${language}'
export default scenario('${name}', { twins: ['slack'], ${options} }, async (kit) => {
  const { given, subject, step, check, journal, changes } = kit
  const channel = given.slack.channel({ name: 'hello' })
  changes.allow('slack.messages[+]')
  await step('somebody joins', () => subject.post('/joined', { channel: channel.id }))
  check('greeted once', journal.calls('slack', 'chat.postMessage').length, 1)
})
`
}

/** A module subject that greets, after what is put in `first`. */
export function greeterModule(first = ''): string {
  return `export default async ({ body }, { env, fetch }) => {
  ${first}
  const reply = await fetch(env.SLACK_API_URL + 'chat.postMessage', {
    method: 'POST',
    headers: { authorization: 'Bearer ' + env.SLACK_BOT_TOKEN, 'content-type': 'application/json' },
    body: JSON.stringify({ channel: body.channel, text: 'hi' }),
  }).catch(() => undefined)
  return { status: reply?.ok ? 200 : 500 }
}
`
}
