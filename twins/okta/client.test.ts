import { Client } from '@okta/okta-sdk-nodejs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serveHttp, type HttpServer } from '../../fronts/http.ts'
import { createResolver } from '../../fronts/resolve.ts'
import { defaultId, Worlds } from '../../fronts/worlds.ts'
import { newProfile, newUser, openAcme, type Acme, type Json } from './acme.ts'
import { checked } from './checked.ts'
import { given } from './given.ts'

// The unmodified official client, pointed at the twin by nothing but its base URL.
describe('@okta/okta-sdk-nodejs', () => {
  const worlds = new Worlds()
  let server: HttpServer
  let acme: Acme
  let client: Client

  beforeAll(async () => {
    server = await serveHttp({ resolve: createResolver(worlds) })
    acme = openAcme()
    worlds.add(acme.world, defaultId)
    client = clientWith(acme.token)
  })
  afterAll(() => server.close())

  function clientWith(token: string): Client {
    // Without the client's own cache, which would hide the twin.
    return new Client({ orgUrl: `${server.url}/okta`, token, cacheMiddleware: null } as never)
  }

  async function collect(collection: {
    each(iterator: (item: Json) => void): Promise<unknown>
  }): Promise<Json[]> {
    const items: Json[] = []
    await collection.each((item) => {
      items.push(item)
    })
    return items
  }

  async function failure(work: Promise<unknown>): Promise<Json> {
    return work.then(
      () => expect.fail('it succeeded'),
      (error: unknown) => error,
    )
  }

  test('takes a user through its life', async () => {
    const { userApi } = client
    const user = (await userApi.createUser({ body: newUser() as never })) as Json
    const userId = user.id as string
    expect(user.status).toBe('ACTIVE')
    expect(user.created).toBeInstanceOf(Date)
    expect((await userApi.getUser({ userId })).profile!.login).toBe(user.profile.login)
    const { profile } = await userApi.updateUser({ userId, user: { profile: { title: 'T' } } })
    expect(profile!.title).toBe('T')
    const { firstName, lastName, login, email } = user.profile
    const bare = { profile: { firstName, lastName, login, email } }
    expect((await userApi.replaceUser({ userId, user: bare })).profile!.title).toBeUndefined()
    const statusAfter = async (work: Promise<unknown>): Promise<unknown> => {
      await work
      return (await userApi.getUser({ userId })).status
    }
    expect(await statusAfter(userApi.suspendUser({ userId }))).toBe('SUSPENDED')
    expect(await statusAfter(userApi.unsuspendUser({ userId }))).toBe('ACTIVE')
    expect(await statusAfter(userApi.expirePassword({ userId }))).toBe('PASSWORD_EXPIRED')
    // The client reads this answer as a user, and loses the password that is in it.
    await userApi.expirePasswordAndGetTemporaryPassword({ userId })
    const credentials = { password: { value: 'Cloudy-Day-42' } }
    expect(await statusAfter(userApi.updateUser({ userId, user: { credentials } }))).toBe('ACTIVE')
    const changePasswordRequest = {
      oldPassword: credentials.password,
      newPassword: { value: 'Rainy-Day-43' },
    }
    const changed = userApi.changePassword({ userId, changePasswordRequest })
    expect(await statusAfter(changed)).toBe('ACTIVE')
    await userApi.changeRecoveryQuestion({
      userId,
      userCredentials: {
        password: { value: 'Rainy-Day-43' },
        recovery_question: { question: 'Why?', answer: 'Because' },
      },
    })
    expect((await userApi.forgotPassword({ userId, sendEmail: false })).resetPasswordUrl).toMatch(
      /reset_password/,
    )
    await userApi.forgotPasswordSetNewPassword({
      userId,
      userCredentials: {
        password: { value: 'Windy-Day-44' },
        recovery_question: { answer: 'Because' },
      },
    })
    await userApi.resetFactors({ userId })
    const reset = await userApi.generateResetPasswordToken({ userId, sendEmail: false })
    expect(reset.resetPasswordUrl).toContain('/reset_password/')
    await userApi.revokeUserSessions({ userId, oauthTokens: true })
    expect(await statusAfter(userApi.deactivateUser({ userId }))).toBe('DEPROVISIONED')
    expect(await statusAfter(userApi.activateUser({ userId, sendEmail: false }))).toBe(
      'PROVISIONED',
    )
    expect(await statusAfter(userApi.reactivateUser({ userId, sendEmail: false }))).toBe(
      'PROVISIONED',
    )
    expect(await statusAfter(userApi.deleteUser({ userId }))).toBe('DEPROVISIONED')
    await userApi.deleteUser({ userId })
    const error = await failure(userApi.getUser({ userId }))
    expect(error).toMatchObject({ status: 404, errorCode: 'E0000007' })
  })

  test('understands what is refused', async () => {
    const { userApi } = client
    const locked = given.user(acme.world, { status: 'LOCKED_OUT' })
    await userApi.unlockUser({ userId: locked.id })
    const again = await failure(userApi.unlockUser({ userId: locked.id }))
    expect(again.errorCauses).toEqual([{ errorSummary: 'The user is not locked out.' }])
    const odd = await failure(
      userApi.createUser({ body: { profile: newProfile({ notValid: 1 }) } as never }),
    )
    expect(odd.message).toContain("Property name 'notValid' is not defined in profile")
    const wrong = await failure(clientWith('00wrong').userApi.getUser({ userId: 'me' }))
    expect(wrong).toMatchObject({ status: 401, errorCode: 'E0000011' })
  })

  test('collects users over pages, and finds them', async () => {
    for (let i = 0; i < 7; i++) given.user(acme.world, { lastName: 'Paged' })
    const { userApi } = client
    const all = await collect(await userApi.listUsers({ limit: 4 }))
    expect(all.length).toBe(acme.json(200, 'GET', '/api/v1/users?limit=200').length)
    expect(new Set(all.map((one) => one.id)).size).toBe(all.length)
    const search = 'profile.lastName eq "Paged"'
    expect(await collect(await userApi.listUsers({ search, limit: 3 }))).toHaveLength(7)
    const filter = 'profile.lastName eq "Paged"'
    expect(await collect(await userApi.listUsers({ filter, limit: 2 }))).toHaveLength(7)
    expect(await collect(await userApi.listUsers({ q: 'Paged' }))).toHaveLength(7)
  })

  test('keeps groups and their members', async () => {
    const { groupApi, userApi } = client
    const group = await groupApi.createGroup({ group: { profile: { name: 'Chess' } } })
    const groupId = group.id!
    const users = [1, 2, 3].map(() => given.user(acme.world).id)
    for (const userId of users) await groupApi.assignUserToGroup({ groupId, userId })
    const members = await collect(await groupApi.listGroupUsers({ groupId, limit: 2 }))
    expect(members.map((one) => one.id)).toEqual(users)
    const mine = await collect(await userApi.listUserGroups({ userId: users[0]! }))
    expect(mine.map((one) => one.profile.name)).toEqual(['Everyone', 'Chess'])
    await groupApi.unassignUserFromGroup({ groupId, userId: users[0]! })
    expect(await collect(await groupApi.listGroupUsers({ groupId }))).toHaveLength(2)
    await groupApi.replaceGroup({ groupId, group: { profile: { name: 'Go' } } })
    expect((await groupApi.getGroup({ groupId })).profile!.name).toBe('Go')
    expect(await collect(await groupApi.listGroups({ q: 'Go' }))).toHaveLength(1)
    const search = 'profile.name eq "Go"'
    expect(await collect(await groupApi.listGroups({ search }))).toHaveLength(1)
    await groupApi.deleteGroup({ groupId })
    expect(await collect(await groupApi.listGroups({ search }))).toHaveLength(0)
    const [everyone] = await collect(await groupApi.listGroups({ q: 'Everyone' }))
    const refused = groupApi.assignUserToGroup({ groupId: everyone.id, userId: users[0]! })
    expect(await failure(refused)).toMatchObject({ status: 501, errorCode: 'E0000060' })
  })

  test('opens, reads and ends sessions', async () => {
    const { sessionApi } = client
    const user = given.user(acme.world)
    const { id: sessionToken } = given.sessionToken(acme.world, { user: user.id })
    const session = await sessionApi.createSession({ createSessionRequest: { sessionToken } })
    const sessionId = session.id!
    expect((await sessionApi.getSession({ sessionId })).userId).toBe(user.id)
    expect((await sessionApi.refreshSession({ sessionId })).status).toBe('ACTIVE')
    await sessionApi.revokeSession({ sessionId })
    expect(await failure(sessionApi.getSession({ sessionId }))).toMatchObject({ status: 404 })
    const cookie = `sid=${given.session(acme.world, { user: user.id }).id}`
    expect((await sessionApi.getCurrentSession({ cookie })).userId).toBe(user.id)
    await sessionApi.refreshCurrentSession({ cookie })
    await sessionApi.closeCurrentSession({ cookie })
    expect(await failure(sessionApi.getCurrentSession({ cookie }))).toMatchObject({ status: 404 })
  })

  test('reads the System Log to its end', async () => {
    const mark = new Date(acme.world.now()).toISOString()
    const { id } = acme.json(200, 'POST', '/api/v1/users', newUser())
    acme.json(200, 'POST', `/api/v1/users/${id}/lifecycle/suspend`)
    const until = new Date(acme.world.now() + 1000).toISOString()
    const filter = `target.id eq "${id}"`
    const bounded = { since: mark as never, until: until as never, filter, limit: 1 }
    const events = await collect(await client.systemLogApi.listLogEvents(bounded))
    expect(events.map((one) => one.eventType)).toEqual([
      'user.lifecycle.create',
      'user.lifecycle.activate',
      'user.lifecycle.suspend',
    ])
    expect(events[0].published).toBeInstanceOf(Date)
  })

  test('knows the default user type and its schema', async () => {
    const [type, ...others] = await collect(await client.userTypeApi.listUserTypes())
    expect(others).toEqual([])
    expect((await client.userTypeApi.getUserType({ typeId: type.id })).name).toBe('user')
    const { definitions } = await client.schemaApi.getUserSchema({ schemaId: 'default' })
    expect(Object.keys(definitions!.base!.properties!)).toHaveLength(31)
  })

  test('waits for the end of the minute when it is told to', async () => {
    const refuse = { kind: 'refuse', as: 'limited', retryAfterMs: 0 } as const
    acme.world.setFaults({ name: 'busy', faults: [{ on: 'getGroup', at: 1, action: refuse }] })
    const [group] = acme.json(200, 'GET', '/api/v1/groups?limit=1')
    const found = await client.groupApi.getGroup({ groupId: group.id })
    expect(found.id).toBe(group.id)
    expect(
      acme.world.journal
        .calls('okta', 'getGroup')
        .slice(-2)
        .map((one) => one.reply.status),
    ).toEqual([429, 200])
  })

  test('has called every operation that counts as checked', () => {
    const called = new Set(acme.world.journal.calls('okta').map((one) => one.op))
    expect(checked.filter((id) => !called.has(id))).toEqual([])
  })
})
