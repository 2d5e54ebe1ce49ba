import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { LoadOptions, LoadResult } from './load.ts'

const run = promisify(execFile)
const file = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const token = 'board-token'

/** A read by id: a bare `node:http` server against ours sending the same bytes. */
export interface HttpFigures {
  barePerSecond: number
  backlotPerSecond: number
  /** Ours to bare, in requests a second: the median of the rounds. */
  ratio: number
  ratios: number[]
  /** The same in requests per second of the server's own processor time, which a busy machine does not distort; Linux only. */
  cpuRatio: number | undefined
}

/**
 * Compares our server with a bare one, in turns, so that what else the machine does strikes both.
 * Server and load generator run on different cores where `taskset` is there.
 */
export async function measureHttp(
  options: { rounds?: number; ms?: number; connections?: number } = {},
): Promise<HttpFigures> {
  const { rounds = 9, ms = 1200, connections = 32 } = options
  const ours = await startServer(['backlot'])
  const path = await pathOfSample(ours.port)
  const sample = await takeSample(ours.port, path)
  const bare = await startServer(['bare', JSON.stringify(sample)])
  const headers = { authorization: `Bearer ${token}` }
  const strain = async ({ port, child }: RunningServer, time: number) => {
    const before = cpuSecondsOf(child)
    const { requests, perSecond } = await measure({ port, path, connections, ms: time, headers })
    return { perSecond, perCpuSecond: requests / (cpuSecondsOf(child) - before) }
  }
  try {
    await strain(bare, 1000)
    await strain(ours, 1000)
    const pairs: Record<'bare' | 'ours', Awaited<ReturnType<typeof strain>>>[] = []
    for (let i = 0; i < rounds; i++) {
      pairs.push({ bare: await strain(bare, ms), ours: await strain(ours, ms) })
    }
    const ratios = pairs.map((pair) => pair.ours.perSecond / pair.bare.perSecond)
    // The best round of each: what else the machine does can only add processor time.
    const best = (of: 'ours' | 'bare') => Math.max(...pairs.map((pair) => pair[of].perCpuSecond))
    const cpuRatio = best('ours') / best('bare')
    return {
      barePerSecond: median(pairs.map((pair) => pair.bare.perSecond)),
      backlotPerSecond: median(pairs.map((pair) => pair.ours.perSecond)),
      ratio: median(ratios),
      ratios,
      cpuRatio: Number.isNaN(cpuRatio) ? undefined : cpuRatio,
    }
  } finally {
    ours.child.kill()
    bare.child.kill()
  }
}

/** Runs the load generator as a process of its own. Fails when any answer was no success. */
export async function measure(options: LoadOptions): Promise<LoadResult> {
  const { stdout } = await run(...pinned(1, [file('load.ts'), JSON.stringify(options)]))
  const result = JSON.parse(stdout) as LoadResult
  if (result.failed > 0) {
    throw new Error(`${result.failed} of ${result.requests} answers were no success`)
  }
  return result
}

/** Processor time that a process has used; NaN where the system does not tell. */
function cpuSecondsOf({ pid }: ChildProcess): number {
  if (process.platform !== 'linux') return Number.NaN
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  // The fourteenth and fifteenth field, in hundredths of a second.
  return (Number(fields[11]) + Number(fields[12])) / 100
}

interface RunningServer {
  child: ChildProcess
  port: number
}

async function pathOfSample(port: number): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/board/notes?limit=1`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const [note] = (await answer.json()) as { id: string }[]
  return `/board/notes/${note!.id}`
}

async function takeSample(port: number, path: string) {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const skipped = new Set(['connection', 'keep-alive'])
  const headers = [...answer.headers].filter(([name]) => !skipped.has(name)).flat()
  return { status: answer.status, headers, body: await answer.text() }
}

function startServer(args: string[]): Promise<RunningServer> {
  const child = spawn(...pinned(0, [file('http-server.ts'), ...args]), {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
    child.stdout!.once('data', (port: Buffer) => resolve({ child, port: Number(String(port)) }))
  })
}

/** A Node process on one core, where the system can do that. */
function pinned(core: number, args: string[]): [string, string[]] {
  if (process.platform !== 'linux') return [process.execPath, args]
  return ['taskset', ['-c', String(core), process.execPath, ...args]]
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}

if (import.meta.main) {
  const figures = await measureHttp()
  const { ratio, ratios, cpuRatio, barePerSecond, backlotPerSecond } = figures
  console.log(`HTTP read by id: ${ratio.toFixed(2)} × bare node:http in requests a second`)
  console.log(
    `  ${backlotPerSecond} to ${barePerSecond}; rounds ${ratios.map((one) => one.toFixed(2)).join(', ')}`,
  )
  console.log(`  ${cpuRatio?.toFixed(2)} × in requests per second of processor time`)
}
