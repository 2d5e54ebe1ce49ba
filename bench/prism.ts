import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { measure } from './http.ts'

/** Requests a second of the Jira twin and of Prism's mock of Jira's own document, for the same read of an issue. */
export interface PrismFigures {
  backlotPerSecond: number
  prismPerSecond: number
  ratio: number
}

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const document = file('../../shared/specs/jira-platform-v3-2026-05-29.json')
const prismBin = file('./prism/node_modules/.bin/prism')

/** Undefined, with a printed reason, where Jira's document is not at hand. Installs Prism in its own folder the first time. */
export async function measurePrism(): Promise<PrismFigures | undefined> {
  if (!existsSync(document)) {
    console.log('prism: skipped, since Jira’s OpenAPI document is not beside the repository')
    return undefined
  }
  if (!existsSync(prismBin)) {
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund']
    execFileSync('npm', args, { cwd: file('./prism'), stdio: 'inherit' })
  }
  const ours = await startBacklot()
  const prism = await startPrism()
  try {
    const path = '/rest/api/3/issue/ENG-1'
    const headers = { authorization: ours.authorization }
    const load = { connections: 16, ms: 2000, headers }
    const found: { ours: number; theirs: number }[] = []
    // In turns, so that what else the machine does strikes both; the first turn warms up.
    for (let round = 0; round < 6; round++) {
      const mine = await measure({ ...load, port: ours.port, path: `/jira${path}` })
      const other = await measure({ ...load, port: prism.port, path })
      if (round > 0) found.push({ ours: mine.perSecond, theirs: other.perSecond })
    }
    found.sort((a, b) => a.ours / a.theirs - b.ours / b.theirs)
    const { ours: backlotPerSecond, theirs: prismPerSecond } = found[found.length >> 1]!
    return { backlotPerSecond, prismPerSecond, ratio: backlotPerSecond / prismPerSecond }
  } finally {
    ours.child.kill('SIGKILL')
    prism.child.kill('SIGKILL')
  }
}

/** Both servers on the first core; the load generator takes the second. */
function start(args: string[]): ChildProcess {
  const env = { ...process.env, SCARF_ANALYTICS: 'false' }
  const stdio = ['ignore', 'pipe', 'inherit'] as ['ignore', 'pipe', 'inherit']
  return spawn('taskset', ['-c', '0', process.execPath, ...args], { stdio, env })
}

async function startBacklot() {
  const child = start([file('../bin/backlot.js'), 'up', 'jira', '--json', '--port', '0'])
  const line = await waitFor(child, /\{.*\}/)
  const { url, twins } = JSON.parse(line) as {
    url: string
    twins: { jira: { email: string; tokens: { api: string } } }
  }
  const { email, tokens } = twins.jira
  const authorization = `Basic ${Buffer.from(`${email}:${tokens.api}`).toString('base64')}`
  return { child, port: Number(new URL(url).port), authorization }
}

async function startPrism() {
  const port = 4911
  const child = start([prismBin, 'mock', '-p', String(port), document])
  await waitFor(child, /Prism is listening/)
  return { child, port }
}

function waitFor(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout!.on('data', (data: Buffer) => {
      text += String(data)
      const found = pattern.exec(text)
      if (found !== null) resolve(found[0])
    })
    child.once('exit', (code) => reject(new Error(`a server ended with ${code}`)))
  })
}
