import { scenario } from '../../runner/scenario.ts'
import { bot, messagesIn } from './_incident.ts'

export default scenario(
  'An incident that is over is said so, its issue is done and its channel closed',
  {
    twins: ['jira', 'slack'],
    budget: { calls: 50, writes: 8, seconds: 30 },
    tags: ['incident', 'idempotence'],
    about: 'A closed channel takes no word, so the order matters. It is reported twice.',
  },
  async (kit) => {
    const { given, subject, step, check, jira, slack, changes, random, pick, person, advance } = kit
    const number = random(100, 9999)
    const outcome = pick(['a cache was full', 'a certificate had expired', 'a deploy was undone'])
    const helper = person()
    given.slack.user({ email: helper.email, real_name: helper.name })
    const members = ['acmeassistant', helper.email]
    const { id: channel } = given.slack.channel({
      name: `inc-${number}`,
      members,
      creator: bot(kit),
    })
    const other = given.slack.channel({ name: `inc-${number + 1}`, members, creator: bot(kit) })
    given.jira.project({ key: 'INC', name: 'Incidents' })
    const issue = given.jira.issue({
      project: 'INC',
      summary: `Incident ${number}`,
      status: 'In Progress',
    })
    const report = { number, outcome, issue: issue.key }
    changes.allow(
      `slack.channels[${channel}]`,
      // Slack takes everybody out of a channel that is closed.
      `slack.memberships[channel=${channel}]`,
      `slack.messages[+channel=${channel}]`,
      `jira.issues[${issue.id}].fields.status`,
      `jira.issues[${issue.id}].fields.resolution`,
      `jira.issues[${issue.id}].fields.resolutiondate`,
    )

    await step('the incident is over', () => subject.post('/incidents/close', report))
    advance('10 minutes')
    await step('it is reported again', () => subject.post('/incidents/close', report))

    const said = messagesIn(kit, channel).filter((one) => one.includes(outcome))
    check('it was said once how it ended', said.length, 1)
    const info = (id: string) => slack.get(`/api/conversations.info?channel=${id}`).body.channel
    check('the channel is closed', info(channel).is_archived)
    check('the next one is open', info(other.id).is_archived, false)
    const { fields } = jira.get(`/rest/api/3/issue/${issue.key}?fields=status`).body
    check('the issue is done', fields.status.name, 'Done')
  },
)
