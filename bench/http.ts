import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { LoadOptions, LoadResult } from './load.ts'

const run = promisify(execFile)
const file = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const token = 'board-token'

/** Requests a second of a bare `node:http` server and of ours sending the same bytes; a read by id. */
export interface HttpFigures {
  barePerSecond: number
  backlotPerSecond: number
  /** The median of the rounds' ratios. */
  ratio: number
  ratios: number[]
}

/**
 * Compares our server with a bare one, in turns, so that what else the machine does strikes both.
 * Server and load generator run on different cores where `taskset` is there.
 */
export async function measureHttp(
  options: { rounds?: number; ms?: number; connections?: number } = {},
): Promise<HttpFigures> {
  const { rounds = 5, ms = 1500, connections = 32 } = options
  const ours = await startServer(['backlot'])
  const path = await pathOfSample(ours.port)
  const sample = await takeSample(ours.port, path)
  const bare = await startServer(['bare', JSON.stringify(sample)])
  const load = (port: number, time = ms) =>
    measure({ port, path, connections, ms: time, headers: { authorization: `Bearer ${token}` } })
  try {
    await load(bare.port, 1000)
    await load(ours.port, 1000)
    const pairs: [bare: number, ours: number][] = []
    for (let i = 0; i < rounds; i++) pairs.push([await load(bare.port), await load(ours.port)])
    const ratios = pairs.map(([bare, ours]) => ours / bare)
    return {
      barePerSecond: median(pairs.map(([bare]) => bare)),
      backlotPerSecond: median(pairs.map(([, ours]) => ours)),
      ratio: median(ratios),
      ratios,
    }
  } finally {
    ours.child.kill()
    bare.child.kill()
  }
}

/** Runs the load generator as a process of its own and returns its requests a second. */
export async function measure(options: LoadOptions): Promise<number> {
  const { stdout } = await run(...pinned(1, [file('load.ts'), JSON.stringify(options)]))
  const result = JSON.parse(stdout) as LoadResult
  if (result.failed > 0)
    throw new Error(`${result.failed} of ${result.requests} answers were no success`)
  return result.perSecond
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

function startServer(args: string[]): Promise<{ child: ChildProcess; port: number }> {
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
  console.log(
    `HTTP read by id: ${figures.ratio.toFixed(2)} × bare node:http ` +
      `(${figures.backlotPerSecond} to ${figures.barePerSecond} requests a second; rounds ${figures.ratios
        .map((one) => one.toFixed(2))
        .join(', ')})`,
  )
}
