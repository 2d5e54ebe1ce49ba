import { scenario } from '../../runner/scenario.ts'

export default scenario(
  'A message that is marked becomes one bug, and its thread says which',
  {
    twins: ['jira', 'slack'],
    budget: { calls: 80, writes: 16, seconds: 30 },
    tags: ['triage', 'idempotence'],
    about:
      'Somebody on duty marks messages with :ticket:. The bot looks for marks every few minutes.',
  },
  async (kit) => {
    const {
      given,
      subject,
      step,
      check,
      must,
      jira,
      slack,
      changes,
      person,
      pick,
      random,
      advance,
    } = kit
    const [reporter, onDuty] = [person(), person()]
    for (const one of [reporter, onDuty])
      given.slack.user({ email: one.email, real_name: one.name })
    const { id: channel } = given.slack.channel({
      name: 'bugs',
      members: ['acmeassistant', reporter.email, onDuty.email],
    })
    given.jira.project({ key: 'BUG', name: 'Bugs' })
    const say = (text: string) => given.slack.message({ channel, user: reporter.email, text })
    const mark = (ts: string, name: string) =>
      given.slack.reaction({ channel, ts, user: onDuty.email, name })
    const what = pick(['Checkout', 'Search', 'Export'])
    const marked = Array.from({ length: random(1, 3) }, (_, i) =>
      say(`${what} fails on page ${i}\nIt began this morning.`),
    )
    const liked = say('The new page is nice')
    for (const { ts } of marked) mark(ts, 'ticket')
    mark(liked.ts, 'heart')
    changes.allow('jira.issues[+]', `slack.messages[+channel=${channel}]`)
    for (const { ts } of marked) changes.allow(`slack.messages[${channel}/${ts}]`)
    const look = () => subject.post('/triage/messages', { channel: 'bugs', project: 'BUG' })

    await step('the bot looks for marks', look)
    advance('5 minutes')
    await step('the bot looks again', look)

    const jql = encodeURIComponent('project = BUG ORDER BY created ASC')
    const { issues } = jira.get(`/rest/api/3/search/jql?fields=summary,issuetype&jql=${jql}`).body
    must('there is one bug for each', issues.length, marked.length)
    for (const { key, fields } of issues) {
      check(`${key} is a bug`, fields.issuetype.name, 'Bug')
      check(`${key} says what`, fields.summary, new RegExp(`^${what} fails on page \\d$`))
    }
    for (const { ts } of marked) {
      const query = `channel=${channel}&ts=${ts}&limit=99`
      const replies = slack.get(`/api/conversations.replies?${query}`).body.messages.slice(1)
      check('the thread has one answer', replies.length, 1)
      check('it names a bug', replies[0]?.text, /BUG-\d+/)
    }
  },
)
