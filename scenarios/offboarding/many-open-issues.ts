import { scenario } from '../../runner/scenario.ts'
import {
  allowLeaving,
  giveWork,
  hire,
  lead,
  lookAt,
  messagesIn,
  openIssuesOf,
  findRoom,
} from './_leaver.ts'

export default scenario(
  'A leaver with more work than fits on two pages leaves none behind',
  {
    twins: ['okta', 'jira', 'slack'],
    budget: { calls: 500, writes: 260, seconds: 60 },
    tags: ['offboarding', 'work', 'paging'],
  },
  async (kit) => {
    const { subject, step, check, changes, random } = kit
    const leaver = hire(kit)
    // Jira hands out 50 issues a page unless asked for more, and never says how many there are
    // (twins/jira/FACTS.md: search-jql).
    const count = random(101, 125)
    const issues = giveWork(kit, leaver, count)
    const room = findRoom(kit)
    allowLeaving(kit, leaver, issues)
    changes.allow(`slack.messages[+channel=${room}]`)

    await step('HR reports the leaver', () => subject.post('/hr/leavers', { email: leaver.email }))

    await step('nothing is left behind', () => {
      check('no open issue is left', openIssuesOf(kit, leaver.jiraId), 0)
      const looks = issues.map((issue) => lookAt(kit, issue))
      check('the lead has all', looks.filter((one) => one.assignee === lead).length, count)
      check('each says why, once', looks.filter((one) => one.comments === 1).length, count)
    })
    check('the channel was told how many', messagesIn(kit, room)[0], new RegExp(`\\b${count}\\b`))
  },
)
