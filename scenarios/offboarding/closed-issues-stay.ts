import { scenario } from '../../runner/scenario.ts'
import { allowLeaving, giveWork, hire, lead, lookAt, findRoom } from './_leaver.ts'

export default scenario(
  "What a leaver has finished stays the leaver's",
  {
    twins: ['okta', 'jira', 'slack'],
    budget: { calls: 50, writes: 15, seconds: 20 },
    tags: ['offboarding', 'work', 'caution'],
  },
  async (kit) => {
    const { given, subject, step, check, changes } = kit
    const leaver = hire(kit)
    const [open] = giveWork(kit, leaver, 1)
    const work = { project: 'HAND', assignee: leaver.jiraId }
    const begun = given.jira.issue({ ...work, summary: 'Begun', status: 'In Progress' }).id
    const done = given.jira.issue({ ...work, summary: 'Finished', status: 'Done' }).id
    const room = findRoom(kit)
    allowLeaving(kit, leaver, [open!, begun])
    changes.allow(`slack.messages[+channel=${room}]`)

    await step('HR reports the leaver', () => subject.post('/hr/leavers', { email: leaver.email }))

    check('the issue to do is handed over', lookAt(kit, open!), { assignee: lead, comments: 1 })
    check('so is the one begun', lookAt(kit, begun), { assignee: lead, comments: 1 })
    check('the finished one is as it was', lookAt(kit, done), {
      assignee: leaver.email,
      comments: 0,
    })
  },
)
