import { scenario } from '../../runner/scenario.ts'
import { answers, asked, memberIds, room, setUp } from './_access.ts'

export default scenario(
  'What was refused stays refused, and everybody can read it',
  {
    twins: ['okta', 'slack'],
    budget: { calls: 50, writes: 8, seconds: 30 },
    tags: ['access', 'approval'],
    about:
      'The approver puts a cross; later somebody adds the check mark that is missing. It is too late.',
  },
  async (kit) => {
    const { given, subject, step, check, must, changes, advance } = kit
    const { group, channel, request, approverId } = setUp(kit)
    changes.allow(`slack.messages[+channel=${channel.id}]`)
    const decide = () => subject.post('/access/decisions', { channel: room })

    await step('access is asked for', () => subject.post('/access/requests', request))
    const [question] = asked(kit, channel.id)
    must('there is a question', question !== undefined)
    const { ts } = question!
    changes.allow(`slack.messages[${channel.id}/${ts}]`)
    advance('2 minutes')
    given.slack.reaction({ channel: room, ts, user: approverId, name: 'x' })
    advance('2 minutes')
    await step('decisions are looked for', decide)
    check('it is said in the thread', answers(kit, channel.id, ts).length, 1)

    advance('1 day')
    given.slack.reaction({ channel: room, ts, user: approverId, name: 'white_check_mark' })
    advance('2 minutes')
    await step('decisions are looked for the next day', decide)

    check('nobody is in the group', memberIds(kit, group.id), [])
    check('nothing more was said', answers(kit, channel.id, ts).length, 1)
  },
)
