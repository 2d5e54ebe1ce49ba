import { describe, expect, test } from 'vitest'
import { given } from './given.ts'
import { doc, openAcme } from './testing.ts'
import { words } from './words.ts'

const lena = 'lena.fischer@acme.example'
const issue = '/rest/api/3/issue/ENG-2'

describe('comments', () => {
  test('come oldest first, a hundred at most, and may be turned around', () => {
    const { ada } = openAcme()
    for (const word of ['one', 'two', 'three']) ada('POST', `${issue}/comment`, { body: doc(word) })
    const ids = (query: string) =>
      (ada('GET', `${issue}/comment?${query}`).body['comments'] as unknown as { id: string }[]).map(
        ({ id }) => Number(id),
      )
    const forward = ids('')
    expect(forward).toEqual([...forward].sort((a, b) => a - b))
    expect(ids('orderBy=-created')).toEqual([...forward].reverse())
    expect(ids('startAt=1&maxResults=1')).toEqual([forward[1]])
    expect(ada('GET', `${issue}/comment?maxResults=500&startAt=9`).body).toMatchObject({
      maxResults: 100,
      startAt: 9,
      total: 3,
      comments: [],
    })
  })

  test('say what is wrong with them', () => {
    const { ada } = openAcme()
    const errors = (body: unknown, version = 3) =>
      ada('POST', `/rest/api/${version}/issue/ENG-2/comment`, body).body['errors']
    expect(errors({})).toEqual({ comment: 'Comment body can not be empty!' })
    expect(errors({ body: { type: 'doc', version: 1, content: [{ type: 'nope' }] } })).toEqual({
      comment: 'Comment body is not valid!',
    })
    expect(errors({ body: '' }, 2)).toEqual({ comment: 'Comment body can not be empty!' })
    expect(errors({ body: doc('x'), visibility: { type: 'group', value: 'nobodies' } })).toEqual({
      visibility: 'Group: nobodies does not exist.',
    })
    expect(ada('GET', `${issue}/comment/1`).body['errorMessages']).toEqual([
      'Can not find a comment for the id: 1.',
    ])
  })

  test('for some are hidden from others, and not counted', () => {
    const { ada, lena } = openAcme()
    const visibility = { type: 'group', value: 'jira-admins' }
    const { id } = ada('POST', `${issue}/comment`, { body: doc('secret'), visibility }).body
    expect(ada('GET', `${issue}/comment`).body['total']).toBe(1)
    expect(lena('GET', `${issue}/comment`).body['total']).toBe(0)
    expect(
      [ada, lena].map((who) => who('GET', issue).body['fields']!['comment']!['total']),
    ).toEqual([1, 0])
    expect(lena('GET', `${issue}/comment/${String(id)}`).status).toBe(404)
  })

  test('keep what a change does not name', () => {
    const { ada } = openAcme()
    const properties = [{ key: 'a', value: 1 }]
    const visibility = { type: 'group', value: 'jira-admins' }
    const made = ada('POST', `${issue}/comment`, { body: doc('one'), visibility, properties }).body
    const path = `${issue}/comment/${String(made['id'])}`
    ada('PUT', path, { body: doc('two'), properties: [{ key: 'b', value: 2 }] })
    const now = ada('GET', `${path}?expand=properties,renderedBody`).body
    expect(now['visibility']).toMatchObject(visibility)
    expect(now['properties']).toEqual([...properties, { key: 'b', value: 2 }])
    expect(now['renderedBody']).toBe('<p>two</p>')
  })

  test('belong to who wrote them', () => {
    const { as, ada } = openAcme()
    const omar = as('omar.haddad@acme.example')
    const { id } = ada('POST', `${issue}/comment`, { body: doc('mine') }).body
    const path = `${issue}/comment/${String(id)}`
    expect(omar('PUT', path, { body: doc('yours') }).status).toBe(400)
    expect(omar('DELETE', path).status).toBe(400)
    expect(ada('DELETE', path).status).toBe(204)
  })

  test('show at once in the issue, also when their author is renamed', () => {
    const { world, ada } = openAcme()
    ada('POST', `${issue}/comment`, { body: doc('one') })
    const names = () =>
      (
        ada('GET', issue).body['fields']!['comment']!['comments'] as unknown as {
          author: { displayName: string }
        }[]
      ).map(({ author }) => author.displayName)
    expect(names()).toEqual(['Ada Admin'])
    const fork = world.fork()
    fork.call('jira', { method: 'GET', path: issue })
    ada('POST', `${issue}/comment`, { body: doc('two') })
    expect(names()).toEqual(['Ada Admin', 'Ada Admin'])
  })
})

describe('worklogs', () => {
  test('move the time of the issue', () => {
    const { ada } = openAcme()
    ada('PUT', issue, { fields: { timetracking: { originalEstimate: '1d' } } })
    const made = ada('POST', `${issue}/worklog`, {
      timeSpent: '1h 30m',
      started: '2026-01-04T10:00:00.000+0100',
    }).body
    expect(made).toMatchObject({
      timeSpentSeconds: 5400,
      timeSpent: '1h 30m',
      started: '2026-01-04T09:00:00.000+0000',
      issueId: '10001',
    })
    const fields = () => ada('GET', issue).body['fields'] as unknown as Record<string, unknown>
    expect(fields()).toMatchObject({
      timespent: 5400,
      timeestimate: 23_400,
      timetracking: { remainingEstimate: '6h 30m' },
      progress: { progress: 5400, total: 28_800, percent: 18 },
    })
    ada('DELETE', `${issue}/worklog/${String(made['id'])}`)
    expect(fields()).toMatchObject({ timespent: null, timeestimate: 28_800 })
  })

  test.each([
    ['', { timeSpent: 'soon' }, { timeLogged: 'Invalid time duration entered.' }],
    [
      '?adjustEstimate=new',
      { timeSpent: '1h' },
      { newEstimate: 'Value is required when adjustEstimate is new' },
    ],
    [
      '?adjustEstimate=manual',
      { timeSpent: '1h' },
      { reduceBy: 'A value is required for manual estimate adjustment' },
    ],
  ])('refuse %j %j', (query, body, errors) => {
    const reply = openAcme().ada('POST', `${issue}/worklog${query}`, body)
    expect([reply.status, reply.body['errors']]).toEqual([400, errors])
  })
})

describe('links, watchers, votes', () => {
  test('a link reads from both sides under one id, and repeats without harm', () => {
    const { ada } = openAcme()
    const body = {
      type: { name: 'Blocks' },
      inwardIssue: { key: 'ENG-1' },
      outwardIssue: { key: 'ENG-2' },
    }
    const first = ada('POST', '/rest/api/3/issueLink', body)
    expect([first.status, first.body, first.text]).toEqual([201, undefined, undefined])
    expect(ada('POST', '/rest/api/3/issueLink', body).status).toBe(201)
    const linksOf = (key: string) =>
      ada('GET', `/rest/api/3/issue/${key}?fields=issuelinks`).body['fields']![
        'issuelinks'
      ] as unknown as Record<string, { key: string }>[]
    expect(linksOf('ENG-1')).toMatchObject([{ outwardIssue: { key: 'ENG-2' } }])
    expect(linksOf('ENG-2')).toMatchObject([{ inwardIssue: { key: 'ENG-1' } }])
    expect(linksOf('ENG-1')[0]!['id']).toBe(linksOf('ENG-2')[0]!['id'])
    const unknown = ada('POST', '/rest/api/3/issueLink', { ...body, type: { name: 'Loves' } })
    expect([unknown.status, unknown.body['errorMessages']]).toEqual([
      404,
      ["No issue link type with name 'Loves' found."],
    ])
  })

  test('watching takes a bare text, a parameter or nothing', () => {
    const { ada, accountId } = openAcme()
    const who = accountId(lena)
    expect(ada('POST', `${issue}/watchers`, JSON.stringify(who)).status).toBe(204)
    expect(ada('POST', `${issue}/watchers?accountId=${who}`).status).toBe(204)
    expect(ada('POST', `${issue}/watchers`).status).toBe(204)
    expect(ada('GET', `${issue}/watchers`).body).toMatchObject({ watchCount: 3, isWatching: true })
    expect(ada('POST', `${issue}/watchers`, 'x', { 'content-type': 'text/plain' }).status).toBe(415)
    expect(ada('DELETE', `${issue}/watchers`).status).toBe(400)
    expect(ada('DELETE', `${issue}/watchers?accountId=nobody`).status).toBe(404)
    expect(ada('DELETE', `${issue}/watchers?accountId=${who}`).status).toBe(204)
  })

  test('a property is made once and replaced after', () => {
    const { ada } = openAcme()
    expect(ada('PUT', `${issue}/properties/k`, { a: 1 }).status).toBe(201)
    expect(ada('PUT', `${issue}/properties/k`, [1]).status).toBe(200)
    expect(ada('GET', `${issue}/properties/k`).body).toEqual({ key: 'k', value: [1] })
    expect(ada('PUT', `${issue}/properties/k`, 'x'.repeat(40_000)).status).toBe(400)
  })
})

describe('people', () => {
  test('are found by the beginnings of their words', () => {
    const { world, ada } = openAcme()
    given.user(world, { email: 'robin.vale@acme.example', displayName: 'Robin Vale' })
    given.user(world, { email: 'robin.vale@acme.example.org', displayName: 'Robin Valentine' })
    const find = (query: string) =>
      (
        ada('GET', `/rest/api/3/user/search?query=${encodeURIComponent(query)}`)
          .body as unknown as { displayName: string }[]
      ).map(({ displayName }) => displayName)
    expect(find('robin.vale@acme.example')).toEqual(['Robin Vale', 'Robin Valentine'])
    expect(find('ROB valent')).toEqual(['Robin Valentine'])
    expect(find('obin')).toEqual([])
    expect(find('vale@')).toEqual([])
  })

  test('need exactly one way to be found', () => {
    const { ada } = openAcme()
    expect(ada('GET', '/rest/api/3/user/search').status).toBe(400)
    expect(ada('GET', '/rest/api/3/user/search?query=a&accountId=b').status).toBe(400)
    expect(ada('GET', '/rest/api/3/user?username=ada').status).toBe(400)
    expect(ada('GET', '/rest/api/3/user/assignable/search').body['errorMessages']).toEqual([
      words.userProject,
    ])
  })

  test('and groups are for administrators to change', () => {
    const { ada, lena: plain, accountId } = openAcme()
    const path = '/rest/api/3/group/user?groupname=partners'
    const body = { accountId: accountId(lena) }
    expect(plain('POST', path, body).status).toBe(403)
    expect(ada('POST', path, body).status).toBe(201)
    expect(ada('POST', path, body).status).toBe(400)
    expect(ada('GET', '/rest/api/3/group/member?groupname=nope').status).toBe(404)
    expect(
      ada('GET', '/rest/api/3/group/member?groupname=partners&maxResults=500').body['maxResults'],
    ).toBe(50)
  })

  test('permissions answer what was asked', () => {
    const { lena: plain } = openAcme()
    const mine = plain(
      'GET',
      '/rest/api/3/mypermissions?permissions=BROWSE_PROJECTS,ADMINISTER&projectKey=ENG',
    ).body['permissions'] as unknown as Record<string, { havePermission: boolean }>
    expect(Object.entries(mine).map(([key, { havePermission }]) => [key, havePermission])).toEqual([
      ['BROWSE_PROJECTS', true],
      ['ADMINISTER', false],
    ])
    expect(plain('GET', '/rest/api/3/mypermissions').status).toBe(400)
    expect(plain('GET', '/rest/api/3/mypermissions?permissions=FLY').body['errors']).toEqual({
      FLY: 'Unrecognized permission',
    })
  })
})

describe('projects', () => {
  test('are private to their members', () => {
    const { world, ada, lena: plain, as } = openAcme()
    given.project(world, { key: 'SEC', private: true, members: ['omar.haddad@acme.example'] })
    given.issue(world, { project: 'SEC' })
    for (const path of ['', '/comment', '/transitions', '/worklog']) {
      const reply = plain('GET', `/rest/api/3/issue/SEC-1${path}`)
      expect([reply.status, reply.body['errorMessages']]).toEqual([404, [words.issueNotFound]])
    }
    expect(plain('GET', '/rest/api/3/project/SEC').status).toBe(404)
    expect(as('omar.haddad@acme.example')('GET', '/rest/api/3/issue/SEC-1').status).toBe(200)
    expect(ada('GET', '/rest/api/3/search/jql?jql=project%3DSEC').body['issues']).toHaveLength(1)
    expect(plain('GET', '/rest/api/3/search/jql?jql=project%3DSEC').body['issues']).toEqual([])
  })

  test('go to the bin and come back with their issues', () => {
    const { ada } = openAcme()
    const keys = (status: string) =>
      (
        ada('GET', `/rest/api/3/project/search?status=${status}`).body['values'] as unknown as {
          key: string
        }[]
      ).map(({ key }) => key)
    expect(ada('DELETE', '/rest/api/3/project/OPS').status).toBe(204)
    expect([keys('live'), keys('deleted')]).toEqual([['ENG', 'SUP'], ['OPS']])
    expect(ada('GET', '/rest/api/3/issue/OPS-1').status).toBe(404)
    expect(ada('POST', '/rest/api/3/project/OPS/restore').status).toBe(200)
    expect(ada('GET', '/rest/api/3/issue/OPS-1').status).toBe(200)
  })

  test('page with the link to the next page', () => {
    const { ada } = openAcme()
    const first = ada('GET', '/rest/api/3/project/search?maxResults=2').body as unknown as Record<
      string,
      unknown
    >
    expect(first).toMatchObject({ maxResults: 2, startAt: 0, total: 3, isLast: false })
    const next = ada(
      'GET',
      new URL(String(first['nextPage'])).pathname + new URL(String(first['nextPage'])).search,
    ).body
    expect([next['isLast'], next['nextPage']]).toEqual([true, undefined])
    expect(ada('GET', '/rest/api/3/project/search?maxResults=500').body['maxResults']).toBe(100)
  })

  test('refuse a key, a name, a version twice', () => {
    const { ada, lena: plain, accountId } = openAcme()
    const body = {
      key: 'ENG',
      name: 'Engineering',
      leadAccountId: accountId(lena),
      projectTypeKey: 'software',
    }
    expect(ada('POST', '/rest/api/3/project', body).body['errors']).toEqual({
      projectKey: "Project 'Engineering' uses this project key.",
      projectName: 'A project with that name already exists.',
    })
    expect(plain('POST', '/rest/api/3/project', body).status).toBe(403)
    expect(ada('POST', '/rest/api/3/version', { projectId: 10000, name: 'v1' }).status).toBe(201)
    expect(
      ada('POST', '/rest/api/3/version', { projectId: 10000, name: 'v1' }).body['errors'],
    ).toEqual({ name: 'A version with this name already exists in this project.' })
    expect(plain('POST', '/rest/api/3/version', { projectId: 10000, name: 'v2' }).status).toBe(404)
    expect(ada('GET', '/rest/api/3/issue/createmeta/ENG/issuetypes?maxResults=201').body).toEqual({
      errorMessages: ["Parameter 'maxResults' must not exceed the limit '200'"],
      errors: {},
      httpStatusCode: { empty: false, present: true },
    })
  })
})
