import { scenario } from '../../runner/scenario.ts'
import { giveWork, hire, lead, lookAt, messagesIn, findRoom } from './_leaver.ts'

export default scenario(
  'Somebody whose account was closed by hand is off-boarded all the same',
  {
    twins: ['okta', 'jira', 'slack'],
    budget: { calls: 50, writes: 15, seconds: 20 },
    tags: ['offboarding', 'idempotence'],
  },
  async (kit) => {
    const { subject, step, check, changes } = kit
    const leaver = hire(kit, undefined, 'DEPROVISIONED')
    const [issue] = giveWork(kit, leaver, 1)
    const room = findRoom(kit)
    changes.allow(
      `jira.issues[${issue}].fields.assignee`,
      `jira.comments[+issue=${issue}]`,
      `slack.messages[+channel=${room}]`,
    )

    const reply = await step('HR reports the leaver', () =>
      subject.post('/hr/leavers', { email: leaver.email }),
    )

    check('the service says that it is done', reply.status, 200)
    check('the issue is handed over', lookAt(kit, issue!), { assignee: lead, comments: 1 })
    check('the channel was told once', messagesIn(kit, room).length, 1)
  },
)
