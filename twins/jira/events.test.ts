import { describe, expect, test } from 'vitest'
import { signatureOf } from './events.ts'
import { doc, openAcme } from './testing.ts'

const secret = "It's a Secret to Everybody"

function listen(acme: ReturnType<typeof openAcme>, more: Record<string, unknown> = {}) {
  const bean = {
    name: 'hook',
    url: 'https://hooks.example/jira',
    events: [
      'jira:issue_created',
      'jira:issue_updated',
      'jira:issue_deleted',
      'comment_created',
      'user_deleted',
    ],
    ...more,
  }
  return acme.ada('POST', '/rest/webhooks/1.0/webhook', bean)
}

describe('webhooks', () => {
  test('are signed as the service signs', () => {
    expect(signatureOf(secret, 'Hello World!')).toBe(
      'sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9',
    )
  })

  test('are registered by administrators, and never tell their secret', () => {
    const acme = openAcme()
    expect(acme.lena('GET', '/rest/webhooks/1.0/webhook').status).toBe(403)
    const made = listen(acme, { secret })
    expect(made.status).toBe(201)
    expect(made.body).toMatchObject({
      name: 'hook',
      enabled: true,
      isSigned: true,
      lastUpdatedDisplayName: 'Ada Admin',
    })
    expect(JSON.stringify(made.body)).not.toContain(secret)
    const self = new URL(String(made.body['self'])).pathname
    expect(acme.ada('PUT', self, { name: 'renamed' }).body['isSigned']).toBe(true)
    expect(acme.ada('DELETE', self).status).toBe(204)
    expect(acme.ada('GET', self).status).toBe(404)
    expect(acme.ada('GET', '/rest/api/3/webhook').status).toBe(403)
  })

  test('tell of a comment twice over: the comment, and the issue', () => {
    const acme = openAcme()
    listen(acme, { secret })
    acme.ada('POST', '/rest/api/3/issue/ENG-1/comment', { body: doc('Hello') })
    const sent = acme.world.takeDeliveries()
    const bodies = sent.map(({ request }) => JSON.parse(request.body) as Record<string, never>)
    expect(bodies.map(({ webhookEvent }) => webhookEvent)).toEqual([
      'comment_created',
      'jira:issue_updated',
    ])
    expect(bodies[0]).toMatchObject({
      comment: { body: 'Hello' },
      issue: { key: 'ENG-1', self: 'https://acme.atlassian.net/rest/api/2/10000' },
      eventType: 'primaryAction',
    })
    expect(bodies[1]).toMatchObject({
      issue_event_type_name: 'issue_commented',
      issue: { fields: { comment: { total: 1 + 1 } } },
    })
    expect(bodies[1]!['user']).not.toHaveProperty('emailAddress')
    expect(bodies[1]).not.toHaveProperty('$issue')
    const { headers, body } = sent[0]!.request
    expect(headers['x-hub-signature']).toBe(signatureOf(secret, body))
    expect(headers['x-atlassian-webhook-identifier']).toMatch(/^[0-9a-f-]{36}$/)
    expect(headers['x-atlassian-webhook-retry']).toBeUndefined()
  })

  test('tell of a transition with what changed, and of a new issue without', () => {
    const acme = openAcme()
    listen(acme)
    acme.ada('POST', '/rest/api/3/issue/ENG-2/transitions', { transition: { id: 31 } })
    acme.ada('POST', '/rest/api/3/issue', {
      fields: { project: { key: 'ENG' }, issuetype: { name: 'Task' }, summary: 'x' },
    })
    const [moved, made] = acme.world
      .takeDeliveries()
      .map(({ request }) => JSON.parse(request.body) as Record<string, never>)
    expect(moved).toMatchObject({
      issue_event_type_name: 'issue_generic',
      changelog: { items: [{ field: 'resolution' }, { field: 'status' }] },
    })
    expect(made).toMatchObject({ webhookEvent: 'jira:issue_created' })
    expect(made).not.toHaveProperty('changelog')
  })

  test('pass their query on the issue as it is, or was last', () => {
    const acme = openAcme()
    const filters = { 'issue-related-events-section': 'project = OPS' }
    listen(acme, { filters, url: 'https://hooks.example/${issue.key}' })
    acme.ada('DELETE', '/rest/api/3/issue/ENG-1')
    acme.ada('DELETE', '/rest/api/3/issue/OPS-1')
    expect(acme.world.takeDeliveries().map(({ request }) => request.url)).toEqual([
      'https://hooks.example/OPS-1',
    ])
  })

  test('are tried again where there is hope, under the same name', () => {
    const acme = openAcme()
    listen(acme)
    acme.ada('DELETE', '/rest/api/3/issue/OPS-1')
    const [first] = acme.world.takeDeliveries()
    acme.world.delivered(first!, 500)
    expect(acme.world.takeDeliveries()).toEqual([])
    acme.world.advance('15 minutes')
    const [second] = acme.world.takeDeliveries()
    const name = 'x-atlassian-webhook-identifier'
    expect(second!.request.headers).toMatchObject({
      'x-atlassian-webhook-retry': '1',
      [name]: first!.request.headers[name]!,
    })
    acme.world.delivered(second!, 404)
    acme.world.advance('1 day')
    expect(acme.world.takeDeliveries()).toEqual([])
  })

  test('leave the core of every event in the journal, though nobody listens', () => {
    const acme = openAcme()
    acme.ada('PUT', '/rest/api/3/issue/ENG-1', { fields: { summary: 'New' } })
    const [event] = acme.world.journal.events('jira', 'jira:issue_updated')
    expect(event!.payload).toMatchObject({
      issue: { key: 'ENG-1' },
      changelog: { items: [{ field: 'summary', toString: 'New' }] },
    })
  })
})
