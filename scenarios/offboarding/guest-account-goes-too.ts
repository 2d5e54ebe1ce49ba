import { scenario } from '../../runner/scenario.ts'
import { allowLeaving, bot, emailAt, groupsOf, hire, findRoom } from './_leaver.ts'

export default scenario(
  "A leaver's guest account goes as well",
  {
    twins: ['okta', 'jira', 'slack'],
    budget: { calls: 80, writes: 30, seconds: 30 },
    tags: ['offboarding', 'access', 'guest'],
    about:
      'A guest account is an Okta account of user type Guest whose second address is the work address of a person. Its address may be that of a Slack guest, who was invited by hand and leaves by hand.',
  },
  async (kit) => {
    const { given, subject, step, check, okta, slack, changes } = kit
    const leaver = hire(kit)
    const guestEmail = emailAt(leaver, 'partner.example')
    const guest = given.okta.user({
      firstName: leaver.firstName,
      lastName: leaver.lastName,
      email: guestEmail,
      profile: { secondEmail: leaver.email, userType: 'Guest' },
    })
    given.okta.group({ name: 'Partner portal', members: [guest.id] })
    const session = given.okta.session({ user: guest.id })
    const visitor = given.slack.user({
      email: guestEmail,
      real_name: `${leaver.name} (guest)`,
      is_restricted: true,
    })
    const shared = given.slack.channel({ name: 'partner-launch', members: [bot, visitor.id] })
    const secret = given.slack.channel({
      name: 'partner-prices',
      is_private: true,
      members: [bot, visitor.id],
    })
    const room = findRoom(kit)
    allowLeaving(kit, leaver, [])
    allowLeaving(kit, { ...leaver, oktaId: guest.id }, [])
    changes.allow(
      `slack.messages[+channel=${room}]`,
      `slack.memberships[user=${visitor.id}]`,
      // Slack says in a channel who has left it.
      `slack.messages[+channel=${shared.id}]`,
      `slack.messages[+channel=${secret.id}]`,
    )

    await step('HR reports the leaver', () => subject.post('/hr/leavers', { email: leaver.email }))

    await step('the guest account is closed', () => {
      check('it is deactivated', okta.get(`/api/v1/users/${guest.id}`).body.status, 'DEPROVISIONED')
      check('its session is over', okta.get(`/api/v1/sessions/${session.id}`).status, 404)
      check('it is in no group', groupsOf(kit, guest.id), [])
    })
    await step('the guest sees no channel any more', () => {
      const { channels } = slack.get(
        `/api/users.conversations?user=${visitor.id}&types=public_channel,private_channel`,
      ).body
      check(
        'no channel is left',
        channels.map((one: { name: string }) => one.name),
        [],
      )
    })
    check(
      'the own account is closed too',
      okta.get(`/api/v1/users/${leaver.oktaId}`).body.status,
      'DEPROVISIONED',
    )
  },
)
