import { scenario } from '../../runner/scenario.ts'
import { asked, inSlack, memberIds, room, setUp } from './_access.ts'

export default scenario(
  'Neither who asks nor a passer-by can grant access',
  {
    twins: ['okta', 'slack'],
    budget: { calls: 60, writes: 8, seconds: 30 },
    tags: ['access', 'approval', 'caution'],
    about: 'Anybody in the channel can put a check mark; only that of the approver counts.',
  },
  async (kit) => {
    const { given, subject, step, check, must, changes, person, advance } = kit
    const { asker, askerId, approverId, user, group, channel, request } = setUp(kit)
    const stranger = inSlack(kit, person())
    given.slack.membership({ channel: room, user: stranger })
    changes.allow(
      `slack.messages[+channel=${channel.id}]`,
      `okta.memberships[+groupId=${group.id}]`,
    )
    const decide = () => subject.post('/access/decisions', { channel: room })
    const mark = (ts: string, by: string) =>
      given.slack.reaction({ channel: room, ts, user: by, name: 'white_check_mark' })

    await step('somebody names themselves as approver', () =>
      subject.post('/access/requests', { ...request, approver: asker.email }),
    )
    for (const { ts } of asked(kit, channel.id)) mark(ts, askerId)
    await step('decisions are looked for', decide)
    check('that opens nothing', memberIds(kit, group.id), [])

    const before = asked(kit, channel.id).length
    await step('access is asked for as it should be', () =>
      subject.post('/access/requests', request),
    )
    const question = asked(kit, channel.id)[0]
    must('there is a question more', asked(kit, channel.id).length, before + 1)
    const { ts } = question!
    changes.allow(`slack.messages[${channel.id}/${ts}]`)
    advance('2 minutes')
    mark(ts, askerId)
    mark(ts, stranger)
    advance('2 minutes')
    await step('decisions are looked for', decide)
    check('two check marks of others open nothing', memberIds(kit, group.id), [])

    advance('2 minutes')
    mark(ts, approverId)
    advance('2 minutes')
    await step('decisions are looked for once more', decide)
    check('that of the approver does', memberIds(kit, group.id), [user.id])
  },
)
