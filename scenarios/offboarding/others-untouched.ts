import { scenario } from '../../runner/scenario.ts'
import { allowLeaving, giveWork, hire, lookAt, messagesIn, findRoom } from './_leaver.ts'

export default scenario(
  'Those who stay keep everything, however like the leaver they look',
  {
    twins: ['okta', 'jira', 'slack'],
    budget: { calls: 50, writes: 15, seconds: 20 },
    tags: ['offboarding', 'caution'],
    about:
      'A namesake works at a sister company whose domain begins alike, so that a search for the leaver finds both; a colleague shares the group; a service account names the leaver as its contact.',
  },
  async (kit) => {
    const { given, subject, step, check, okta, changes, person } = kit
    const { firstName, lastName, email } = person()
    // Jira's search finds whatever begins with the text (twins/jira/FACTS.md: user-search).
    const namesake = hire(kit, {
      firstName,
      lastName,
      email: `${email}.org`,
    })
    const leaver = hire(kit, { firstName, lastName, email })
    const colleague = hire(kit, {
      firstName,
      lastName: `${lastName}son`,
      email: email.replace('@', 'son@'),
    })
    const robot = given.okta.user({
      firstName: 'Build',
      lastName: 'Robot',
      email: 'build@acme.example',
      profile: { secondEmail: leaver.email },
    })
    given.okta.group({ name: 'Builders', members: [leaver.oktaId, colleague.oktaId, robot.id] })
    const session = given.okta.session({ user: colleague.oktaId })
    const [kept] = giveWork(kit, namesake, 1, 'SIS')
    const [issue] = giveWork(kit, leaver, 1)
    const room = findRoom(kit)
    allowLeaving(kit, leaver, [issue!])
    changes.allow(`slack.messages[+channel=${room}]`)

    await step('HR reports the leaver', () => subject.post('/hr/leavers', { email: leaver.email }))

    await step('the leaver has left', () => {
      check(
        'the account is deactivated',
        okta.get(`/api/v1/users/${leaver.oktaId}`).body.status,
        'DEPROVISIONED',
      )
      check('the issue has a comment', lookAt(kit, issue!).comments, 1)
      check('the channel was told once', messagesIn(kit, room).length, 1)
    })
    await step('the others are as they were', () => {
      check("the namesake's issue", lookAt(kit, kept!), { assignee: namesake.email, comments: 0 })
      check("the colleague's session", okta.get(`/api/v1/sessions/${session.id}`).status, 200)
      check("the robot's account", okta.get(`/api/v1/users/${robot.id}`).body.status, 'ACTIVE')
    })
  },
)
