import { scenario } from '../runner/scenario.ts'
import { createModuleSubject } from '../runner/subject/module.ts'

/** A story of ten calls and three looks, which every bench of trials plays. */
export const tenCalls = scenario(
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

/** A function of this process that makes the ten calls. */
export const tenCallsModule = createModuleSubject(
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
