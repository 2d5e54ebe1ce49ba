import { scenario } from '../../runner/scenario.ts'
import { inJira, inSlack, place, setUp } from './_groups.ts'

export default scenario(
  'A team in the directory is the same people in Jira and Slack',
  {
    twins: ['okta', 'jira', 'slack'],
    budget: { calls: 120, writes: 24, seconds: 40 },
    tags: ['groups', 'sync', 'idempotence'],
    about: 'Okta leads. Who is new is added, who has left the team is taken out, in both places.',
  },
  async (kit) => {
    const { given, subject, step, check, changes, person, random, advance } = kit
    const { name, jiraGroup, channel, order } = setUp(kit)
    const stay = place(kit, name, person(), { team: true, jira: true, slack: true })
    const fresh = Array.from({ length: random(1, 4) }, () =>
      place(kit, name, person(), { team: true }),
    )
    const gone = place(kit, name, person(), { jira: true, slack: true })
    // Groups and channels whose names begin alike are others.
    const namesake = given.jira.group({ name: `${name}-leads` })
    const members = [stay, ...fresh]
    changes.allow(
      'jira.memberships[*]',
      `slack.memberships[channel=${channel.id}]`,
      `slack.messages[+channel=${channel.id}]`,
    )

    const reply = await step('the sync runs', () => subject.post('/sync/groups', order))
    advance('1 hour')
    await step('the sync runs again', () => subject.post('/sync/groups', order))

    check('nobody is missing', reply.body, { missing: [] })
    check('Jira has the team', inJira(kit, jiraGroup.name), members.map(({ jira }) => jira).sort())
    check('Slack has the team', inSlack(kit, channel.id), members.map(({ slack }) => slack).sort())
    check(
      'who left is in neither',
      [
        inJira(kit, jiraGroup.name).includes(gone.jira),
        inSlack(kit, channel.id).includes(gone.slack),
      ],
      [false, false],
    )
    check('the group with a like name is as it was', inJira(kit, namesake.name), [])
  },
)
