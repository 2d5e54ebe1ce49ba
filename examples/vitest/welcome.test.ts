import { describe, expect, test as base } from 'vitest'
// In a project of yours: import { world } from 'backlot/vitest'.
import { world } from '../../runner/vitest.ts'
import { welcome } from './welcome.ts'

const test = base.extend(world({ twins: ['okta', 'slack'] }))

describe('welcome', () => {
  test('greets everybody of the group, once', async ({ world }) => {
    const { given, slack, journal, person, changes, env } = world
    const joiner = person()
    const { id } = given.okta.user(joinerOf(joiner))
    given.okta.group({ name: 'Joiners', members: [id] })
    const channel = given.slack.channel({ name: 'welcome', members: ['acmeassistant'] })
    changes.allow(`slack.messages[+channel=${channel.id}]`)

    expect(await welcome({ group: 'Joiners', channel: channel.id }, env)).toEqual([
      joiner.firstName,
    ])

    const { messages } = slack.get(`/api/conversations.history?channel=${channel.id}`).body
    expect(messages[0].text).toContain(joiner.firstName)
    expect(journal.calls('slack', 'chat.postMessage')).toHaveLength(1)
    expect(world.unexpected()).toEqual([])
  })

  test('greets twice where an answer is lost, as its author may want to know', async ({
    world,
  }) => {
    const { given, journal, env } = world
    given.okta.group({ name: 'Joiners' })
    const channel = given.slack.channel({ name: 'welcome', members: ['acmeassistant'] })
    await world.faults({
      name: 'lost',
      faults: [{ twin: 'slack', on: 'chat.postMessage', at: 1, action: { kind: 'drop-after' } }],
    })
    await welcome({ group: 'Joiners', channel: channel.id }, env)
    expect(journal.calls('slack', 'chat.postMessage')).toHaveLength(2)
  })

  // Each has a world and tokens of its own: they may run at once.
  test.concurrent.for(['Falcon', 'Heron', 'Kestrel'])(
    'knows the team %s only',
    async (team, { world, expect }) => {
      const { given, env } = world
      const { id } = given.okta.user({ firstName: team })
      given.okta.group({ name: 'Team', members: [id] })
      const channel = given.slack.channel({ members: ['acmeassistant'] })
      expect(await welcome({ group: 'Team', channel: channel.id }, env)).toEqual([team])
    },
  )
})

function joinerOf({
  firstName,
  lastName,
  email,
}: Record<'firstName' | 'lastName' | 'email', string>) {
  return { firstName, lastName, email }
}
