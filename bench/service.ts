import { join } from 'node:path'
import { World } from '../engine/world.ts'
import { serveHttp } from '../fronts/http.ts'
import { createResolver } from '../fronts/resolve.ts'
import { Worlds } from '../fronts/worlds.ts'
import { playTrial, type PlayOptions } from '../runner/play.ts'
import { scenario } from '../runner/scenario.ts'
import { createModuleSubject } from '../runner/subject/module.ts'
import { createServiceSubject } from '../runner/subject/service/service.ts'
import type { Subject } from '../runner/subject/subject.ts'
import { createEnvironmentWall } from '../runner/wall/environment.ts'
import { loadTwin } from '../twins/index.ts'

/**
 * Trials on one warm service that has many of them at once, and the same trials on a function of this
 * process, in one run: ten calls of the subject, three looks, verdict. Prints trials a second, and what
 * one takes of this process's processor time, in ms: that bounds it where the service has a core of its own.
 */

const SECONDS = Number(process.argv[2] ?? 4)

const offboard = scenario(
  'A leaver keeps no access',
  { twins: ['okta'] },
  async ({ given, subject, check, okta, journal, changes }) => {
    const leaver = given.okta.user({
      email: 'leaver@bench.example',
      firstName: 'Lee',
      lastName: 'Ver',
    })
    changes.allow(`okta.users[${leaver.id}]`)
    await subject.post('/hr/leavers', { id: leaver.id })
    const { status } = okta.get<{ status: string }>(`/api/v1/users/${leaver.id}`).body
    check('the account is closed', status, 'DEPROVISIONED')
    check('one deactivation', journal.calls('okta', 'deactivateUser').length, 1)
    check('ten calls', journal.calls('okta').length, 10)
  },
)

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

const module = createModuleSubject(
  async ({ body }, { env, fetch }) => {
    const user = `${env['OKTA_CLIENT_ORGURL']}/api/v1/users/${(body as { id: string }).id}`
    const headers = { authorization: `SSWS ${env['OKTA_CLIENT_TOKEN']}` }
    for (let n = 0; n < 8; n++) await (await fetch(user, { headers })).json()
    await fetch(`${user}/sessions`, { method: 'DELETE', headers })
    await fetch(`${user}/lifecycle/deactivate`, { method: 'POST', headers })
    return { status: 200, body: {} }
  },
  { name: 'bench', reach: 'fetch', env: {}, timeoutMs: 10_000 },
)

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
      const trial = { scenarioId: 'bench/service', scenario: offboard, seed: String(++seed), plan }
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
  await measure(module, 1, 0.5)
  const inProcess = await measure(module, 1, SECONDS / 4)
  const { perSecond, cpuMs } = await measure(service, 16, SECONDS)
  const ratio = inProcess.perSecond / perSecond
  console.log(JSON.stringify({ name: 'service', perSecond, cpuMs, inProcess, ratio }))
} finally {
  await service.close()
  await server.close()
}
