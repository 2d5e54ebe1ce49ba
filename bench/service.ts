import { join } from 'node:path'
import { World } from '../engine/world.ts'
import { serveHttp } from '../fronts/http.ts'
import { createResolver } from '../fronts/resolve.ts'
import { Worlds } from '../fronts/worlds.ts'
import { playTrial, type PlayOptions } from '../runner/play.ts'
import { createServiceSubject } from '../runner/subject/service/service.ts'
import type { Subject } from '../runner/subject/subject.ts'
import { createEnvironmentWall } from '../runner/wall/environment.ts'
import { loadTwin } from '../twins/index.ts'
import { tenCalls, tenCallsModule } from './ten-calls.ts'

/**
 * Trials on one warm service that has many of them at once, and the same trials on a function of this
 * process, in one run: ten calls of the subject, three looks, verdict. Prints trials a second, and what
 * one takes of this process's processor time, in ms: that bounds it where the service has a core of its own.
 */

const SECONDS = Number(process.argv[2] ?? 4)

const service = createServiceSubject({
  name: 'bench',
  command: ['node', join(import.meta.dirname, 'service-subject.ts')],
  cwd: import.meta.dirname,
  env: {},
  timeoutMs: 10_000,
  startMs: 10_000,
  stopMs: 1000,
  portEnv: 'PORT',
  tenant: { open: 'POST /tenants', close: 'DELETE /t/{id}', path: '/t/{id}' },
  warm: false,
  wall: createEnvironmentWall(),
})

const base = World.create({ twins: [await loadTwin('okta')], seed: 'bench' })
const worlds = new Worlds()
const server = await serveHttp({ resolve: createResolver(worlds) })
let seed = 0

interface Measured {
  perSecond: number
  cpuMs: number
}

/** Plays with so many trials under way, for so long. */
async function measure(subject: Subject, jobs: number, seconds: number): Promise<Measured> {
  const options: PlayOptions = { base, subject, server: { url: server.url, worlds } }
  const begun = performance.now()
  const cpu = process.cpuUsage()
  let played = 0
  const work = async (): Promise<void> => {
    while (performance.now() - begun < seconds * 1000) {
      const plan = { name: 'none', faults: [] }
      const trial = { scenarioId: 'bench/service', scenario: tenCalls, seed: String(++seed), plan }
      const { verdict, why } = await playTrial(trial, options)
      if (verdict !== 'satisfied')
        throw new Error(`The trial is ${verdict}: ${JSON.stringify(why)}`)
      played++
    }
  }
  await Promise.all(Array.from({ length: jobs }, work))
  const { user, system } = process.cpuUsage(cpu)
  const perSecond = played / ((performance.now() - begun) / 1000)
  return { perSecond, cpuMs: (user + system) / 1000 / played }
}

try {
  await measure(service, 8, 1)
  await measure(tenCallsModule, 1, 0.5)
  const inProcess = await measure(tenCallsModule, 1, SECONDS / 4)
  const { perSecond, cpuMs } = await measure(service, 16, SECONDS)
  const ratio = inProcess.perSecond / perSecond
  console.log(JSON.stringify({ name: 'service', perSecond, cpuMs, inProcess, ratio }))
} finally {
  await service.close()
  await server.close()
}
