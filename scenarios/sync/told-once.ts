import { scenario } from '../../runner/scenario.ts'
import { create, link, saidIn } from './_sync.ts'

export default scenario(
  'What is told twice is done once',
  {
    twins: ['jira', 'slack'],
    budget: { calls: 60, writes: 10, seconds: 600 },
    tags: ['sync', 'webhooks', 'idempotence'],
    about:
      'A service has more than one reason to tell of the same thing: a message is marked by several people, an issue changes in ways that nobody asked about, and under a plan such as duplicate-events the very same event comes twice.',
  },
  async (kit) => {
    const { step, check, settled, jira, slack, changes, random } = kit
    const { channel } = await link(kit)
    changes.allow('jira.issues[+]')
    const key = create(kit, 'Paint the gate')
    await settled('10 minutes')

    await step('the issue is edited, but goes nowhere', () => {
      for (let n = random(2, 4); n > 0; n--) {
        jira.put(`/rest/api/3/issue/${key}`, { fields: { summary: `Paint the gate, ${n} coats` } })
      }
    })
    await step('a message is marked, the mark taken back and set again', () => {
      const said = slack.post('/api/chat.postMessage', { channel, text: 'The gate squeaks' })
      const mark = { channel, timestamp: said.body.ts, name: 'ticket' }
      changes.allow(`slack.messages[${channel}/${said.body.ts}]`)
      slack.post('/api/reactions.add', mark)
      slack.post('/api/reactions.remove', mark)
      slack.post('/api/reactions.add', mark)
    })
    await settled('10 minutes')

    const lines = saidIn(kit, channel).filter(({ isBot }) => isBot)
    check('the first issue was told once', lines.filter(({ text }) => text.includes(key)).length, 1)
    const jql = encodeURIComponent('project = DEL AND summary ~ squeaks')
    const { issues } = jira.get(`/rest/api/3/search/jql?fields=summary&jql=${jql}`).body
    check('the message became one issue', issues.length, 1)
    check('which was told once', lines.length, 2)
  },
)
