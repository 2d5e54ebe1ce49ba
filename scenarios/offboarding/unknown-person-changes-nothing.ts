import { scenario } from '../../runner/scenario.ts'
import { giveWork, hire, lookAt, messagesIn, findRoom } from './_leaver.ts'

export default scenario(
  'Nobody is off-boarded for a mistyped address',
  {
    twins: ['okta', 'jira', 'slack'],
    budget: { calls: 20, writes: 0, seconds: 20 },
    tags: ['offboarding', 'caution'],
    about: 'The address is one letter away from that of somebody who stays.',
  },
  async (kit) => {
    const { subject, step, check, okta } = kit
    const colleague = hire(kit)
    // The last letter of the name is missing.
    const mistyped = colleague.email.replace(/.@/, '@')
    const [issue] = giveWork(kit, colleague, 1)
    const room = findRoom(kit)

    const reply = await step('HR mistypes an address', () =>
      subject.post('/hr/leavers', { email: mistyped }),
    )

    check('the service says that there is nobody', reply.status, 404)
    await step('nothing happened', () => {
      check(
        'the colleague has the account',
        okta.get(`/api/v1/users/${colleague.oktaId}`).body.status,
        'ACTIVE',
      )
      check('and the issue', lookAt(kit, issue!), { assignee: colleague.email, comments: 0 })
      check('the channel was told nothing', messagesIn(kit, room), [])
    })
  },
)
