import { describe, expect, test } from 'vitest'
import { words } from './words.ts'
import { cloudId } from './auth.ts'
import { given } from './given.ts'
import { doc, openAcme } from './testing.ts'

const issue404 = { errorMessages: [words.issueNotFound], errors: {} }

describe('who calls', () => {
  test('nobody is refused where somebody is needed, in 53 bytes', () => {
    const { anonymous } = openAcme()
    const reply = anonymous('GET', '/rest/api/3/myself', undefined, { accept: '*/*' })
    expect(reply.status).toBe(401)
    expect(reply.text).toHaveLength(53)
    expect(reply.headers['www-authenticate']).toBe('OAuth realm="https%3A%2F%2Facme.atlassian.net"')
    expect(reply.headers['content-type']).toBe('text/html;charset=UTF-8')
    const asJson = anonymous('GET', '/rest/api/3/myself', undefined, { accept: 'application/json' })
    expect(asJson.body).toEqual({ message: words.mustSignIn, 'status-code': 401 })
  })

  test('a wrong token is nobody, and marked', () => {
    const { anonymous } = openAcme()
    const wrong = {
      authorization: `Basic ${Buffer.from('ada.admin@acme.example:nope').toString('base64')}`,
    }
    const fields = anonymous('GET', '/rest/api/3/field', undefined, wrong)
    expect(fields.status).toBe(200)
    expect(fields.headers['x-seraph-loginreason']).toBe('AUTHENTICATED_FAILED')
    expect(fields.headers['x-aaccountid']).toBeUndefined()
    const issue = anonymous('GET', '/rest/api/3/issue/ENG-1', undefined, wrong)
    expect([issue.status, issue.body]).toEqual([404, issue404])
    expect(anonymous('GET', '/rest/api/3/search/jql?jql=project%3DENG').body).toEqual({
      issues: [],
      isLast: true,
    })
  })

  test('a token of somebody else’s address opens nothing', () => {
    const { world, anonymous } = openAcme()
    const { id } = given.token(world, { user: 'lena.fischer@acme.example' })
    const authorization = `Basic ${Buffer.from(`omar.haddad@acme.example:${id}`).toString('base64')}`
    expect(anonymous('GET', '/rest/api/3/myself', undefined, { authorization }).status).toBe(401)
  })

  test('a bearer on the site is refused before anything else', () => {
    const { anonymous } = openAcme()
    for (const path of ['/rest/api/3/serverInfo', '/rest/api/3/nope', '/anything']) {
      const reply = anonymous('GET', path, undefined, { authorization: 'Bearer abc' })
      expect([reply.status, reply.text]).toEqual([
        403,
        '{"error": "Failed to parse Connect Session Auth Token"}',
      ])
    }
  })

  test('whoever is deactivated, or left all groups, sees nothing more', () => {
    const { world, as, ada, accountId } = openAcme()
    const lena = as('lena.fischer@acme.example')
    expect(lena('GET', '/rest/api/3/issue/ENG-1').status).toBe(200)
    const path = `/rest/api/3/group/user?groupname=jira-software-users&accountId=${accountId('lena.fischer@acme.example')}`
    expect(ada('DELETE', path).status).toBe(200)
    expect(lena('GET', '/rest/api/3/issue/ENG-1').status).toBe(404)
    given.user(world, { email: 'gone@acme.example', active: false })
    expect(as('gone@acme.example')('GET', '/rest/api/3/myself').status).toBe(401)
  })

  test('the gateway takes OAuth tokens with their scopes', () => {
    const { world, anonymous } = openAcme()
    const base = `/ex/jira/${cloudId}/rest/api/3`
    const { id } = given.token(world, {
      user: 'lena.fischer@acme.example',
      scopes: ['read:jira-work'],
    })
    const oauth = { authorization: `Bearer ${id}` }
    const read = anonymous('GET', `${base}/issue/ENG-1`, undefined, oauth)
    expect(read.body['self']).toBe(
      `https://acme.atlassian.net/ex/jira/${cloudId}/rest/api/3/issue/10000`,
    )
    const fields = { project: { key: 'ENG' }, issuetype: { name: 'Task' }, summary: 'x' }
    const write = anonymous('POST', `${base}/issue`, { fields }, oauth)
    expect([write.status, write.body]).toEqual([
      401,
      { code: 401, message: 'Unauthorized; scope does not match' },
    ])
    expect(write.headers['x-failure-category']).toBe('FAILURE_CLIENT_SCOPE_CHECK')
    const unknown = anonymous('GET', `${base}/myself`, undefined, { authorization: 'Bearer x' })
    expect([unknown.status, unknown.body, unknown.headers['www-authenticate']]).toEqual([
      401,
      { code: 401, message: 'Unauthorized' },
      undefined,
    ])
    expect(anonymous('GET', '/ex/jira/other/rest/api/3/myself', undefined, oauth).status).toBe(404)
    expect(
      anonymous('GET', '/oauth/token/accessible-resources', undefined, oauth).body[0]!['id'],
    ).toBe(cloudId)
    expect(anonymous('GET', '/_edge/tenant_info').body).toEqual({ cloudId })
  })
})

describe('the order of checks', () => {
  test('an unknown path is told whatever the credential', () => {
    const { anonymous } = openAcme()
    const reply = anonymous('GET', '/rest/api/3/nope?x=1')
    expect(reply.status).toBe(404)
    expect(reply.headers['content-type']).toBe('application/problem+json;charset=UTF-8')
    expect(reply.body).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: 'No endpoint GET /rest/api/3/nope.',
      instance: '/rest/api/3/nope',
    })
  })

  test('then the method', () => {
    const reply = openAcme().anonymous('POST', '/rest/api/3/issue/ENG-1', {})
    expect([reply.status, reply.body['detail'], reply.headers['allow']]).toEqual([
      405,
      "Method 'POST' is not supported.",
      'DELETE, GET, PUT',
    ])
  })

  test('then the content type, then the credential', () => {
    const { anonymous } = openAcme()
    const reply = anonymous('POST', '/rest/api/3/issue', 'x', { 'content-type': 'text/plain' })
    expect([reply.status, reply.body['detail']]).toEqual([
      415,
      "Content-Type 'text/plain' is not supported.",
    ])
    expect(anonymous('POST', '/rest/api/3/issue', {}).status).toBe(401)
  })

  test('then parameters, of which startAt is named first', () => {
    const { ada } = openAcme()
    const bad = ada('GET', '/rest/api/3/project/search?maxResults=abc&startAt=x')
    expect([bad.status, bad.body['detail']]).toEqual([
      400,
      "Failed to convert 'startAt' with value: 'x'",
    ])
    expect(ada('GET', '/rest/api/3/project/search?maxResults=&startAt=+0').status).toBe(200)
    expect(ada('GET', '/rest/api/3/project/search?maxResults=%202%20').body['maxResults']).toBe(2)
  })

  test('then the body', () => {
    const { ada } = openAcme()
    const say = (body: unknown) =>
      ada('POST', '/rest/api/3/issue', body, { 'content-type': 'application/json' })
    expect(say('').body).toEqual({ errorMessages: [words.noContent] })
    expect(say('null').body).toEqual({ errorMessages: [words.noContent] })
    expect(say('{"a":').body).toEqual({ errorMessages: [words.badJson] })
    expect(say('[]').body).toEqual({ errorMessages: [words.badPayload] })
    const closed = ada('POST', '/rest/api/3/search/jql', { jql: 'project = ENG', bogus: 1 })
    expect([closed.status, closed.body]).toEqual([400, { errorMessages: [words.badPayload] }])
  })

  test('and the order of comments is looked at before the issue', () => {
    const { ada } = openAcme()
    const reply = ada('GET', '/rest/api/3/issue/NO-1/comment?orderBy=updated')
    expect(reply.status).toBe(400)
    expect(String(reply.body['errorMessages'])).toMatch(/\[created\].*Instead: updated$/)
  })
})

describe('odd callers', () => {
  test('odd methods are answered as the edge does', () => {
    const { ada, anonymous } = openAcme()
    expect(ada('PATCH', '/rest/api/3/issue/ENG-1').status).toBe(400)
    const options = ada('OPTIONS', '/rest/api/3/issue/ENG-1')
    expect([options.status, options.headers['allow']]).toEqual([200, 'DELETE,GET,PUT,HEAD,OPTIONS'])
    expect(anonymous('OPTIONS', '/rest/api/3/issue/ENG-1').status).toBe(401)
  })

  test('people are no apps', () => {
    const { ada } = openAcme()
    const answer = (path: string) => {
      const { status, body } = ada('GET', path)
      return [status, body]
    }
    expect(answer('/rest/atlassian-connect/1/addons/x/properties')).toEqual([
      401,
      { message: words.asAnApp, statusCode: 401 },
    ])
    expect(answer('/rest/atlassian-connect/1/app/module/dynamic')).toEqual([
      401,
      { message: words.connectApp },
    ])
    expect(answer('/rest/forge/1/app/properties/x')).toEqual([
      403,
      { errorMessages: [words.asAnApp] },
    ])
    expect(answer('/rest/api/3/data-policy')).toEqual([
      401,
      { errorMessages: [words.appsOnly], errors: {} },
    ])
  })

  test('a search by POST is a read: it may look back, and changes nothing', () => {
    const { ada, world } = openAcme()
    const count = () =>
      (
        ada('POST', '/rest/api/3/search/jql', { jql: 'project = ENG' }).body[
          'issues'
        ] as unknown as unknown[]
      ).length
    const action = { kind: 'stale' as const, behindMs: 60_000 }
    world.setFaults({
      name: 'lag',
      faults: [{ on: 'searchAndReconsileIssuesUsingJqlPost', at: 1, action }],
    })
    ada('POST', '/rest/api/3/issue', {
      fields: { project: { key: 'ENG' }, issuetype: { name: 'Task' }, summary: 'new' },
    })
    expect([count(), count()]).toEqual([3, 4])
  })
})

describe('mounts', () => {
  test('lead to the same issues; only rich text and links differ', () => {
    const { ada } = openAcme()
    ada('PUT', '/rest/api/2/issue/ENG-1', { fields: { description: 'h2. Title\n\n* one\n* two' } })
    const v3 = ada('GET', '/rest/api/3/issue/ENG-1?fields=description').body
    const nodes = v3['fields']!['description']!['content'] as unknown as { type: string }[]
    expect(nodes.map(({ type }) => type)).toEqual(['heading', 'bulletList'])
    const v2 = ada('GET', '/rest/api/2/issue/eng-1?fields=description').body
    expect(v2['fields']!['description']).toBe('h2. Title\n\n* one\n* two')
    expect(v2['self']).toBe('https://acme.atlassian.net/rest/api/2/issue/10000')
    const latest = ada('GET', '//rest/api/latest//issue/ENG-1/').body
    expect(latest['self']).toBe('https://acme.atlassian.net/rest/api/latest/issue/10000')
    expect(latest['fields']!['status']!['self']).toContain('/rest/api/2/status/')
  })

  test('ask for rich text in their own form', () => {
    const { ada } = openAcme()
    const asText = ada('PUT', '/rest/api/3/issue/ENG-1', { fields: { description: 'words' } })
    expect(asText.body['errors']).toEqual({ description: words.needsAdf })
    const asDocument = ada('PUT', '/rest/api/2/issue/ENG-1', {
      fields: { description: doc('words') },
    })
    expect(asDocument.body['errors']).toEqual({ description: words.needsString })
    const empty = { type: 'doc', version: 1, content: [{ type: 'bulletList', content: [] }] }
    expect(
      ada('PUT', '/rest/api/3/issue/ENG-1', { fields: { description: empty } }).body['errors'],
    ).toEqual({ description: 'INVALID_INPUT' })
    const blank = { type: 'doc', version: 1, content: [] }
    expect(ada('PUT', '/rest/api/3/issue/ENG-1', { fields: { description: blank } }).status).toBe(
      204,
    )
  })

  test('the old search is gone from all of them', () => {
    const { ada } = openAcme()
    for (const version of ['2', '3', 'latest']) {
      const reply = ada('GET', `/rest/api/${version}/search?jql=project%3DENG`)
      expect([reply.status, reply.body['errorMessages']]).toEqual([410, [words.searchGone]])
    }
  })
})

describe('every answer', () => {
  test('carries the marks of the service', () => {
    const { headers } = openAcme().ada('GET', '/rest/api/3/myself')
    expect(headers['atl-request-id']).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    )
    expect(headers['x-arequestid']).toMatch(/^[0-9a-f]{32}$/)
    expect(headers['x-aaccountid']).toMatch(/^712020:/)
    expect(headers['x-ratelimit-limit']).toBeUndefined()
  })

  test('tells the burst limit where there is one, and 429 when it is over', () => {
    const { as } = openAcme({ limits: true, stepMs: 0 })
    const lena = as('lena.fischer@acme.example')
    const first = lena('GET', '/rest/api/3/issue/ENG-1')
    expect([first.headers['x-ratelimit-limit'], first.headers['ratelimit-policy']]).toEqual([
      '400',
      '"jira-burst-based";q=150;w=1',
    ])
    for (let i = 0; i < 399; i++) lena('GET', '/rest/api/2/issue/ENG-1')
    const over = lena('GET', '/rest/api/3/issue/ENG-1')
    expect([over.status, over.headers['ratelimit-reason'], over.headers['retry-after']]).toEqual([
      429,
      'jira-burst-based',
      '1',
    ])
    expect(over.headers['x-ratelimit-reset']).toMatch(/^\d{4}-.*Z$/)
  })

  test('and 21 writes to one issue in two seconds are too many', () => {
    const { as } = openAcme({ limits: true, stepMs: 0 })
    const lena = as('lena.fischer@acme.example')
    const write = () => lena('PUT', '/rest/api/3/issue/ENG-1', { fields: { summary: 'x' } })
    for (let i = 0; i < 20; i++) expect(write().status).toBe(204)
    const over = write()
    expect([over.status, over.headers['ratelimit-reason']]).toEqual([
      429,
      'jira-per-issue-on-write',
    ])
  })
})
