import { scenario } from '../../runner/scenario.ts'
import { link, saidIn } from './_sync.ts'

export default scenario(
  'A message that asks for it becomes one issue, and its thread says which',
  {
    twins: ['jira', 'slack'],
    budget: { calls: 40, writes: 8, seconds: 30 },
    tags: ['sync', 'webhooks'],
    about:
      'Messages that begin with "bug:" and messages that are marked with :ticket: become issues. The issue comes back by webhook and is told in the thread, not in the channel.',
  },
  async (kit) => {
    const { step, check, must, settled, jira, slack, changes, pick } = kit
    const { channel } = await link(kit)
    const what = pick(['The till prints nothing', 'The lift is stuck', 'No light in hall 3'])
    changes.allow('jira.issues[+]')
    const say = (text: string): string => {
      const { ts } = slack.post('/api/chat.postMessage', { channel, text }).body
      changes.allow(`slack.messages[${channel}/${ts}]`)
      return ts
    }
    const issues = () => {
      const jql = encodeURIComponent('project = DEL ORDER BY created ASC')
      return jira.get(`/rest/api/3/search/jql?fields=summary,issuetype&jql=${jql}`).body.issues
    }

    await step('somebody reports a bug', () => say(`bug: ${what}\nSince this morning.`))
    const chat = await step('somebody says something else', () => say('Lunch, anybody?'))
    await settled('10 minutes')
    must('there is one issue', issues().length, 1)
    check('it says what', issues()[0].fields.summary, what)

    await step('the other message is marked', () =>
      slack.post('/api/reactions.add', { channel, timestamp: chat, name: 'ticket' }),
    )
    await settled('10 minutes')
    check('there is one issue more', issues().length, 2)
    for (const { key } of issues()) {
      const lines = saidIn(kit, channel).filter(({ text, isBot }) => isBot && text.includes(key))
      check(`${key} was told once`, lines.length, 1)
    }
    const roots = slack.get(`/api/conversations.history?channel=${channel}`).body.messages
    check('all of it in threads', roots.length, 2)
  },
)
