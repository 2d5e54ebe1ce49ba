import { scenario } from '../../runner/scenario.ts'
import { allowLeaving, groupsOf, hire, findRoom } from './_leaver.ts'

export default scenario(
  'A leaver keeps no access',
  {
    twins: ['okta', 'jira', 'slack'],
    budget: { calls: 50, writes: 15, seconds: 20 },
    tags: ['offboarding', 'access'],
    about: 'The account is closed, its sessions end, and it leaves every group it was put into.',
  },
  async (kit) => {
    const { given, subject, step, check, okta, changes } = kit
    const leaver = hire(kit)
    given.okta.group({ name: 'VPN', members: [leaver.oktaId] })
    given.okta.group({ name: 'Payroll', members: [leaver.oktaId] })
    const session = given.okta.session({ user: leaver.oktaId })
    const room = findRoom(kit)
    allowLeaving(kit, leaver, [])
    changes.allow(`slack.messages[+channel=${room}]`)

    const reply = await step('HR reports the leaver', () =>
      subject.post('/hr/leavers', { email: leaver.email }),
    )

    check('the service says that it is done', reply.status, 200)
    await step('no way in is left', () => {
      check(
        'the account is deactivated',
        okta.get(`/api/v1/users/${leaver.oktaId}`).body.status,
        'DEPROVISIONED',
      )
      check('the session is over', okta.get(`/api/v1/sessions/${session.id}`).status, 404)
      // Okta leaves the groups of a deactivated account alone (twins/okta/FACTS.md: leaver-groups).
      check('no group is left', groupsOf(kit, leaver.oktaId), [])
    })
  },
)
