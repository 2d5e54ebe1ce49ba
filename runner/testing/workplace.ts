import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** How a command ended, and what it said. */
export interface Said {
  code: number | null
  out: string
  err: string
}

/** A folder of its own, to call Backlot in as a person does. */
export interface Workplace {
  folder: string
  write: (name: string, text: string) => void
  backlot: (...args: string[]) => Promise<Said>
  /** Any program, in that folder. */
  run: (program: string, ...args: string[]) => Promise<Said>
  end: () => void
}

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'backlot.js')

/** What a scenario file imports the language from. */
export const language = pathToFileURL(join(import.meta.dirname, '..', 'scenario.ts')).href

/** Makes such a folder. */
export function createWorkplace(): Workplace {
  const folder = mkdtempSync(join(tmpdir(), 'backlot-test-'))
  const run: Workplace['run'] = (program, ...args) =>
    new Promise((resolve) => {
      const child = spawn(program, args, { cwd: folder })
      let [out, err] = ['', '']
      child.stdout.on('data', (data: Buffer) => (out += String(data)))
      child.stderr.on('data', (data: Buffer) => (err += String(data)))
      child.on('close', (code) => resolve({ code, out, err }))
    })
  return {
    folder,
    write: (name, text) => {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    },
    backlot: (...args) => run(process.execPath, launcher, ...args),
    run,
    end: () => rmSync(folder, { recursive: true, force: true }),
  }
}
