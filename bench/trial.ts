import { World } from '../engine/world.ts'
import { playTrial } from '../runner/play.ts'
import { scenario } from '../runner/scenario.ts'
import { createModuleSubject } from '../runner/subject/module.ts'
import { loadTwin } from '../twins/index.ts'

/**
 * A whole trial in this process, as the runner plays it: fork, given, ten calls of the subject
 * through `fetch`, three looks, the difference to the base, verdict. Prints percentiles in ms of wall time.
 */

const offboard = scenario(
  'A leaver keeps no access',
  { twins: ['okta'] },
  async ({ given, subject, step, check, okta, journal, changes }) => {
    const leaver = given.okta.user({
      email: 'leaver@bench.example',
      firstName: 'Lee',
      lastName: 'Ver',
    })
    changes.allow(`okta.users[${leaver.id}]`)
    await step('HR reports the leaver', () => subject.post('/hr/leavers', { id: leaver.id }))
    const { body } = okta.get(`/api/v1/users/${leaver.id}`)
    check('the account is closed', (body as { status: string }).status, 'DEPROVISIONED')
    check('one deactivation', journal.calls('okta', 'deactivateUser').length, 1)
    check('ten calls', journal.calls('okta').length, 10)
  },
)

const subject = createModuleSubject(
  async ({ body }, { env, fetch }) => {
    const user = `${env['OKTA_CLIENT_ORGURL']}/api/v1/users/${(body as { id: string }).id}`
    const headers = { authorization: `SSWS ${env['OKTA_CLIENT_TOKEN']}` }
    for (let n = 0; n < 8; n++) await (await fetch(user, { headers })).json()
    await fetch(`${user}/sessions`, { method: 'DELETE', headers })
    await fetch(`${user}/lifecycle/deactivate`, { method: 'POST', headers })
    return { status: 200, body: {} }
  },
  { name: 'bench', reach: 'fetch', env: {}, timeoutMs: 5000 },
)

const base = World.create({ twins: [await loadTwin('okta')], seed: 'bench' })
const times: number[] = []
for (let n = 0; n < 1500; n++) {
  const trial = {
    scenarioId: 'bench/trial',
    scenario: offboard,
    seed: String(n),
    plan: { name: 'none', faults: [] },
  }
  const start = performance.now()
  const { verdict, checks } = await playTrial(trial, { base, subject })
  if (n >= 500) times.push(performance.now() - start)
  if (verdict !== 'satisfied') throw new Error(`The trial is ${verdict}: ${JSON.stringify(checks)}`)
}
times.sort((a, b) => a - b)
const at = (share: number) => times[Math.floor(times.length * share)]!
console.log(JSON.stringify({ name: 'trial', median: at(0.5), p90: at(0.9), p99: at(0.99) }))
