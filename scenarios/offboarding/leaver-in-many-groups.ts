import { scenario } from '../../runner/scenario.ts'
import { allowLeaving, groupsOf, hire, findRoom } from './_leaver.ts'

export default scenario(
  'A leaver who was in many groups is in none of them afterwards',
  {
    twins: ['okta', 'jira', 'slack'],
    budget: { calls: 80, writes: 60, seconds: 60 },
    tags: ['offboarding', 'access'],
  },
  async (kit) => {
    const { given, subject, step, check, okta, changes, random } = kit
    const leaver = hire(kit)
    const count = random(30, 44)
    for (let i = 1; i <= count; i++) {
      given.okta.group({ name: `Project ${i}`, members: [leaver.oktaId] })
    }
    const room = findRoom(kit)
    allowLeaving(kit, leaver, [])
    changes.allow(`slack.messages[+channel=${room}]`)

    await step('HR reports the leaver', () => subject.post('/hr/leavers', { email: leaver.email }))

    check(
      'the account is deactivated',
      okta.get(`/api/v1/users/${leaver.oktaId}`).body.status,
      'DEPROVISIONED',
    )
    check('no group is left', groupsOf(kit, leaver.oktaId), [])
  },
)
