import { scenario } from '../../runner/scenario.ts'
import { inJira, inSlack, place, setUp } from './_groups.ts'

export default scenario(
  'One member without an account keeps no other from being synced, and is named',
  {
    twins: ['okta', 'jira', 'slack'],
    budget: { calls: 100, writes: 16, seconds: 40 },
    tags: ['groups', 'sync', 'degrades'],
  },
  async (kit) => {
    const { given, subject, step, check, changes, person } = kit
    const { name, group, jiraGroup, channel, order } = setUp(kit)
    const nowhere = person()
    given.okta.user({ email: nowhere.email, groups: [group.id] })
    const member = place(kit, name, person(), { team: true })
    given.okta.user({ email: person().email, status: 'SUSPENDED', groups: [group.id] })
    changes.allow(
      'jira.memberships[*]',
      `slack.memberships[channel=${channel.id}]`,
      `slack.messages[+channel=${channel.id}]`,
    )

    const reply = await step('the sync runs', () => subject.post('/sync/groups', order))

    check('it names who is missing, and not who is suspended', reply.body, {
      missing: [nowhere.email],
    })
    check('the other one is in Jira', inJira(kit, jiraGroup.name), [member.jira])
    check('and in Slack', inSlack(kit, channel.id), [member.slack])
  },
)
