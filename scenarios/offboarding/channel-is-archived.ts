import { scenario } from '../../runner/scenario.ts'
import { allowLeaving, findRoom, giveWork, hire, lead, lookAt } from './_leaver.ts'

export default scenario(
  'Access is closed even where the channel to tell it in is gone',
  {
    twins: ['okta', 'jira', 'slack'],
    budget: { calls: 50, writes: 15, seconds: 20 },
    tags: ['offboarding', 'degrades'],
    about: 'Telling is the least of it: the service does the rest and says that it could not tell.',
  },
  async (kit) => {
    const { subject, step, check, okta, slack } = kit
    const leaver = hire(kit)
    const [issue] = giveWork(kit, leaver, 1)
    // Who posts into it is told is_archived (twins/slack/FACTS.md: archive).
    slack.post('/api/conversations.archive', { channel: findRoom(kit) })
    allowLeaving(kit, leaver, [issue!])

    const reply = await step('HR reports the leaver', () =>
      subject.post('/hr/leavers', { email: leaver.email }),
    )

    check(
      'the account is deactivated',
      okta.get(`/api/v1/users/${leaver.oktaId}`).body.status,
      'DEPROVISIONED',
    )
    check('the issue is handed over', lookAt(kit, issue!), { assignee: lead, comments: 1 })
    check('the service says that it is done', reply.status, 200)
    check('and that nobody was told', (reply.body as { told?: unknown } | undefined)?.told, false)
  },
)
