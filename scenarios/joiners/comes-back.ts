import { scenario } from '../../runner/scenario.ts'

export default scenario(
  'Somebody who comes back has the account of old, and no second one',
  {
    twins: ['okta', 'jira', 'slack'],
    budget: { calls: 60, writes: 16, seconds: 30 },
    tags: ['joiners', 'access'],
    about:
      'The account was deactivated when the person left. Its login is taken, so a new one can not be made.',
  },
  async (kit) => {
    const { given, subject, step, check, okta, changes, person } = kit
    const [joiner, manager] = [person(), person()]
    const account = given.okta.user({ email: joiner.email, status: 'DEPROVISIONED' })
    const group = given.okta.group({ name: 'Team Heron' })
    given.jira.user({ email: manager.email, displayName: manager.name })
    given.jira.project({ key: 'HIRE', name: 'Joiners' })
    given.slack.user({ email: joiner.email, real_name: joiner.name })
    const channel = given.slack.channel({ name: 'team-heron', members: ['acmeassistant'] })
    changes.allow(
      `okta.users[${account.id}]`,
      `okta.memberships[+groupId=${group.id}]`,
      'jira.issues[+]',
      `slack.memberships[+channel=${channel.id}]`,
      `slack.messages[+channel=${channel.id}]`,
    )
    const order = {
      team: 'Team Heron',
      channel: 'team-heron',
      manager: manager.email,
      project: 'HIRE',
    }

    await step('HR reports the joiner', () => subject.post('/hr/joiners', { ...joiner, ...order }))

    const { body } = okta.get(`/api/v1/users/${joiner.email}`)
    check('it is the account of old', body.id, account.id)
    check('it is on its way', body.status, /^(?:ACTIVE|PROVISIONED|STAGED|RECOVERY)$/)
    const members = okta.get<{ id: string }[]>(`/api/v1/groups/${group.id}/users`).body
    check(
      'it is in the team',
      members.map(({ id }) => id),
      [account.id],
    )
  },
)
