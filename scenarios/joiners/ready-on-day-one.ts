import { scenario } from '../../runner/scenario.ts'

export default scenario(
  'A joiner has an account, a task at the manager and a welcome, each once',
  {
    twins: ['okta', 'jira', 'slack'],
    budget: { calls: 60, writes: 16, seconds: 30 },
    tags: ['joiners', 'idempotence'],
    about: 'HR reports the joiner twice: the second report changes nothing.',
  },
  async (kit) => {
    const { given, subject, step, check, must, okta, jira, slack, changes, person, pick, advance } =
      kit
    const [joiner, manager] = [person(), person()]
    const team = pick(['Falcon', 'Heron', 'Kestrel'])
    const group = given.okta.group({ name: `Team ${team}` })
    const boss = given.jira.user({ email: manager.email, displayName: manager.name })
    given.jira.project({ key: 'HIRE', name: 'Joiners', lead: boss.accountId })
    const member = given.slack.user({ email: joiner.email, real_name: joiner.name })
    const name = `team-${team.toLowerCase()}`
    const channel = given.slack.channel({ name, members: ['acmeassistant'] })
    const order = { team: `Team ${team}`, channel: name, manager: manager.email, project: 'HIRE' }
    changes.allow(
      'okta.users[+]',
      `okta.memberships[+groupId=${group.id}]`,
      'jira.issues[+]',
      `slack.memberships[+channel=${channel.id}]`,
      `slack.messages[+channel=${channel.id}]`,
    )
    const report = () => subject.post('/hr/joiners', { ...joiner, ...order })

    const reply = await step('HR reports the joiner', report)
    advance('10 minutes')
    await step('HR reports the joiner again', report)

    check('the desk says that it is done', reply.status, 200)
    await step('the account is open', () => {
      const account = okta.get(`/api/v1/users/${joiner.email}`)
      must('it is there', account.status, 200)
      check('it is on its way', account.body.status, /^(?:ACTIVE|PROVISIONED)$/)
      const members = okta.get<{ id: string }[]>(`/api/v1/groups/${group.id}/users`).body
      check(
        'it is in the team',
        members.map(({ id }) => id),
        [account.body.id],
      )
    })
    await step('the manager knows what to do', () => {
      const jql = encodeURIComponent('project = HIRE')
      const { issues } = jira.get(`/rest/api/3/search/jql?fields=summary,assignee&jql=${jql}`).body
      must('there is one task', issues.length, 1)
      check('it is the manager who has it', issues[0].fields.assignee?.accountId, boss.accountId)
      check('it names the joiner', String(issues[0].fields.summary).includes(joiner.name))
    })
    await step('the team knows', () => {
      const query = `channel=${channel.id}&limit=999`
      const { members } = slack.get(`/api/conversations.members?${query}`).body
      check('the joiner is in the channel', members.includes(member.id))
      const { messages } = slack.get(`/api/conversations.history?${query}`).body
      const said = messages.filter(
        (one: { bot_id?: string; subtype?: string }) => one.bot_id && !one.subtype,
      )
      check('one welcome', said.length, 1)
      check('by name', String(said[0]?.text).includes(joiner.firstName))
    })
  },
)
