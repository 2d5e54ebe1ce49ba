#!/usr/bin/env node
// Starts Backlot on Node 24 or later. Plain JavaScript that an old Node reads too, because it must be
// able to say so, or to hand over to the newer Node that `npm install` brought (the package `node`).
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const LEAST_MAJOR = 24
const here = dirname(fileURLToPath(import.meta.url))

if (Number(process.versions.node.split('.')[0]) >= LEAST_MAJOR) {
  // What is compiled once need not be at the next start.
  nodeModule.enableCompileCache?.()
  const source = join(here, '..', 'runner', 'cli.ts')
  const built = join(here, '..', 'dist', 'runner', 'cli.js')
  await import(pathToFileURL(existsSync(source) ? source : built).href)
} else {
  const newer = findNewerNode()
  if (newer === undefined || process.env.BACKLOT_HANDED_OVER !== undefined) {
    process.stderr.write(
      `Backlot needs Node ${LEAST_MAJOR} or later; this is ${process.version}.\n` +
        `Either install it (https://nodejs.org), or bring it along: npm install --save-dev node@${LEAST_MAJOR}\n`,
    )
    process.exitCode = 2
  } else handOver(newer)
}

/** The binary of the npm package `node`, in the nearest node_modules above us or above where we are. */
function findNewerNode() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  for (const start of [here, process.cwd()]) {
    for (let folder = start; ; folder = dirname(folder)) {
      const binary = join(folder, 'node_modules', 'node', 'bin', name)
      if (existsSync(binary)) return binary
      if (dirname(folder) === folder) break
    }
  }
  return undefined
}

function handOver(binary) {
  const env = { ...process.env, BACKLOT_HANDED_OVER: '1' }
  const child = spawn(binary, process.argv.slice(1), { stdio: 'inherit', env })
  // A terminal tells the whole group of Ctrl-C; the child decides what it means, and we wait for it.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.on('error', (error) => {
    process.stderr.write(`Node could not be started from ${binary}: ${error.message}\n`)
    process.exitCode = 3
  })
  child.on('exit', (code, signal) => {
    process.exitCode = signal === null ? (code ?? 3) : 128 + (signal === 'SIGINT' ? 2 : 15)
  })
}
