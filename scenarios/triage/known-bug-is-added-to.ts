import { scenario } from '../../runner/scenario.ts'

export default scenario(
  'A message about a known issue becomes a comment there, not a second issue',
  {
    twins: ['jira', 'slack'],
    budget: { calls: 60, writes: 10, seconds: 30 },
    tags: ['triage', 'idempotence'],
    about: 'A key that is none, or of another project, is only words.',
  },
  async (kit) => {
    const { given, subject, step, check, must, jira, changes, person, advance } = kit
    const reporter = person()
    given.slack.user({ email: reporter.email, real_name: reporter.name })
    const { id: channel } = given.slack.channel({
      name: 'bugs',
      members: ['acmeassistant', reporter.email],
    })
    given.jira.project({ key: 'BUG', name: 'Bugs' })
    const known = given.jira.issue({ project: 'BUG', type: 'Bug', summary: 'Export is slow' })
    const texts = [`${known.key} happens again, with big files`, 'BUG-99999 is what the page says']
    const marked = texts.map((text) => {
      const { ts } = given.slack.message({ channel, user: reporter.email, text })
      given.slack.reaction({ channel, ts, user: reporter.email, name: 'ticket' })
      return ts
    })
    changes.allow(
      `jira.comments[+issue=${known.id}]`,
      'jira.issues[+]',
      `slack.messages[+channel=${channel}]`,
    )
    for (const ts of marked) changes.allow(`slack.messages[${channel}/${ts}]`)
    const look = () => subject.post('/triage/messages', { channel: 'bugs', project: 'BUG' })

    await step('the bot looks for marks', look)
    advance('5 minutes')
    await step('the bot looks again', look)

    const { comments } = jira.get(`/rest/api/3/issue/${known.key}/comment`).body
    must('the known issue has one comment', comments.length, 1)
    check('with what was said', JSON.stringify(comments[0].body).includes('with big files'))
    const jql = encodeURIComponent('project = BUG')
    const { issues } = jira.get(`/rest/api/3/search/jql?fields=summary&jql=${jql}`).body
    check('one issue is new', issues.length, 2)
  },
)
