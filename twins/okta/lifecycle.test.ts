import { describe, expect, test } from 'vitest'
import { openAcme, type Acme, type Json } from './acme.ts'
import { given, type UserProps } from './given.ts'
import { seedPassword } from './seed.ts'
import type { UserStatus } from './state.ts'

function errorOf(acme: Acme, method: string, path: string, body?: unknown): unknown[] {
  const { status, json } = acme.ask(method, path, body)
  const { errorCode, errorCauses } = (json ?? {}) as Json
  return [status, errorCode, ...(errorCauses ?? []).map((one: Json) => one.errorSummary)]
}

const statuses: UserStatus[] = [
  'STAGED',
  'PROVISIONED',
  'ACTIVE',
  'PASSWORD_EXPIRED',
  'LOCKED_OUT',
  'RECOVERY',
  'SUSPENDED',
  'DEPROVISIONED',
]

const notActive = 'Cannot suspend a user that is not active'
const notSuspended = 'Cannot unsuspend a user that is not suspended'

/** For each operation: the statuses that it moves, and what it says to the others. */
const machine: Record<string, { moves: Partial<Record<UserStatus, UserStatus>>; says: unknown[] }> =
  {
    activate: {
      moves: { STAGED: 'PROVISIONED', DEPROVISIONED: 'PROVISIONED' },
      says: [403, 'E0000016'],
    },
    reactivate: {
      moves: { PROVISIONED: 'PROVISIONED', RECOVERY: 'PROVISIONED' },
      says: [403, 'E0000038'],
    },
    deactivate: {
      moves: Object.fromEntries(
        statuses.filter((one) => one !== 'DEPROVISIONED').map((one) => [one, 'DEPROVISIONED']),
      ),
      says: [404, 'E0000007'],
    },
    suspend: { moves: { ACTIVE: 'SUSPENDED' }, says: [400, 'E0000001', notActive] },
    unsuspend: { moves: { SUSPENDED: 'ACTIVE' }, says: [400, 'E0000001', notSuspended] },
    unlock: {
      moves: { LOCKED_OUT: 'ACTIVE' },
      says: [403, 'E0000032', 'The user is not locked out.'],
    },
    reset_password: {
      moves: {
        ACTIVE: 'RECOVERY',
        PASSWORD_EXPIRED: 'RECOVERY',
        LOCKED_OUT: 'RECOVERY',
        RECOVERY: 'RECOVERY',
        PROVISIONED: 'RECOVERY',
      },
      says: [403, 'E0000038'],
    },
    expire_password: {
      moves: { ACTIVE: 'PASSWORD_EXPIRED', PASSWORD_EXPIRED: 'PASSWORD_EXPIRED' },
      says: [403, 'E0000038'],
    },
  }

describe('the state machine', () => {
  const cases = Object.keys(machine).flatMap((action) =>
    statuses.map((status) => [action, status] as const),
  )
  test.each(cases)('%s of %s', (action, status) => {
    const acme = openAcme()
    const { id } = given.user(acme.world, { status })
    const { moves, says } = machine[action]!
    const path = `/api/v1/users/${id}/lifecycle/${action}`
    const wanted = moves[status]
    expect(errorOf(acme, 'POST', path)).toEqual(wanted === undefined ? says : [200, undefined])
    expect(acme.json(200, 'GET', `/api/v1/users/${id}`).status).toBe(wanted ?? status)
  })

  test('links offer what the status allows', () => {
    const acme = openAcme()
    const linksOf = (status: UserStatus): string[] => {
      const { id } = given.user(acme.world, { status })
      return Object.keys(acme.json(200, 'GET', `/api/v1/users/${id}`)._links)
    }
    for (const status of statuses) {
      expect(linksOf(status)).toEqual(expect.arrayContaining(['self', 'schema', 'type']))
    }
    expect(linksOf('STAGED')).toContain('activate')
    expect(linksOf('PROVISIONED')).toContain('reactivate')
    expect(linksOf('ACTIVE')).toEqual(
      'suspend schema resetPassword forgotPassword expirePassword changeRecoveryQuestion self resetFactors type changePassword deactivate'.split(
        ' ',
      ),
    )
    expect(linksOf('LOCKED_OUT')).toContain('unlock')
    expect(linksOf('SUSPENDED')).toContain('unsuspend')
    expect(linksOf('DEPROVISIONED')).toEqual(expect.arrayContaining(['activate', 'delete']))
  })
})

describe('details of the lifecycle', () => {
  function open(props: UserProps): Acme & { path: string } {
    const acme = openAcme()
    return { ...acme, path: `/api/v1/users/${given.user(acme.world, props).id}` }
  }

  test('activation without mail answers with link and token', () => {
    const { json, path } = open({ status: 'STAGED' })
    const { activationUrl, activationToken } = json(
      200,
      'POST',
      `${path}/lifecycle/activate?sendEmail=false`,
    )
    expect(activationToken).toMatch(/^[\w-]{20}$/)
    expect(activationUrl).toBe(`https://acme.okta.com/tokens/${activationToken}/verify`)
  })

  test('activation with a password makes active at once', () => {
    const { json, path } = open({ status: 'STAGED', password: 'Sunny-Day-42' })
    expect(json(200, 'POST', `${path}/lifecycle/activate`)).toEqual({})
    expect(json(200, 'GET', path).status).toBe('ACTIVE')
  })

  test('a reset without mail answers with a link', () => {
    const { json, path } = open({})
    const reset = json(200, 'POST', `${path}/lifecycle/reset_password?sendEmail=false`)
    expect(reset.resetPasswordUrl).toMatch(/\/reset_password\/[\w-]{20}$/)
  })

  test('expiring moves lastUpdated and leaves statusChanged', () => {
    const { json, path, world } = open({})
    const before = json(200, 'GET', path)
    world.advance('1 minute')
    const after = json(200, 'POST', `${path}/lifecycle/expire_password`)
    expect(after.statusChanged).toBe(before.statusChanged)
    expect(after.lastUpdated).not.toBe(before.lastUpdated)
  })

  test('a temporary password opens the door to a new one', () => {
    const { json, path } = open({})
    const { tempPassword } = json(
      200,
      'POST',
      `${path}/lifecycle/expire_password_with_temp_password`,
    )
    const body = { oldPassword: { value: tempPassword }, newPassword: { value: 'Sunny-Day-42' } }
    json(200, 'POST', `${path}/credentials/change_password`, body)
    expect(json(200, 'GET', path).status).toBe('ACTIVE')
  })

  test('deactivation takes password and sessions, and leaves the groups', () => {
    const { json, path, world } = open({ sessions: 2, groups: ['Engineering'] })
    json(200, 'POST', `${path}/lifecycle/deactivate`)
    const user = json(200, 'GET', path)
    expect(user.credentials).toEqual({ provider: { type: 'OKTA', name: 'OKTA' } })
    const names = json(200, 'GET', `${path}/groups`).map((one: Json) => one.profile.name)
    expect(names).toEqual(['Engineering'])
    expect(world.changes().filter((one) => one.table === 'okta.sessions')).toEqual([])
  })

  test('deactivation clears the groups where the setting says so', () => {
    const acme = openAcme({ settings: { okta: { deactivationClearsGroups: true } } })
    const { id } = given.user(acme.world, { groups: ['Engineering'] })
    acme.json(200, 'POST', `/api/v1/users/${id}/lifecycle/deactivate`)
    expect(acme.json(200, 'GET', `/api/v1/users/${id}/groups`)).toEqual([])
  })

  test('a caller who prefers not to wait sees where the user is going', () => {
    const { ask, json, path, world } = open({})
    const reply = ask('POST', `${path}/lifecycle/deactivate`, undefined, {
      prefer: 'respond-async',
    })
    expect(reply.status).toBe(200)
    expect(json(200, 'GET', path)).toMatchObject({
      status: 'ACTIVE',
      transitioningToStatus: 'DEPROVISIONED',
    })
    world.advance('5 seconds')
    const user = json(200, 'GET', path)
    expect(user.status).toBe('DEPROVISIONED')
    expect(user).not.toHaveProperty('transitioningToStatus')
  })
})

describe('credentials', () => {
  const change = (oldPassword: string, newPassword: string): object => ({
    oldPassword: { value: oldPassword },
    newPassword: { value: newPassword },
  })

  test('a wrong old password is refused with its cause', () => {
    const acme = openAcme()
    const path = `/api/v1/users/${given.user(acme.world).id}/credentials/change_password`
    expect(errorOf(acme, 'POST', path, change('Wrong-1-wrong', 'Sunny-Day-42'))).toEqual([
      403,
      'E0000014',
      'oldPassword: The credentials provided were incorrect.',
    ])
    expect(errorOf(acme, 'POST', path, change(seedPassword, 'x')).slice(0, 2)).toEqual([
      403,
      'E0000014',
    ])
    expect(acme.json(200, 'POST', path, change(seedPassword, 'Sunny-Day-42'))).toEqual({
      password: {},
      provider: { type: 'OKTA', name: 'OKTA' },
    })
  })

  test('a suspended user changes no password', () => {
    const acme = openAcme()
    const { id } = given.user(acme.world, { status: 'SUSPENDED' })
    const path = `/api/v1/users/${id}/credentials`
    const body = change(seedPassword, 'Sunny-Day-42')
    expect(errorOf(acme, 'POST', `${path}/change_password`, body)[1]).toBe('E0000035')
    expect(errorOf(acme, 'POST', `${path}/change_recovery_question`, {})[1]).toBe('E0000036')
  })

  test('a question lets its owner in again', () => {
    const acme = openAcme()
    const { id } = given.user(acme.world)
    const path = `/api/v1/users/${id}/credentials`
    expect(errorOf(acme, 'POST', `${path}/forgot_password`)[1]).toBe('E0000034')
    const asked = acme.json(200, 'POST', `${path}/change_recovery_question`, {
      password: { value: seedPassword },
      recovery_question: { question: 'Why?', answer: 'Because' },
    })
    expect(asked.recovery_question).toEqual({ question: 'Why?' })
    expect(acme.json(200, 'POST', `${path}/forgot_password`)).toEqual({})
    const link = acme.json(200, 'POST', `${path}/forgot_password?sendEmail=false`)
    expect(link.resetPasswordUrl).toContain('/reset_password/')
    const answer = (text: string): object => ({
      password: { value: 'Sunny-Day-42' },
      recovery_question: { answer: text },
    })
    const direct = `${path}/forgot_password_recovery_question`
    expect(errorOf(acme, 'POST', direct, answer('No'))[1]).toBe('E0000087')
    expect(acme.json(200, 'POST', direct, answer('because')).password).toEqual({})
    expect(acme.json(200, 'GET', `/api/v1/users/${id}`).status).toBe('ACTIVE')
  })
})
