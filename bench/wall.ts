import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { World } from '../engine/world.ts'
import { serveHttp } from '../fronts/http.ts'
import { createResolver } from '../fronts/resolve.ts'
import { Worlds } from '../fronts/worlds.ts'
import { playTrial } from '../runner/play.ts'
import { scenario } from '../runner/scenario.ts'
import { createCommandSubject } from '../runner/subject/command.ts'
import { createEnvironmentWall } from '../runner/wall/environment.ts'
import { LaneWall } from '../runner/wall/lane/lane-wall.ts'
import { probeLane } from '../runner/wall/lane/probe.ts'
import type { Wall } from '../runner/wall/wall.ts'
import { loadTwin } from '../twins/index.ts'

/**
 * What the wall costs: command trials with one request each, a fresh Node for every one, behind settings
 * alone and in lanes, in turns. Prints a line of JSON: trials a second, processor time of a trial with
 * all its processes (where this user may make a control group, version 1), and how long a lane takes to
 * open. `node bench/wall.ts [trials of each]`
 */

const trials = Number(process.argv[2] ?? 120)
const rounds = 4
const jobs = availableParallelism()
const probe = await probeLane()
if (!('tools' in probe)) throw new Error(`No lane here: ${probe.why}. ${probe.fix}`)
const { tools, means } = probe

const folder = mkdtempSync(join(tmpdir(), 'bench-wall-'))
writeFileSync(
  join(folder, 'subject.cjs'),
  `const url = new URL('api/auth.test', process.env.SLACK_API_URL)
const { get } = require(url.protocol === 'https:' ? 'node:https' : 'node:http')
const headers = { authorization: 'Bearer ' + process.env.SLACK_BOT_TOKEN }
get(url, { headers, agent: false }, (reply) => {
  reply.resume()
  reply.on('end', () => console.log(JSON.stringify({ status: reply.statusCode })))
})
`,
)
const asking = scenario('One call', { twins: ['slack'] }, async ({ subject, check }) => {
  check('it answered', (await subject.post('/go')).status, 200)
})
const base = World.create({ twins: [await loadTwin('slack')], seed: 'bench' })
const worlds = new Worlds()
const http = await serveHttp({ resolve: createResolver(worlds) })

interface Measured {
  wallMs: number
  cpuMs: number
  count: number
}

async function play(wall: Wall, count: number): Promise<Measured> {
  const subject = createCommandSubject({
    name: 'bench',
    command: ['node', 'subject.cjs'],
    cwd: folder,
    env: {},
    timeoutMs: 30_000,
    startMs: 30_000,
    wall,
  })
  let next = 0
  const work = async (until: number): Promise<void> => {
    while (next < until) {
      const trial = {
        scenarioId: 'bench/wall',
        scenario: asking,
        seed: String(next++),
        plan: { name: 'none', faults: [] },
      }
      const { verdict, why } = await playTrial(trial, {
        base,
        subject,
        server: { url: http.url, worlds },
      })
      if (verdict !== 'satisfied') throw new Error(`The trial is ${verdict}: ${why[0]?.text}`)
    }
  }
  const workers = (until: number) => Array.from({ length: jobs }, () => work(until))
  // Lanes are opened by the first trials, and serve all that follow.
  await Promise.all(workers(jobs))
  const cpuBefore = cpuMs()
  const begun = performance.now()
  await Promise.all(workers(jobs + count))
  const wallMs = performance.now() - begun
  const measured = { wallMs, cpuMs: cpuMs() - cpuBefore, count }
  await subject.close()
  return measured
}

/** Of this process and everything below it, in ms: a sandbox does not tell its own to whoever waits for it. */
function cpuMs(): number {
  return group === undefined ? Number.NaN : Number(readFileSync(`${group}/cpuacct.usage`)) / 1e6
}

/** A control group that this process and all that it starts are counted in. */
function joinGroup(): string | undefined {
  const own = `/sys/fs/cgroup/cpuacct/bench-${process.pid}`
  try {
    mkdirSync(own)
    writeFileSync(`${own}/cgroup.procs`, String(process.pid))
    return own
  } catch {
    return undefined
  }
}

function leaveGroup(): void {
  if (group === undefined) return
  writeFileSync('/sys/fs/cgroup/cpuacct/cgroup.procs', String(process.pid))
  rmdirSync(group)
}

async function openMs(): Promise<number> {
  const wall = new LaneWall(tools, means)
  const begun = performance.now()
  await wall.open({ readable: [folder] })
  const took = performance.now() - begun
  await wall.close()
  return took
}

function sum(measured: readonly Measured[]): { perSecond: number; cpuMs: number } {
  const total = (field: keyof Measured) => measured.reduce((sum, one) => sum + one[field], 0)
  const all = total('count')
  return { perSecond: (all / total('wallMs')) * 1000, cpuMs: total('cpuMs') / all }
}

const [bare, lane]: [Measured[], Measured[]] = [[], []]
const group = joinGroup()
await openMs()
const opening = await openMs()
for (let round = 0; round < rounds; round++) {
  const count = Math.ceil(trials / rounds)
  bare.push(await play(createEnvironmentWall(), count))
  lane.push(await play(new LaneWall(tools, means), count))
}
await http.close()
rmSync(folder, { recursive: true })
leaveGroup()
const [one, two] = [sum(bare), sum(lane)]
console.log(
  JSON.stringify({
    name: 'wall',
    jobs,
    barePerSecond: one.perSecond,
    lanePerSecond: two.perSecond,
    ratio: two.perSecond / one.perSecond,
    bareCpuMs: one.cpuMs,
    laneCpuMs: two.cpuMs,
    openMs: opening,
  }),
)
