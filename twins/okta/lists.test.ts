import { describe, expect, test } from 'vitest'
import { openAcme, type Acme, type Json } from './acme.ts'
import { given } from './given.ts'

/** The next page's path, from one of several `Link` lines. */
function nextOf(links: string | string[] | undefined): string | undefined {
  const lines = typeof links === 'string' ? [links] : (links ?? [])
  const next = lines.find((one) => one.endsWith('rel="next"'))
  return next && /<https:\/\/acme\.okta\.com([^>]*)>/.exec(next)![1]
}

function pagesOf(acme: Acme, path: string, each: (items: Json[]) => void = () => {}): string[][] {
  const pages: string[][] = []
  for (let next: string | undefined = path; next !== undefined;) {
    const { json, headers } = acme.ask('GET', next)
    pages.push((json as Json[]).map((one) => one.id))
    each(json as Json[])
    next = nextOf(headers['link'])
  }
  return pages
}

function idsOf(acme: Acme, path: string): string[] {
  return acme.json(200, 'GET', path).map((one: Json) => one.id)
}

function codeOf(acme: Acme, path: string): unknown[] {
  const { status, json } = acme.ask('GET', path)
  const { errorCode, errorCauses } = json as Json
  return [status, errorCode, ...errorCauses.map((one: Json) => one.errorSummary)]
}

describe('listing users', () => {
  test('page by page, each once, without the deprovisioned; two link lines and none after the last', () => {
    const acme = openAcme()
    for (let i = 0; i < 18; i++) given.user(acme.world)
    given.user(acme.world, { status: 'DEPROVISIONED' })
    const pages = pagesOf(acme, '/api/v1/users?limit=10')
    expect(pages.map((one) => one.length)).toEqual([10, 10, 10])
    expect(new Set(pages.flat()).size).toBe(30)
    const { headers } = acme.ask('GET', '/api/v1/users?limit=10')
    expect(headers['link']).toHaveLength(2)
    expect(nextOf(headers['link'])).toMatch(/^\/api\/v1\/users\?after=000u\w{17}&limit=10$/)
  })

  test('loses nobody when those on the page are deactivated or removed meanwhile', () => {
    const acme = openAcme()
    for (let i = 0; i < 8; i++) given.user(acme.world)
    const pages = pagesOf(acme, '/api/v1/users?limit=5', (items) => {
      for (const { id } of items.slice(-2)) {
        if (id === items[0].id) continue
        acme.world.look('okta', { method: 'DELETE', path: `/api/v1/users/${id}` })
        acme.world.look('okta', { method: 'DELETE', path: `/api/v1/users/${id}` })
      }
    })
    expect(pages.flat()).toHaveLength(20)
  })

  test('shows each with a link to itself alone', () => {
    const [user] = openAcme().json(200, 'GET', '/api/v1/users')
    expect(Object.keys(user._links)).toEqual(['self'])
  })

  test('by words finds how names and e-mail begin, without pages', () => {
    const acme = openAcme()
    const { id } = given.user(acme.world, { firstName: 'Zora', lastName: 'Quist' })
    const gone = { firstName: 'Zorb', status: 'DEPROVISIONED' } as const
    given.user(acme.world, gone)
    expect(idsOf(acme, '/api/v1/users?q=zor')).toEqual([id])
    expect(idsOf(acme, '/api/v1/users?q=quist')).toEqual([id])
    expect(idsOf(acme, '/api/v1/users?q=ora')).toEqual([])
    const { headers, json } = acme.ask('GET', '/api/v1/users?q=a')
    expect(headers['link']).toBeUndefined()
    expect((json as Json[]).length).toBeLessThanOrEqual(10)
  })

  test('by filter compares exactly and sees the deprovisioned', () => {
    const acme = openAcme()
    const gone = given.user(acme.world, { lastName: 'Zimt', status: 'DEPROVISIONED' })
    const find = (filter: string): string[] =>
      idsOf(acme, `/api/v1/users?filter=${encodeURIComponent(filter)}`)
    expect(find('status eq "DEPROVISIONED"')).toEqual([gone.id])
    expect(find('profile.lastName eq "Zimt" and status eq "DEPROVISIONED"')).toEqual([gone.id])
    expect(find('profile.lastName eq "zimt"')).toEqual([])
    expect(find(`id eq "${gone.id}"`)).toEqual([gone.id])
    expect(find(`profile.login EQ "${gone.profile.login}"`)).toEqual([gone.id])
    expect(find('status eq "ACTIVE" or status eq "DEPROVISIONED"')).toHaveLength(13)
  })

  test('by search compares without case, by any attribute, with and before or', () => {
    const acme = openAcme()
    const one = given.user(acme.world, { lastName: 'Zimt', profile: { department: 'Bakery' } })
    const two = given.user(acme.world, { lastName: 'Zucker', profile: { department: 'Bakery' } })
    const find = (search: string, more = ''): string[] =>
      idsOf(acme, `/api/v1/users?search=${encodeURIComponent(search)}${more}`)
    expect(find('profile.lastName eq "zimt"')).toEqual([one.id])
    expect(find('profile.lastName co "UCK"')).toEqual([two.id])
    expect(find('profile.department sw "bak"')).toEqual([one.id, two.id])
    expect(
      find(
        'profile.lastName eq "x" or profile.department eq "Bakery" and profile.lastName sw "Zu"',
      ),
    ).toEqual([two.id])
    expect(
      find(
        '(profile.lastName eq "x" or profile.department eq "Bakery") and profile.lastName sw "Zi"',
      ),
    ).toEqual([one.id])
    expect(find('profile.nickName pr')).toEqual([])
    expect(find('created gt "2020-01-01T00:00:00.000Z"')).toHaveLength(14)
    const down = '&sortBy=profile.lastName&sortOrder=desc'
    expect(find('profile.department eq "Bakery"', down)).toEqual([two.id, one.id])
  })

  test('pages through a search by the id of the last', () => {
    const acme = openAcme()
    const search = encodeURIComponent('status eq "ACTIVE"')
    const pages = pagesOf(acme, `/api/v1/users?limit=5&search=${search}`)
    expect(pages.map((one) => one.length)).toEqual([5, 5, 2])
    const { headers } = acme.ask('GET', `/api/v1/users?limit=5&search=${search}`)
    expect(nextOf(headers['link'])).toBe(
      `/api/v1/users?after=${pages[0]![4]}&limit=5&search=status+eq+%22ACTIVE%22`,
    )
    const sorted = pagesOf(acme, `/api/v1/users?limit=5&sortBy=profile.lastName&search=${search}`)
    expect(new Set(sorted.flat()).size).toBe(12)
  })

  test('refuses what can not be asked', () => {
    const acme = openAcme()
    const path = '/api/v1/users'
    expect(codeOf(acme, `${path}?q=a&filter=id+eq+%22x%22`).slice(0, 2)).toEqual([400, 'E0000033'])
    expect(codeOf(acme, `${path}?search=profile.department+co+%22x%22`).slice(0, 2)).toEqual([
      400,
      'E0000031',
    ])
    expect(codeOf(acme, `${path}?search=profile.nix+eq+%22x%22`)[1]).toBe('E0000031')
    expect(codeOf(acme, `${path}?search=status+ne+%22x%22`)[1]).toBe('E0000031')
    expect(codeOf(acme, `${path}?filter=profile.title+eq+%22x%22`)[1]).toBe('E0000031')
    expect(codeOf(acme, `${path}?search=%28status+eq+%22x%22`)[1]).toBe('E0000031')
  })

  test('learns of a new user later where the setting says so', () => {
    const acme = openAcme({ settings: { okta: { searchLagMs: 1000 } } })
    const { id } = given.user(acme.world, { lastName: 'Zimt' })
    const path = '/api/v1/users?search=profile.lastName+eq+%22Zimt%22'
    expect(idsOf(acme, path)).toEqual([])
    expect(acme.ask('GET', `/api/v1/users/${id}`).status).toBe(200)
    acme.world.advance('1 second')
    expect(idsOf(acme, path)).toEqual([id])
  })
})

describe('groups', () => {
  test('are made, read, renamed and removed', () => {
    const acme = openAcme()
    const group = acme.json(200, 'POST', '/api/v1/groups', { profile: { name: 'Chess' } })
    expect(Object.keys(group)).toEqual(
      'id created lastUpdated lastMembershipUpdated objectClass type profile _links'.split(' '),
    )
    expect(group.profile).toEqual({ name: 'Chess', description: null })
    const path = `/api/v1/groups/${group.id}`
    const body = { profile: { name: 'Go', description: 'Stones' } }
    expect(acme.json(200, 'PUT', path, body).profile).toEqual(body.profile)
    expect(acme.ask('DELETE', path).status).toBe(204)
    expect(acme.ask('GET', path).status).toBe(404)
  })

  test('have a name of their own', () => {
    const acme = openAcme()
    const causeOf = (name: string): unknown => {
      const { status, json } = acme.ask('POST', '/api/v1/groups', { profile: { name } })
      const { errorSummary, errorCauses } = json as Json
      return [status, errorSummary, errorCauses[0].errorSummary]
    }
    const failed = 'Api validation failed: name'
    expect(causeOf('')).toEqual([400, failed, 'name: The field cannot be left blank'])
    expect(causeOf('Engineering')).toEqual([
      400,
      failed,
      'name: An object with this field already exists in the current organization',
    ])
  })

  test('take and lose members, and remember when', () => {
    const acme = openAcme()
    const { id } = given.group(acme.world)
    const user = given.user(acme.world)
    const path = `/api/v1/groups/${id}/users`
    acme.world.advance('1 minute')
    expect(acme.ask('PUT', `${path}/${user.id}`).status).toBe(204)
    expect(idsOf(acme, path)).toEqual([user.id])
    const group = acme.json(200, 'GET', `/api/v1/groups/${id}`)
    expect(Date.parse(group.lastMembershipUpdated)).toBeGreaterThan(Date.parse(group.lastUpdated))
    expect(acme.ask('DELETE', `${path}/${user.id}`).status).toBe(204)
    expect(idsOf(acme, path)).toEqual([])
    expect(acme.ask('PUT', `${path}/00unix`).status).toBe(404)
  })

  test('that the service keeps are not for us to fill', () => {
    const acme = openAcme()
    const user = given.user(acme.world)
    const app = given.group(acme.world, { type: 'APP_GROUP' })
    const [everyone] = idsOf(acme, '/api/v1/groups?q=Everyone')
    const put = (id: string): unknown[] => {
      const { status, json } = acme.ask('PUT', `/api/v1/groups/${id}/users/${user.id}`)
      return [status, (json as Json).errorCode]
    }
    expect(put(everyone!)).toEqual([501, 'E0000060'])
    expect(put(app.id)).toEqual([403, 'E0000006'])
    expect(acme.ask('DELETE', `/api/v1/groups/${everyone}`).status).toBe(403)
  })

  test('Everyone has everybody who is not deprovisioned', () => {
    const acme = openAcme()
    const user = given.user(acme.world)
    const [everyone] = idsOf(acme, '/api/v1/groups?q=Everyone')
    const path = `/api/v1/groups/${everyone}/users`
    expect(idsOf(acme, path)).toHaveLength(13)
    acme.json(200, 'POST', `/api/v1/users/${user.id}/lifecycle/deactivate`)
    expect(idsOf(acme, path)).not.toContain(user.id)
  })

  test('list their members page by page, also while members leave', () => {
    const acme = openAcme()
    const members = Array.from({ length: 12 }, () => given.user(acme.world).id)
    const { id } = given.group(acme.world, { members })
    const path = `/api/v1/groups/${id}/users`
    const pages = pagesOf(acme, `${path}?limit=5`, (items) => {
      for (const one of items) acme.ask('DELETE', `${path}/${one.id}`)
    })
    expect(pages.flat()).toEqual(members)
    expect(idsOf(acme, path)).toEqual([])
  })

  test('are found by the beginning of the name, by search and by filter', () => {
    const acme = openAcme()
    const namesOf = (query: string): string[] =>
      acme.json(200, 'GET', `/api/v1/groups?${query}`).map((one: Json) => one.profile.name)
    expect(namesOf('q=eng')).toEqual(['Engineering'])
    expect(namesOf('filter=type+eq+%22BUILT_IN%22')).toEqual(['Everyone', 'Okta Administrators'])
    expect(namesOf('search=profile.name+co+%22port%22')).toEqual(['Support'])
    expect(namesOf('search=profile.name+sw+%22P%22&sortBy=profile.name&sortOrder=desc')).toEqual([
      'Product',
      'People',
    ])
    const [first, ...rest] = pagesOf(acme, '/api/v1/groups?limit=3')
    expect(first).toHaveLength(3)
    expect(rest.flat().length + 3).toBe(namesOf('').length)
    expect(codeOf(acme, '/api/v1/groups?filter=profile.name+eq+%22x%22')[1]).toBe('E0000031')
  })

  test('count their members when asked', () => {
    const acme = openAcme()
    const groups = acme.json(200, 'GET', '/api/v1/groups?expand=stats') as Json[]
    const countOf = (name: string): number =>
      groups.find((one) => one.profile.name === name)._embedded.stats.usersCount
    expect([countOf('Everyone'), countOf('Engineering'), countOf('Contractors')]).toEqual([
      12, 4, 1,
    ])
  })
})
