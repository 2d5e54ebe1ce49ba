import { describe, expect, test } from 'vitest'
import { newUser, openAcme, type Acme, type Json } from './acme.ts'
import { given } from './given.ts'

function typesOf(events: Json[]): string[] {
  return events.map((one) => one.eventType)
}

function logged(acme: Acme, query = ''): Json[] {
  return acme.json(200, 'GET', `/api/v1/logs${query}`)
}

function nextOf(acme: Acme, path: string): { items: Json[]; next: string | undefined } {
  const { json, headers } = acme.ask('GET', path)
  const line = (headers['link'] as string[]).find((one) => one.endsWith('rel="next"'))
  return { items: json as Json[], next: line && /okta\.com([^>]*)>/.exec(line)![1] }
}

describe('what is logged', () => {
  test('of a user and a group, with their targets', () => {
    const acme = openAcme()
    const group = acme.json(200, 'POST', '/api/v1/groups', { profile: { name: 'Chess' } })
    const user = acme.json(200, 'POST', '/api/v1/users', newUser({ groupIds: [group.id] }))
    const path = `/api/v1/users/${user.id}`
    acme.json(200, 'POST', path, { profile: { title: 'T' } })
    acme.json(200, 'POST', `${path}/lifecycle/suspend`)
    acme.json(200, 'POST', `${path}/lifecycle/unsuspend`)
    acme.ask('DELETE', `/api/v1/groups/${group.id}/users/${user.id}`)
    acme.ask('DELETE', `${path}/sessions`)
    acme.ask('DELETE', path)
    acme.ask('DELETE', path)
    const events = logged(acme)
    expect(typesOf(events)).toEqual([
      'group.lifecycle.create',
      'user.lifecycle.create',
      'user.lifecycle.activate',
      'group.user_membership.add',
      'user.account.update_profile',
      'user.lifecycle.suspend',
      'user.lifecycle.unsuspend',
      'group.user_membership.remove',
      'user.session.clear',
      'user.lifecycle.deactivate',
      'user.lifecycle.delete.initiated',
      'user.lifecycle.delete.completed',
    ])
    const added = events[3]
    expect(added.displayMessage).toBe('Add user to group membership')
    expect(added.target.map((one: Json) => [one.type, one.id])).toEqual([
      ['User', user.id],
      ['UserGroup', group.id],
    ])
    expect(added.actor.alternateId).toBe('ada.admin@acme.example')
  })

  test('carries the request id of the answer', () => {
    const acme = openAcme()
    const { headers } = acme.ask('POST', '/api/v1/users', newUser())
    const [event] = logged(acme)
    expect(event.debugContext.debugData.requestId).toBe(headers['x-okta-request-id'])
    expect(event.debugContext.debugData.url).toBe('/api/v1/users?')
    expect(event.published).toMatch(/\.\d{3}Z$/)
    expect(event.uuid).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  })

  test('not of what was refused', () => {
    const acme = openAcme()
    acme.ask('POST', '/api/v1/users', newUser({ profile: {} }))
    expect(logged(acme)).toEqual([])
  })
})

describe('reading the log', () => {
  test('polling goes on by the next link, also when there is nothing', () => {
    const acme = openAcme()
    acme.json(200, 'POST', '/api/v1/users', newUser())
    const first = nextOf(acme, '/api/v1/logs')
    expect(first.items).toHaveLength(2)
    const second = nextOf(acme, first.next!)
    expect(second.items).toEqual([])
    acme.json(200, 'POST', '/api/v1/groups', { profile: { name: 'Chess' } })
    expect(typesOf(nextOf(acme, second.next!).items)).toEqual(['group.lifecycle.create'])
  })

  test('bounded by until ends without a next link', () => {
    const acme = openAcme()
    for (let i = 0; i < 3; i++) acme.json(200, 'POST', '/api/v1/users?activate=false', newUser())
    const until = new Date(acme.world.now() + 1000).toISOString()
    const first = nextOf(acme, `/api/v1/logs?until=${until}&limit=2`)
    expect(first.items).toHaveLength(2)
    const second = nextOf(acme, first.next!)
    expect(second.items).toHaveLength(1)
    expect(second.next).toBeUndefined()
  })

  test('backwards begins with the newest', () => {
    const acme = openAcme()
    acme.json(200, 'POST', '/api/v1/users', newUser())
    acme.json(200, 'POST', '/api/v1/groups', { profile: { name: 'Chess' } })
    const first = nextOf(acme, '/api/v1/logs?sortOrder=DESCENDING&limit=2')
    expect(typesOf(first.items)).toEqual(['group.lifecycle.create', 'user.lifecycle.activate'])
    expect(typesOf(nextOf(acme, `${first.next!}&sortOrder=DESCENDING`).items)).toEqual([
      'user.lifecycle.create',
    ])
  })

  test('since leaves out what is older, a week by default', () => {
    const acme = openAcme()
    acme.json(200, 'POST', '/api/v1/users', newUser())
    acme.world.advance('8 days')
    expect(logged(acme)).toEqual([])
    const since = new Date(acme.world.now() - 9 * 86_400_000).toISOString()
    expect(logged(acme, `?since=${since}`)).toHaveLength(2)
    const { status, json } = acme.ask('GET', '/api/v1/logs?since=2020-01-01T00:00:00.000Z')
    expect([status, (json as Json).errorCode]).toEqual([400, 'E0000001'])
  })

  test('filters by any path and by words', () => {
    const acme = openAcme()
    const { id } = acme.json(200, 'POST', '/api/v1/users', newUser())
    acme.json(200, 'POST', '/api/v1/groups', { profile: { name: 'Chess' } })
    const find = (filter: string): string[] =>
      typesOf(logged(acme, `?filter=${encodeURIComponent(filter)}`))
    expect(find(`target.id eq "${id}"`)).toHaveLength(2)
    expect(find('eventType sw "group."')).toEqual(['group.lifecycle.create'])
    expect(find('eventType eq "user.lifecycle.create" or eventType co "group"')).toHaveLength(2)
    expect(typesOf(logged(acme, '?q=chess'))).toEqual(['group.lifecycle.create'])
    expect(logged(acme, '?q=chess+nowhere')).toEqual([])
    expect(logged(acme, '?limit=0')).toEqual([])
  })

  test('says what is wrong with a filter, and where', () => {
    const acme = openAcme()
    const answer = (filter: string): unknown[] => {
      const { status, json } = acme.ask('GET', `/api/v1/logs?filter=${encodeURIComponent(filter)}`)
      const { errorCode, errorSummary } = json as Json
      return [status, errorCode, errorSummary]
    }
    expect(answer('legacyEventType eqq "x"')).toEqual([
      400,
      'E0000053',
      `Invalid filter 'legacyEventType eqq "x"': Unrecognized attribute operator 'eqq' at position 16. Expected: eq,co,sw,pr,gt,ge,lt,le`,
    ])
    expect(answer('nix eq "x"')[2]).toBe(`Invalid filter 'nix eq "x"': field is not valid: nix`)
    expect(answer('published gt "2020"')[1]).toBe('E0000053')
    expect(answer('debugContext.debugData.url co "x"')[1]).toBe('E0000031')
  })
})

describe('sessions', () => {
  const read = (acme: Acme, id: string): number => acme.ask('GET', `/api/v1/sessions/${id}`).status

  test('are opened by a token, once', () => {
    const acme = openAcme()
    const user = given.user(acme.world)
    const { id: sessionToken } = given.sessionToken(acme.world, { user: user.id })
    const session = acme.json(200, 'POST', '/api/v1/sessions', { sessionToken })
    expect(session).toMatchObject({ userId: user.id, status: 'ACTIVE', amr: ['pwd'] })
    expect(session._links.self.href).toBe('https://acme.okta.com/api/v1/sessions/me')
    const again = acme.ask('POST', '/api/v1/sessions', { sessionToken })
    expect([again.status, (again.json as Json).errorCode]).toEqual([401, 'E0000004'])
    expect(typesOf(logged(acme))).toEqual(['user.session.start'])
  })

  test('are read, refreshed and ended by id', () => {
    const acme = openAcme()
    const { id } = given.session(acme.world, { user: 'ada.admin@acme.example' })
    const path = `/api/v1/sessions/${id}`
    acme.world.advance('1 hour')
    const before = acme.json(200, 'GET', path)
    const after = acme.json(200, 'POST', `${path}/lifecycle/refresh`)
    expect(Date.parse(after.expiresAt) - Date.parse(before.expiresAt)).toBe(3_600_000)
    expect(acme.ask('GET', new URL(before._links.self.href).pathname).status).toBe(200)
    expect(acme.ask('DELETE', path).status).toBe(204)
    expect(acme.ask('DELETE', path).status).toBe(404)
  })

  test('end by themselves after two hours', () => {
    const acme = openAcme()
    const { id } = given.session(acme.world, { user: 'ada.admin@acme.example' })
    acme.world.advance('2 hours')
    expect(read(acme, id)).toBe(404)
  })

  test('all end when a user is signed out, and OAuth tokens with them when asked', () => {
    const acme = openAcme()
    const user = given.user(acme.world)
    const sessions = [1, 2].map(() => given.session(acme.world, { user: user.id }).id)
    const scopes = ['okta.users.read']
    const token = given.token(acme.world, { user: user.id, scopes }).id
    const me = (): number =>
      acme.ask('GET', '/api/v1/users/me', undefined, { authorization: `Bearer ${token}` }).status
    expect(acme.ask('DELETE', `/api/v1/users/${user.id}/sessions`).status).toBe(204)
    expect(sessions.map((id) => read(acme, id))).toEqual([404, 404])
    expect(me()).toBe(200)
    acme.ask('DELETE', `/api/v1/users/${user.id}/sessions?oauthTokens=true`)
    expect(me()).toBe(401)
  })

  test('let their owner in by cookie', () => {
    const acme = openAcme()
    const { id } = given.session(acme.world, { user: 'ada.admin@acme.example' })
    const call = (method: string): Json =>
      acme.world.call('okta', {
        method,
        path: '/api/v1/sessions/me',
        headers: { cookie: `sid=${id}` },
      })
    expect(call('GET').json.id).toBe(id)
    expect(call('DELETE').status).toBe(204)
    expect(call('GET').status).toBe(404)
  })
})

describe('event hooks', () => {
  test('carry the event in an envelope, with the secret in its header', () => {
    const acme = openAcme()
    acme.world.subscribe({
      twin: 'okta',
      url: 'https://hooks.example/okta',
      types: ['user.lifecycle.deactivate'],
      secret: 'shh',
      facts: { header: 'X-Hook-Auth' },
    })
    const user = given.user(acme.world)
    acme.json(200, 'POST', `/api/v1/users/${user.id}/lifecycle/suspend`)
    acme.json(200, 'POST', `/api/v1/users/${user.id}/lifecycle/deactivate`)
    const [delivery, ...rest] = acme.world.takeDeliveries()
    expect(rest).toEqual([])
    const { method, url, headers, body } = delivery!.request
    expect([method, url, headers['x-hook-auth']]).toEqual([
      'POST',
      'https://hooks.example/okta',
      'shh',
    ])
    const envelope = JSON.parse(body) as Json
    expect(envelope).toMatchObject({
      eventType: 'com.okta.event_hook',
      eventTypeVersion: '1.0',
      cloudEventsVersion: '0.1',
      contentType: 'application/json',
    })
    expect(envelope.data.events[0].target[0].id).toBe(user.id)
    const [logEvent] = logged(acme, '?filter=eventType+eq+%22user.lifecycle.deactivate%22')
    expect(envelope.data.events[0]).toEqual(JSON.parse(JSON.stringify(logEvent)))
  })

  test('are tried once more after a failure of the receiver, not after its refusal', () => {
    const acme = openAcme()
    acme.world.subscribe({ twin: 'okta', url: 'https://hooks.example', types: ['*'] })
    const attempts = (outcome: number | string): number => {
      acme.json(200, 'POST', '/api/v1/users?activate=false', newUser())
      let count = 0
      for (let i = 0; i < 5; i++) {
        for (const one of acme.world.takeDeliveries()) {
          count++
          acme.world.delivered(one, outcome)
        }
        acme.world.advance('1 minute')
      }
      return count
    }
    expect([attempts(200), attempts(500), attempts('timeout'), attempts(400)]).toEqual([1, 2, 2, 1])
  })
})
