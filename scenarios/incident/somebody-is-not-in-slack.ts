import { scenario } from '../../runner/scenario.ts'
import { findChannels, messagesIn, openIncident } from './_incident.ts'

export default scenario(
  'One helper who is not in Slack keeps no other from being called',
  {
    twins: ['slack'],
    budget: { calls: 30, writes: 8, seconds: 20 },
    tags: ['incident', 'degrades'],
  },
  async (kit) => {
    const { given, subject, step, check, must, slack, changes, person } = kit
    const [absent, present] = [person(), person()]
    const { id } = given.slack.user({ email: present.email, real_name: present.name })
    const { name, report } = openIncident(kit, [absent, present])
    changes.allow('slack.channels[+]', 'slack.memberships[+]', 'slack.messages[+]')

    const reply = await step('the alarm goes off', () => subject.post('/incidents', report))

    must('the channel is there', findChannels(kit, name).length, 1)
    const { id: channel } = findChannels(kit, name)[0]!
    const { members } = slack.get(`/api/conversations.members?channel=${channel}&limit=999`).body
    check('whoever is there was called', members.includes(id))
    check('it was said what happened', messagesIn(kit, channel).length, 1)
    const { unknown } = (reply.body ?? {}) as { unknown?: unknown }
    check('the desk says who is missing', unknown, [absent.email])
  },
)
