import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { given } from './given.ts'
import { openAcme } from './testing.ts'
import { words } from './words.ts'

type Acme = ReturnType<typeof openAcme>

function keysOf({ ada }: Pick<Acme, 'ada'>, jql: string): string[] {
  const reply = ada('POST', '/rest/api/3/search/jql', { jql, maxResults: 5000, fields: ['key'] })
  expect([reply.status, reply.body['errorMessages']]).toEqual([200, undefined])
  return (reply.body['issues'] as unknown as { key: string }[]).map(({ key }) => key)
}

/** A project with three issues: done, begun with labels, fresh and nobody's. */
function prepare(options: Parameters<typeof openAcme>[0] = {}): Acme {
  const acme = openAcme(options)
  given.project(acme.world, { key: 'Q' })
  const lena = 'lena.fischer@acme.example'
  given.issue(acme.world, {
    project: 'Q',
    summary: 'First page flickers',
    status: 'Done',
    assignee: lena,
    priority: 'High',
    duedate: '2026-02-01',
  })
  given.issue(acme.world, {
    project: 'Q',
    summary: 'Second',
    status: 'In Progress',
    assignee: 'omar.haddad@acme.example',
    labels: ['red', 'blue'],
    priority: 'Low',
    comments: ['The page burns'],
  })
  given.issue(acme.world, {
    project: 'Q',
    summary: 'Third',
    type: 'Bug',
    description: 'Some *bold* words',
  })
  return acme
}

describe('what a query finds', () => {
  test.each([
    ['project = Q', ['Q-3', 'Q-2', 'Q-1']],
    ['project = Q ORDER BY key', ['Q-1', 'Q-2', 'Q-3']],
    ['project = Q ORDER BY created ASC', ['Q-1', 'Q-2', 'Q-3']],
    ['project = Q ORDER BY priority', ['Q-1', 'Q-3', 'Q-2']],
    ['project = Q ORDER BY due ASC', ['Q-1', 'Q-3', 'Q-2']],
    ['project = Q ORDER BY nonsense, key', ['Q-1', 'Q-2', 'Q-3']],
    ['project = Q AND status = Done', ['Q-1']],
    ['project = Q AND statusCategory != Done', ['Q-3', 'Q-2']],
    ['project = Q AND assignee = "lena.fischer@acme.example"', ['Q-1']],
    ['project = Q AND assignee != "lena.fischer@acme.example"', ['Q-2']],
    ['project = Q AND NOT assignee = "lena.fischer@acme.example"', ['Q-2']],
    ['project = Q AND assignee IS EMPTY', ['Q-3']],
    ['project = Q AND assignee in (EMPTY, "omar.haddad@acme.example")', ['Q-3', 'Q-2']],
    ['project = Q AND NOT (assignee is EMPTY OR status = Done)', ['Q-2']],
    ['project = Q AND assignee in membersOf("jira-software-users")', ['Q-2', 'Q-1']],
    ['project = Q AND reporter = currentUser()', ['Q-3', 'Q-2', 'Q-1']],
    ['project = Q AND labels = red', ['Q-2']],
    ['project = Q AND labels not in (red)', []],
    ['project = Q AND issuetype in (Bug, Epic)', ['Q-3']],
    ['project = Q AND priority > Low', ['Q-3', 'Q-1']],
    ['project = Q AND resolution = Unresolved', ['Q-3', 'Q-2']],
    ['key in (Q-1, q-3, NO-1)', ['Q-3', 'Q-1']],
    ['key >= Q-2 AND project = Q', ['Q-3', 'Q-2']],
    ['project = Q AND summary ~ "flickering"', ['Q-1']],
    ['project = Q AND text ~ page', ['Q-2', 'Q-1']],
    ['project = Q AND description ~ bold', ['Q-3']],
    ['project = Q AND description !~ page', ['Q-3']],
    ['project = Q AND due < "2026-02-02"', ['Q-1']],
    ['project = Q AND created >= startOfDay() AND created <= now()', ['Q-3', 'Q-2', 'Q-1']],
    ['project = Q AND created > startOfDay("+1d")', []],
    ['project = Q AND watcher = currentUser() OR key = Q-1', ['Q-3', 'Q-2', 'Q-1']],
  ])('%s', (jql, keys) => {
    expect(keysOf(prepare(), jql)).toEqual(keys)
  })

  // FACTS: jql-lenient.
  test.each([
    'foo = 1',
    'project = NOPE',
    'project = Q AND status = Nowhere',
    'project = Q AND bogus() = 1 ORDER BY key',
    'created > soon',
    'summary = x',
    'this is not jql',
    'assignee != "nobody at all"',
  ])('nothing, without a complaint: %s', (jql) => {
    const { ada } = prepare()
    const reply = ada('GET', `/rest/api/3/search/jql?jql=${encodeURIComponent(jql)}`)
    const isSyntax = jql.includes('bogus()')
    expect([reply.status, reply.body['issues']]).toEqual(isSyntax ? [400, undefined] : [200, []])
  })

  test('strict worlds say why', () => {
    const { ada } = prepare({ settings: { jira: { strictJql: true } } })
    const say = (jql: string) =>
      ada('GET', `/rest/api/3/search/jql?jql=${encodeURIComponent(jql)}`).body['errorMessages']
    expect(say('foo = 1')).toEqual([
      "Field 'foo' does not exist or you do not have permission to view it.",
    ])
    expect(say('project = NOPE')).toEqual([
      "The value 'NOPE' does not exist for the field 'project'.",
    ])
    expect(say('assignee = bogus()')).toEqual(["Unable to find JQL function 'bogus()'."])
    expect(say('status ~ x')).toEqual(["The operator '~' is not supported by the 'status' field."])
  })

  test('the past is asked for with WAS and CHANGED', () => {
    const acme = prepare()
    const { ada, world } = acme
    world.advance('1 day')
    ada('POST', '/rest/api/3/issue/Q-3/transitions', { transition: { id: 21 } })
    world.advance('1 day')
    ada('POST', '/rest/api/3/issue/Q-3/transitions', { transition: { id: 31 } })
    expect(keysOf(acme, 'project = Q AND status WAS "In Progress"')).toEqual(['Q-3', 'Q-2'])
    expect(keysOf(acme, 'project = Q AND status WAS NOT "In Progress"')).toEqual(['Q-1'])
    expect(keysOf(acme, 'project = Q AND status WAS "To Do" BEFORE "2026-01-06"')).toEqual(['Q-3'])
    expect(keysOf(acme, 'project = Q AND status CHANGED')).toEqual(['Q-3'])
    expect(keysOf(acme, 'project = Q AND NOT status CHANGED')).toEqual(['Q-2', 'Q-1'])
    expect(
      keysOf(
        acme,
        'status CHANGED FROM "To Do" TO "In Progress" BY currentUser() AFTER "2026-01-06"',
      ),
    ).toEqual(['Q-3'])
    expect(keysOf(acme, 'status CHANGED TO Done BEFORE "2026-01-07"')).toEqual([])
    expect(keysOf(acme, 'assignee CHANGED')).toEqual([])
  })

  test('days begin where the caller lives', () => {
    const { world, as } = openAcme({})
    world.advance('18 hours') // 2026-01-06 03:00 UTC: still the 5th in New York
    given.user(world, { email: 'ny@acme.example', timeZone: 'America/New_York' })
    given.user(world, { email: 'utc@acme.example' })
    const jql = { jql: 'project = ENG AND created >= startOfDay()' }
    const count = (email: string) =>
      (as(email)('POST', '/rest/api/3/search/jql', jql).body['issues'] as unknown as unknown[])
        .length
    expect([count('ny@acme.example'), count('utc@acme.example')]).toEqual([3, 0])
    const created = as('ny@acme.example')('GET', '/rest/api/3/issue/ENG-1').body['fields']![
      'created'
    ]
    expect(created).toBe('2026-01-05T04:00:00.000-0500')
  })
})

describe('pages of a search', () => {
  test('show the id alone unless fields are asked for, and no total', () => {
    const { ada } = prepare()
    const reply = ada('GET', '/rest/api/3/search/jql?jql=project%3DQ&maxResults=2')
      .body as unknown as Record<string, unknown>
    expect(Object.keys(reply).sort()).toEqual(['isLast', 'issues', 'nextPageToken'])
    expect(Object.keys((reply['issues'] as object[])[0]!)).toEqual(['id'])
  })

  test.each([
    [{ jql: 'ORDER BY created' }, words.unbounded],
    [{}, words.unbounded],
    [{ jql: null }, words.unbounded],
    [{ jql: 'project = Q', maxResults: 0 }, words.maxResultsRange],
    [{ jql: 'project = Q', maxResults: 5001 }, words.maxResultsRange],
    [{ jql: 'project = Q', nextPageToken: 'x' }, words.badToken],
  ])('refuse %j', (body, message) => {
    const reply = prepare().ada('POST', '/rest/api/3/search/jql', body)
    expect([reply.status, reply.body['errorMessages']]).toEqual([400, [message]])
  })

  test('hold a token that fits no other query', () => {
    const { ada } = prepare()
    const { nextPageToken } = ada('POST', '/rest/api/3/search/jql', {
      jql: 'project = Q',
      maxResults: 1,
    }).body
    const other = ada('POST', '/rest/api/3/search/jql', {
      jql: 'project = Q ',
      maxResults: 1,
      nextPageToken,
    })
    expect([other.status, other.body['errorMessages']]).toEqual([400, [words.badToken]])
  })

  test('walk every issue once, in any order and size', () => {
    const acme = openAcme()
    given.project(acme.world, { key: 'W' })
    for (let i = 0; i < 150; i++) {
      given.issue(acme.world, {
        project: 'W',
        priority: ['High', 'Low', 'Medium'][i % 3]!,
        status: i % 2 ? 'Done' : 'To Do',
        labels: [`l${i % 4}`],
      })
    }
    const orders = fc.constantFrom(
      '',
      'ORDER BY created',
      'ORDER BY created DESC',
      'ORDER BY priority, key DESC',
      'ORDER BY labels ASC',
      'ORDER BY updated',
      'ORDER BY assignee',
    )
    const wheres = fc.constantFrom(
      'project = W',
      'project = W AND status = Done',
      'labels in (l1, l2) AND project = W',
      'status = Done OR labels = l3',
    )
    fc.assert(
      fc.property(wheres, orders, fc.integer({ min: 7, max: 80 }), (where, order, maxResults) => {
        const jql = `${where} ${order}`
        const whole = keysOf(acme, jql)
        const walked: string[] = []
        let nextPageToken: string | undefined
        do {
          const page = acme.ada('POST', '/rest/api/3/search/jql', {
            jql,
            maxResults,
            fields: ['key'],
            ...(nextPageToken && { nextPageToken }),
          }).body
          walked.push(...(page['issues'] as unknown as { key: string }[]).map(({ key }) => key))
          nextPageToken = page['nextPageToken'] as string | undefined
        } while (nextPageToken !== undefined)
        expect(walked).toEqual(whole)
        expect(new Set(walked).size).toBe(walked.length)
        expect(acme.ada('POST', '/rest/api/3/search/approximate-count', { jql }).body).toEqual({
          count: whole.length,
        })
      }),
      { numRuns: 40 },
    )
  })

  test('skip nothing while what was found is changed', () => {
    const acme = openAcme()
    const lena = acme.accountId('lena.fischer@acme.example')
    given.project(acme.world, { key: 'W' })
    for (let i = 0; i < 30; i++) given.issue(acme.world, { project: 'W', assignee: lena })
    const jql = `assignee = "${lena}" AND project = W`
    let seen = 0
    let nextPageToken: string | undefined
    do {
      const page = acme.ada('POST', '/rest/api/3/search/jql', {
        jql,
        maxResults: 7,
        fields: ['key'],
        ...(nextPageToken && { nextPageToken }),
      }).body
      for (const { key } of page['issues'] as unknown as { key: string }[]) {
        acme.ada('PUT', `/rest/api/3/issue/${key}/assignee`, { accountId: null })
        seen++
      }
      nextPageToken = page['nextPageToken'] as string | undefined
    } while (nextPageToken !== undefined)
    expect(seen).toBe(30)
  })
})
