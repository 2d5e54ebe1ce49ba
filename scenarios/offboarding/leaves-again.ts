import { scenario } from '../../runner/scenario.ts'
import { allowLeaving, findRoom, hire, messagesIn } from './_leaver.ts'

export default scenario(
  'Somebody who comes back and leaves again is off-boarded again',
  {
    twins: ['okta', 'jira', 'slack'],
    budget: { calls: 80, writes: 20, seconds: 30 },
    tags: ['offboarding', 'idempotence'],
    about: 'Remembering people instead of departures would leave the door open the second time.',
  },
  async (kit) => {
    const { subject, step, check, okta, changes, advance } = kit
    const leaver = hire(kit)
    const room = findRoom(kit)
    allowLeaving(kit, leaver, [])
    changes.allow(`slack.messages[+channel=${room}]`)
    const report = () => subject.post('/hr/leavers', { email: leaver.email })
    const account = `/api/v1/users/${leaver.oktaId}`

    await step('HR reports the leaver', report)
    check('the account is deactivated', okta.get(account).body.status, 'DEPROVISIONED')

    await step('the person is hired again a season later', () => {
      advance('90 days')
      okta.post(`${account}/lifecycle/activate?sendEmail=false`)
      advance('90 days')
    })
    await step('HR reports the leaver again', report)

    check('the account is deactivated again', okta.get(account).body.status, 'DEPROVISIONED')
    check('the channel was told of both departures', messagesIn(kit, room).length, 2)
  },
)
