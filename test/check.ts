import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * The core of CI: `npm run check`. A step whose inputs (every file of the tree, and Node's version)
 * have not changed since it last passed is not run again; `--fresh` runs all.
 */

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const cacheFile = join(root, 'node_modules/.cache/backlot-check.json')
const steps: [name: string, command: string, ...args: string[]][] = [
  ['format', 'oxfmt', '--check'],
  ['lint', 'oxlint', '--deny-warnings'],
  ['types', 'tsc', '-p', '.'],
  ['types of the page', 'tsc', '-p', 'runner/report/client'],
  ['unused code', 'knip'],
  ['ledger', 'node', 'bin/backlot.js', 'twins', '--check'],
  ['test', 'vitest', 'run'],
  ['red team', 'vitest', 'run', '--config', 'vitest.red-team.config.ts'],
  ['build', 'node', 'test/build.ts'],
  ['package', 'publint', '--strict'],
]

const isFresh = process.argv.includes('--fresh')
// CI has run the tests by the README's own command a moment ago.
const isTested = process.argv.includes('--tested')
const state = treeState()
const passed: Record<string, string> =
  !isFresh && existsSync(cacheFile) ? JSON.parse(readFileSync(cacheFile, 'utf8')) : {}

for (const [name, command, ...args] of steps) {
  if (isTested && (name === 'test' || name === 'red team')) continue
  if (passed[name] === state && !(name === 'build' && !existsSync(join(root, 'dist')))) {
    console.log(`✓ ${name} (unchanged since it last passed)`)
    continue
  }
  const start = Date.now()
  const path = `${join(root, 'node_modules/.bin')}:${process.env['PATH']}`
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  })
  if (status !== 0) {
    console.error(`✗ ${name} failed: ${[command, ...args].join(' ')}`)
    process.exit(1)
  }
  console.log(`✓ ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`)
  passed[name] = state
  mkdirSync(dirname(cacheFile), { recursive: true })
  writeFileSync(cacheFile, JSON.stringify(passed))
}

/** A digest of every file that git tracks or would track, and of what runs them. */
function treeState(): string {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const files = execFileSync('git', list, { cwd: root, encoding: 'utf8' }).split('\0')
  const hash = createHash('sha256').update(process.version)
  for (const file of files.toSorted()) {
    if (file === '' || !existsSync(join(root, file))) continue
    hash.update(`\0${file}\0`).update(readFileSync(join(root, file)))
  }
  return hash.digest('hex')
}
