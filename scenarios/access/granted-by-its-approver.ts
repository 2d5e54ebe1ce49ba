import { scenario } from '../../runner/scenario.ts'
import { answers, asked, memberIds, room, setUp } from './_access.ts'

export default scenario(
  'Access is granted when its approver says so, once, and not before',
  {
    twins: ['okta', 'slack'],
    budget: { calls: 60, writes: 12, seconds: 30 },
    tags: ['access', 'approval', 'idempotence'],
    about: 'The one who asks is impatient and asks twice; decisions are looked for more than once.',
  },
  async (kit) => {
    const { given, subject, step, check, must, changes, advance } = kit
    const { user, group, channel, request, approverId } = setUp(kit)
    changes.allow(
      `slack.messages[+channel=${channel.id}]`,
      `okta.memberships[+groupId=${group.id}]`,
    )
    const decide = () => subject.post('/access/decisions', { channel: room })

    await step('access is asked for', () => subject.post('/access/requests', request))
    advance('2 minutes')
    await step('and asked for again', () => subject.post('/access/requests', request))
    const questions = asked(kit, channel.id)
    must('there is one question', questions.length, 1)
    const { ts, text } = questions[0]!
    changes.allow(`slack.messages[${channel.id}/${ts}]`)
    check('its approver is named', text.includes(`<@${approverId}>`))

    await step('decisions are looked for too early', decide)
    check('nothing is granted yet', memberIds(kit, group.id), [])

    given.slack.reaction({ channel: room, ts, user: approverId, name: 'white_check_mark' })
    advance('5 minutes')
    const reply = await step('decisions are looked for', decide)
    advance('5 minutes')
    await step('and again', decide)

    check('the access is there', memberIds(kit, group.id), [user.id])
    check('the desk says how many', reply.body, { granted: 1, refused: 0 })
    check('it is said in the thread, once', answers(kit, channel.id, ts).length, 1)
  },
)
