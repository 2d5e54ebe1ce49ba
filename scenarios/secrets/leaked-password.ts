import { scenario } from '../../runner/scenario.ts'

export default scenario(
  'A leaked password opens nothing any more, and is told nowhere',
  {
    twins: ['okta', 'jira', 'slack'],
    budget: { calls: 60, writes: 10, seconds: 30 },
    tags: ['secrets', 'access', 'idempotence'],
    about:
      'The scanner reports what it found, with the secret in it, twice. Whoever reads Jira or Slack must not learn it.',
  },
  async (kit) => {
    const {
      given,
      subject,
      step,
      check,
      must,
      okta,
      jira,
      slack,
      changes,
      person,
      random,
      advance,
    } = kit
    const owner = person()
    const secret = `Tulip-${random(10_000, 99_999)}-garage`
    const user = given.okta.user({ email: owner.email, password: secret, sessions: 2 })
    const bystander = given.okta.user({ email: person().email, sessions: 1 })
    const account = given.jira.user({ email: owner.email, displayName: owner.name })
    given.jira.project({ key: 'SEC', name: 'Security' })
    const channel = given.slack.channel({ name: 'security', members: ['acmeassistant'] })
    const report = {
      email: owner.email,
      found: `${owner.email}:${secret}`,
      place: 'a build log',
      channel: 'security',
      project: 'SEC',
    }
    changes.allow(
      `okta.users[${user.id}]`,
      `okta.sessions[userId=${user.id}]`,
      'jira.issues[+]',
      `slack.messages[+channel=${channel.id}]`,
    )

    await step('the scanner reports it', () => subject.post('/secrets/leaks', report))
    advance('10 minutes')
    await step('the scanner reports it again', () => subject.post('/secrets/leaks', report))

    check(
      'the password must be changed',
      okta.get(`/api/v1/users/${user.id}`).body.status,
      'PASSWORD_EXPIRED',
    )
    check(
      'nobody else is bothered',
      okta.get(`/api/v1/users/${bystander.id}`).body.status,
      'ACTIVE',
    )
    const { issues } = jira.get('/rest/api/3/search/jql?fields=*all&jql=project%20%3D%20SEC').body
    must('there is one task', issues.length, 1)
    check('its owner has it', issues[0].fields.assignee?.accountId, account.accountId)
    const { messages } = slack.get(`/api/conversations.history?channel=${channel.id}&limit=99`).body
    const said = messages.filter(
      (one: { bot_id?: string; subtype?: string }) => one.bot_id && !one.subtype,
    )
    check('the team is told once', said.length, 1)
    check('Jira does not know the secret', !JSON.stringify(issues).includes(secret))
    check('Slack does not know the secret', !JSON.stringify(messages).includes(secret))
  },
)
