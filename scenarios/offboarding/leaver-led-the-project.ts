import { scenario } from '../../runner/scenario.ts'
import { allowLeaving, hire, lookAt, openIssuesOf, findRoom } from './_leaver.ts'

export default scenario(
  'Where the leaver led the project, the work waits for somebody new',
  {
    twins: ['okta', 'jira', 'slack'],
    budget: { calls: 50, writes: 15, seconds: 20 },
    tags: ['offboarding', 'work'],
    about:
      'An issue that goes to the lead would stay with the leaver: it is left without an assignee.',
  },
  async (kit) => {
    const { given, subject, step, check, changes } = kit
    const leaver = hire(kit)
    given.jira.project({ key: 'OWN', name: 'Own project', lead: leaver.jiraId })
    const issue = given.jira.issue({
      project: 'OWN',
      summary: 'Orphan',
      assignee: leaver.jiraId,
    }).id
    const room = findRoom(kit)
    allowLeaving(kit, leaver, [issue])
    changes.allow(`slack.messages[+channel=${room}]`)

    await step('HR reports the leaver', () => subject.post('/hr/leavers', { email: leaver.email }))

    check('the leaver has no open issue', openIssuesOf(kit, leaver.jiraId), 0)
    check('nobody has it, and it says why', lookAt(kit, issue), { assignee: null, comments: 1 })
  },
)
