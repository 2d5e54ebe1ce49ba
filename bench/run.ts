import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { measureHttp } from './http.ts'
import { measurePrism } from './prism.ts'
import { measureReport } from './report.ts'
import { measureStartUp } from './startup.ts'

/** `npm run bench`: measures everything in one run and writes `bench/RESULTS.md`. Takes some minutes; wants an idle machine. */

interface Row {
  what: string
  aim: string
  found: string
  isMet: boolean
}

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const rows: Row[] = []

function note(what: string, aim: string, found: string, isMet: boolean): void {
  rows.push({ what, aim, found, isMet })
  console.log(`${isMet ? '✓' : '✗'} ${what}: ${found} (aim: ${aim})`)
}

/** Runs one part in a process of its own, with garbage collection at hand, and reads its lines. */
function runPart(script: string, ...args: string[]): Record<string, number>[] {
  const flags = ['--expose-gc', '--max-old-space-size=12000']
  const options = { encoding: 'utf8' as const, stdio: ['ignore', 'pipe', 'inherit'] as never }
  const text = execFileSync(
    process.execPath,
    [...flags, file(script), ...args],
    options,
  ) as unknown as string
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, number>)
}

function kilo(n: number): string {
  return `${Math.round(n / 1000)},000`
}

const forks = runPart('engine.ts', 'forks')
for (const { users, us, bytes } of forks) {
  const found = `${us!.toFixed(2)} µs, ${Math.round(bytes!)} bytes`
  note(
    `fork of a world with ${users!.toLocaleString('en')} Okta users`,
    '≤ 5 µs, ≤ 2 KB',
    found,
    us! <= 5 && bytes! <= 2048,
  )
}

const calls = new Map(runPart('engine.ts', 'calls').map((one) => [String(one['name']), one]))
const perSecond = (name: string) => calls.get(name)!['perSecond']!
note(
  'read by id: getUser, any of 100,000',
  '≥ 300,000 a second',
  kilo(perSecond('read')),
  perSecond('read') >= 300_000,
)
note(
  'read by id: getUser, any of 1,000',
  '≥ 300,000 a second',
  kilo(perSecond('read-near')),
  perSecond('read-near') >= 300_000,
)
note(
  'create: small twin (one row, one event)',
  '≥ 100,000 a second',
  kilo(perSecond('create-small')),
  perSecond('create-small') >= 100_000,
)
note(
  'create: Okta createUser (a user, a membership, log events)',
  '≥ 100,000 a second',
  kilo(perSecond('create')),
  perSecond('create') >= 100_000,
)

const { ratio: pages } = runPart('engine.ts', 'pages').find(
  (one) => String(one['name']) === 'page-ratio',
)!
note(
  'a page of 100 of 1,000,000 Okta users, to the same of 1,000',
  '≤ 1.5 ×',
  `${pages!.toFixed(2)} ×`,
  pages! <= 1.5,
)

const [trial] = runPart('trial.ts')
note(
  'a whole trial in this process',
  '≤ 1 ms at the median',
  `${trial!['median']!.toFixed(2)} ms (p90 ${trial!['p90']!.toFixed(2)})`,
  trial!['median']! <= 1,
)

const http = await measureHttp()
const byCpu = http.cpuRatio === undefined ? '' : `; by processor time ${http.cpuRatio.toFixed(2)} ×`
note(
  'HTTP read by id, to a bare node:http server sending the same bytes',
  '≥ 0.70 ×',
  `${http.ratio.toFixed(2)} × (${kilo(http.backlotPerSecond)} a second)${byCpu}`,
  http.ratio >= 0.7,
)

const prism = await measurePrism()
if (prism !== undefined) {
  const found = `${prism.ratio.toFixed(0)} × (${Math.round(prism.backlotPerSecond)} to ${Math.round(prism.prismPerSecond)} a second)`
  note(
    'HTTP read of a Jira issue, to Prism on Jira’s document',
    '≥ 100 ×',
    found,
    prism.ratio >= 100,
  )
}

const starts = await measureStartUp()
const start = starts[starts.length >> 1]!
note(
  'backlot up of three twins to the first answer',
  '≤ 600 ms',
  `${Math.round(start)} ms (median of ${starts.length})`,
  start <= 600,
)

const modules = new Map(runPart('trials.ts').map((one) => [String(one['name']), one]))
const [alone, all] = [modules.get('one core')!, modules.get('all cores')!]
note(
  'trials of a module with ten calls, on all cores',
  '≥ 1,000 a second',
  `${all['steady']} a second once the workers stand (${all['perSecond']} with loading and scoring; one core ${alone['steady']})`,
  all['steady']! >= 1000,
)

const [service] = runPart('service.ts')
note(
  'trials of a warm service with ten calls',
  '≥ 500 a second',
  `${Math.round(service!['perSecond']!)} a second, ${service!['cpuMs']!.toFixed(1)} ms of our processor time each`,
  service!['perSecond']! >= 500,
)

const [wall] = runPart('wall.ts')
if (wall?.['lanePerSecond'] !== undefined) {
  note(
    'trials of a command with one request, a fresh Node each, in lanes',
    '≥ 20 a second',
    `${wall['lanePerSecond'].toFixed(1)} a second; without a wall ${wall['barePerSecond']!.toFixed(1)} (${wall['ratio']!.toFixed(2)} ×)`,
    wall['lanePerSecond'] >= 20,
  )
}

const page = await measureReport(10_000)
const pageSize = `${page.pageMb} MB (the result: ${page.resultMb} MB)`
note(
  'page of 10,000 trials: size, with every trial in it',
  '≤ 10 MB',
  `${pageSize}, made in ${(page.renderMs / 1000).toFixed(1)} s`,
  page.pageMb <= 10,
)
if (page.readyMs !== undefined) {
  note(
    'page of 10,000 trials in Chromium: until list and search answer',
    '≤ 2 s',
    `${page.readyMs} ms; first content after ${page.firstContentMs} ms, the last trial shown ${page.openMs} ms after a key`,
    page.readyMs <= 2000,
  )
}

const table = rows.map(
  ({ what, aim, found, isMet }) =>
    `| ${what} | ${aim} | ${found} | ${isMet ? 'met' : '**missed**'} |`,
)
writeFileSync(
  file('./RESULTS.md'),
  `# Benchmark

Made by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: ${cpus()[0]!.model.trim()}, ${cpus().length} cores,
${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}. Figures of one process are CPU time; servers and load generator
stand on different cores. Machines here are shared and noisy: compare within a run, not between runs.

| what | aim | found | |
|---|---|---|---|
${table.join('\n')}
`,
)
