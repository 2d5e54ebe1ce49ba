import { scenario } from '../../runner/scenario.ts'
import { bot, findChannels, messagesIn, openIncident } from './_incident.ts'

export default scenario(
  'An incident gets one channel, those who can help, and a word what it is about',
  {
    twins: ['slack'],
    budget: { calls: 40, writes: 12, seconds: 20 },
    tags: ['incident'],
    about: 'The alarm goes off twice, as alarms do: the second time everything is there already.',
  },
  async (kit) => {
    const { given, subject, step, check, must, slack, changes, person, random, advance } = kit
    const helpers = Array.from({ length: random(2, 4) }, () => person())
    const members = helpers.map(({ email, name }) => given.slack.user({ email, real_name: name }))
    const { name, title, report } = openIncident(kit, helpers)
    changes.allow('slack.channels[+]', 'slack.memberships[+]', 'slack.messages[+]')

    await step('the alarm goes off', () => subject.post('/incidents', report))
    advance('10 minutes')
    await step('the alarm goes off again', () => subject.post('/incidents', report))

    await step('everybody is in one place', () => {
      const [channel, ...others] = findChannels(kit, name)
      must('the channel is there', channel !== undefined)
      check('there is no second one', others, [])
      const seen = slack.get(`/api/conversations.members?channel=${channel!.id}&limit=999`).body
      check('whoever can help is in it, and the bot', seen.members.length, members.length + 1)
      for (const one of members) check(`${one.real_name} is in it`, seen.members.includes(one.id))
      const said = messagesIn(kit, channel!.id)
      check('it was said once what happened', said.filter((one) => one.includes(title)).length, 1)
      check('nothing else was said', said.length, 1)
    })
    check('the bot opened it', findChannels(kit, name)[0]?.creator, bot(kit))
  },
)
