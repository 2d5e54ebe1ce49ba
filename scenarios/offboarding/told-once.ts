import { scenario } from '../../runner/scenario.ts'
import { allowLeaving, giveWork, hire, lead, lookAt, messagesIn, findRoom } from './_leaver.ts'

export default scenario(
  'A leaver who is reported twice is off-boarded once',
  {
    twins: ['okta', 'jira', 'slack'],
    budget: { calls: 90, writes: 20, seconds: 30 },
    tags: ['offboarding', 'idempotence'],
  },
  async (kit) => {
    const { subject, step, check, changes, advance } = kit
    const leaver = hire(kit)
    const issues = giveWork(kit, leaver, 2)
    const room = findRoom(kit)
    allowLeaving(kit, leaver, issues)
    changes.allow(`slack.messages[+channel=${room}]`)
    const report = () => subject.post('/hr/leavers', { email: leaver.email })

    await step('HR reports the leaver', report)
    advance('10 minutes')
    const again = await step('HR reports the leaver again', report)

    check('the second report is fine as well', again.status, 200)
    await step('nothing happened twice', () => {
      check('one message', messagesIn(kit, room).length, 1)
      const handedOver = { assignee: lead, comments: 1 }
      check('one comment on the first issue', lookAt(kit, issues[0]!), handedOver)
      check('one comment on the second issue', lookAt(kit, issues[1]!), handedOver)
    })
  },
)
