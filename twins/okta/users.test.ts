import { describe, expect, test } from 'vitest'
import { newProfile, newUser, openAcme, type Acme, type Json } from './acme.ts'
import { given } from './given.ts'

function errorOf(acme: Acme, ...call: Parameters<Acme['ask']>): unknown[] {
  const { status, json } = acme.ask(...call)
  const { errorCode, errorSummary, errorCauses } = json as Json
  return [status, errorCode, errorSummary, ...errorCauses.map((one: Json) => one.errorSummary)]
}

const exists = 'An object with this field already exists in the current organization'

describe('creating a user', () => {
  const cases = [
    ['an empty password', { password: {} }, '', 'PROVISIONED', false],
    ['nothing', undefined, '', 'PROVISIONED', false],
    ['a password', { password: { value: 'Sunny-Day-42' } }, '', 'ACTIVE', true],
    [
      'a password, staged',
      { password: { value: 'Sunny-Day-42' } },
      '?activate=false',
      'STAGED',
      true,
    ],
    ['nothing, staged', undefined, '?activate=false', 'STAGED', false],
    ['a hash', { password: { hash: { algorithm: 'MD5', value: 'x' } } }, '', 'ACTIVE', true],
    ['a hook', { password: { hook: { type: 'default' } } }, '', 'ACTIVE', true],
    [
      'a password to change at once',
      { password: { value: 'Sunny-Day-42' } },
      '?nextLogin=changePassword',
      'PASSWORD_EXPIRED',
      true,
    ],
    [
      'another provider',
      { provider: { type: 'FEDERATION', name: 'FEDERATION' } },
      '?provider=true',
      'ACTIVE',
      false,
    ],
  ] as const
  test.each(cases)('with %s', (_what, credentials, query, status, hasPassword) => {
    const { json } = openAcme()
    const user = json(200, 'POST', `/api/v1/users${query}`, {
      profile: newProfile(),
      ...(credentials && { credentials }),
    })
    expect(user.status).toBe(status)
    expect(user.credentials.password !== undefined).toBe(hasPassword)
    expect(user.activated === null).toBe(status === 'STAGED')
    expect(user.passwordChanged === null).toBe(!hasPassword)
  })

  test('answers in the order of recorded answers', () => {
    const user = openAcme().json(200, 'POST', '/api/v1/users', newUser())
    expect(Object.keys(user)).toEqual(
      'id status created activated statusChanged lastLogin lastUpdated passwordChanged type profile credentials _links'.split(
        ' ',
      ),
    )
    expect(Object.keys(user.profile)).toEqual(
      'firstName lastName mobilePhone secondEmail login email'.split(' '),
    )
    expect(user.id).toMatch(/^00u[A-Za-z0-9]{17}$/)
    expect(user.created).toMatch(/\.000Z$/)
  })

  test('refuses what contradicts itself', () => {
    const acme = openAcme()
    const path = '/api/v1/users?activate=false&nextLogin=changePassword'
    expect(errorOf(acme, 'POST', path, newUser())[1]).toBe('E0000125')
    expect(errorOf(acme, 'POST', path, { profile: newProfile() })[1]).toBe('E0000124')
  })

  test('refuses a login that somebody has, in any case, even somebody deprovisioned', () => {
    const acme = openAcme()
    const gone = given.user(acme.world, { status: 'DEPROVISIONED' })
    const login = gone.profile.login.toUpperCase()
    const answer = errorOf(acme, 'POST', '/api/v1/users', { profile: newProfile({ login }) })
    expect(answer).toEqual([400, 'E0000001', 'Api validation failed: login', `login: ${exists}`])
  })

  test('tells one cause for each bad field', () => {
    const acme = openAcme()
    const blank = { profile: newProfile({ firstName: '', lastName: ' ' }) }
    expect(errorOf(acme, 'POST', '/api/v1/users', blank)).toEqual([
      400,
      'E0000001',
      'Api validation failed: firstName',
      'firstName: The field cannot be left blank',
      'lastName: The field cannot be left blank',
    ])
    const odd = { profile: newProfile({ login: 'nobody', email: 'nobody' }) }
    expect(errorOf(acme, 'POST', '/api/v1/users', odd).slice(3)).toEqual([
      'login: Username must be in the form of an email address',
      'email: Does not match required pattern',
    ])
  })

  test('refuses properties that the schema does not define', () => {
    const acme = openAcme()
    const body = { profile: newProfile({ notValid: 'x' }) }
    expect(errorOf(acme, 'POST', '/api/v1/users', body).slice(2)).toEqual([
      'Api validation failed: newUser',
      "Property name 'notValid' is not defined in profile",
    ])
    given.attribute(acme.world, { name: 'notValid' })
    expect(acme.json(200, 'POST', '/api/v1/users', body).profile.notValid).toBe('x')
  })

  test('refuses a weak password in the words of the policy', () => {
    const acme = openAcme()
    const weak = newUser({ credentials: { password: { value: 'short' } } })
    const [, code, summary, cause] = errorOf(acme, 'POST', '/api/v1/users', weak)
    expect([code, summary]).toEqual(['E0000001', 'Api validation failed: password'])
    expect(cause).toMatch(/^password: Password requirements were not met\. Password requirements: /)
  })

  test('puts the user into groups', () => {
    const { world, json } = openAcme()
    const group = given.group(world, { name: 'New' })
    const user = json(200, 'POST', '/api/v1/users', newUser({ groupIds: [group.id] }))
    const names = json(200, 'GET', `/api/v1/users/${user.id}/groups`).map(
      (one: Json) => one.profile.name,
    )
    expect(names).toEqual(['Everyone', 'New'])
  })
})

describe('finding a user', () => {
  test('by id, login, the part before the @, and me', () => {
    const { world, json } = openAcme()
    const { id, profile } = given.user(world, { email: 'only.one@acme.example' })
    for (const name of [id, profile.login, 'ONLY.one@acme.example', 'only.one']) {
      expect(json(200, 'GET', `/api/v1/users/${encodeURIComponent(name)}`).id).toBe(id)
    }
    expect(json(200, 'GET', '/api/v1/users/me').profile.login).toBe('ada.admin@acme.example')
  })

  test('not by a part that two have', () => {
    const { world, ask } = openAcme()
    given.user(world, { email: 'twin@acme.example' })
    given.user(world, { email: 'twin@partner.example' })
    expect(ask('GET', '/api/v1/users/twin').status).toBe(404)
  })

  test('leaves out of the answer what the content type asks to leave out', () => {
    const { ask } = openAcme()
    const type = 'application/json; okta-response="omitCredentials,omitCredentialsLinks"'
    const me = ask('GET', '/api/v1/users/me', undefined, { 'content-type': type }).json as Json
    expect(me.credentials).toBeUndefined()
    expect(Object.keys(me._links)).not.toContain('changePassword')
  })
})

describe('changing a user', () => {
  test('POST keeps what is absent and null clears; PUT clears what is absent', () => {
    const { json } = openAcme()
    const { id } = json(200, 'POST', '/api/v1/users', { profile: newProfile({ nickName: 'N' }) })
    const path = `/api/v1/users/${id}`
    expect(json(200, 'POST', path, { profile: { title: 'T' } }).profile.nickName).toBe('N')
    expect(json(200, 'POST', path, { profile: { nickName: null } }).profile).not.toHaveProperty(
      'nickName',
    )
    json(200, 'POST', path, { profile: { nickName: 'M' } })
    const { firstName, lastName, login, email } = json(200, 'GET', path).profile
    const bare = { firstName, lastName, login, email }
    expect(json(200, 'PUT', path, { profile: bare }).profile).not.toHaveProperty('nickName')
  })

  test('null on a required property is refused', () => {
    const acme = openAcme()
    const user = given.user(acme.world)
    const body = { profile: { lastName: null } }
    expect(errorOf(acme, 'POST', `/api/v1/users/${user.id}`, body).slice(2)).toEqual([
      'Api validation failed: lastName',
      'lastName: The field cannot be left blank',
    ])
  })

  test('numbers become text in the base profile', () => {
    const { world, json } = openAcme()
    const { id } = given.user(world)
    const body = { profile: { employeeNumber: 42 } }
    expect(json(200, 'POST', `/api/v1/users/${id}`, body).profile.employeeNumber).toBe('42')
  })

  test('a stale or malformed If-Match is refused; the tag follows the profile', () => {
    const acme = openAcme()
    const { id } = given.user(acme.world)
    const path = `/api/v1/users/${id}`
    const etag = String(acme.ask('GET', path).headers['etag'])
    expect(etag).toMatch(/^W\/"[0-9a-f]{64}"$/)
    acme.json(200, 'POST', `${path}/lifecycle/suspend`)
    expect(acme.ask('GET', path).headers['etag']).toBe(etag)
    const body = { profile: { title: 'New' } }
    expect(acme.ask('POST', path, body, { 'if-match': etag }).status).toBe(200)
    expect(errorOf(acme, 'POST', path, body, { 'if-match': etag }).slice(0, 2)).toEqual([
      412,
      'E0000231',
    ])
    expect(errorOf(acme, 'POST', path, body, { 'if-match': 'x' })[1]).toBe('E0000242')
  })

  test('a password alone moves passwordChanged and not lastUpdated', () => {
    const { world, json } = openAcme()
    const { id } = given.user(world)
    world.advance('1 minute')
    const body = { credentials: { password: { value: 'Other-Day-42' } } }
    const user = json(200, 'PUT', `/api/v1/users/${id}`, body)
    expect(Date.parse(user.passwordChanged) - Date.parse(user.lastUpdated)).toBe(60_000)
  })

  test('of the deprovisioned: ignored, refused or done, as the setting says', () => {
    const statusAfter = (updateDeprovisioned: string): unknown => {
      const acme = openAcme({ settings: { okta: { updateDeprovisioned } } })
      const { id } = given.user(acme.world, { status: 'DEPROVISIONED' })
      const { status, json } = acme.ask('POST', `/api/v1/users/${id}`, { profile: { title: 'T' } })
      return status === 200 ? (json as Json).profile.title : status
    }
    expect(statusAfter('ignored')).toBeUndefined()
    expect(statusAfter('not-found')).toBe(404)
    expect(statusAfter('applied')).toBe('T')
  })
})

describe('deleting a user', () => {
  test('deactivates first, then removes', () => {
    const { world, ask, json } = openAcme()
    const path = `/api/v1/users/${given.user(world, { groups: ['Engineering'], sessions: 1 }).id}`
    expect(ask('DELETE', path).status).toBe(204)
    expect(json(200, 'GET', path).status).toBe('DEPROVISIONED')
    expect(ask('DELETE', path).status).toBe(204)
    expect(ask('GET', path).status).toBe(404)
  })
})
