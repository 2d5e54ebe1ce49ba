import { scenario } from '../../runner/scenario.ts'
import { inJira, inSlack, place, setUp } from './_groups.ts'

export default scenario(
  'A team that is suddenly empty takes nobody out',
  {
    twins: ['okta', 'jira', 'slack'],
    budget: { calls: 100, writes: 16, seconds: 40 },
    tags: ['groups', 'sync', 'caution'],
    about:
      'Somebody empties the group by mistake. A sync that follows blindly locks a whole team out; one that is told about another team still works.',
  },
  async (kit) => {
    const { subject, step, check, changes, person, random } = kit
    const { name, jiraGroup, channel, order } = setUp(kit)
    const there = Array.from({ length: random(2, 4) }, () =>
      place(kit, name, person(), { jira: true, slack: true }),
    )
    changes.allow(
      'jira.memberships[+]',
      `slack.memberships[+channel=${channel.id}]`,
      `slack.messages[+channel=${channel.id}]`,
    )

    const reply = await step('the sync runs', () => subject.post('/sync/groups', order))

    check('the desk says that it did not', reply.status >= 400)
    check('Jira is as it was', inJira(kit, jiraGroup.name), there.map(({ jira }) => jira).sort())
    check('so is Slack', inSlack(kit, channel.id), there.map(({ slack }) => slack).sort())

    const back = place(kit, name, person(), { team: true, jira: true, slack: true })
    changes.allow('jira.memberships[*]', `slack.memberships[channel=${channel.id}]`)
    await step('somebody is put back, and the sync runs', () => subject.post('/sync/groups', order))
    check('now it follows', inJira(kit, jiraGroup.name), [back.jira])
  },
)
