import { scenario } from '../../runner/scenario.ts'
import { allowLeaving, giveWork, hire, lead, lookAt, messagesIn, findRoom } from './_leaver.ts'

export default scenario(
  'Open work goes to the lead, with a word why, and the channel is told how much',
  {
    twins: ['okta', 'jira', 'slack'],
    budget: { calls: 60, writes: 20, seconds: 20 },
    tags: ['offboarding', 'work'],
  },
  async (kit) => {
    const { subject, step, check, changes, random } = kit
    const leaver = hire(kit)
    const count = random(2, 5)
    const issues = giveWork(kit, leaver, count)
    const room = findRoom(kit)
    allowLeaving(kit, leaver, issues)
    changes.allow(`slack.messages[+channel=${room}]`)

    await step('HR reports the leaver', () => subject.post('/hr/leavers', { email: leaver.email }))

    await step('each issue has somebody and says why', () => {
      const handedOver = { assignee: lead, comments: 1 }
      for (const [i, issue] of issues.entries()) {
        check(`issue ${i + 1} of ${count}`, lookAt(kit, issue), handedOver)
      }
    })
    await step('the channel knows', () => {
      const messages = messagesIn(kit, room)
      check('it was told once', messages.length, 1)
      check('it was told who', messages[0], (text) => text?.includes(leaver.name))
      check('it was told how many issues', messages[0], new RegExp(`\\b${count}\\b`))
    })
  },
)
