import { describe, expect, test } from 'vitest'
import { given } from './given.ts'
import { openAcme } from './testing.ts'

describe('what scenarios start from', () => {
  test('is found by id, e-mail address, name or key', () => {
    const { world, ada } = openAcme()
    const user = given.user(world, { email: 'robin.vale@acme.example', displayName: 'Robin Vale' })
    given.group(world, { name: 'night', members: [user.accountId] })
    given.project(world, { key: 'NEW', lead: 'robin.vale@acme.example' })
    const epic = given.issue(world, {
      project: 'NEW',
      type: 'Epic',
      created: '2025-01-02T03:04:05.000+0000',
    })
    const issue = given.issue(world, {
      project: 'NEW',
      assignee: 'robin.vale@acme.example',
      reporter: user.accountId,
      status: 'done',
      priority: '1',
      parent: epic.key,
      labels: ['b', 'a'],
      comments: ['one', { author: 'ada.admin@acme.example', body: '*two*' }],
      watchers: ['ada.admin@acme.example'],
      fields: { customfield_10016: 3 },
    })
    given.comment(world, { issue: issue.id, body: 'three' })
    const { fields } = ada('GET', `/rest/api/3/issue/${issue.key}`).body
    expect(fields).toMatchObject({
      assignee: { displayName: 'Robin Vale' },
      resolution: { name: 'Done' },
      priority: { name: 'Highest' },
      parent: { key: 'NEW-1' },
      labels: ['a', 'b'],
      comment: { total: 3 },
      watches: { watchCount: 2 },
      customfield_10016: 3,
    })
    expect(
      ada('GET', '/rest/api/3/search/jql?jql=parent%3DNEW-1&fields=key').body['issues'],
    ).toHaveLength(1)
  })

  test('says what there is where a reference leads nowhere', () => {
    const { world } = openAcme()
    expect(() => given.issue(world, { project: 'NOPE' })).toThrow(
      'There is no Jira project "NOPE"; there are ENG, SUP, OPS.',
    )
    expect(() => given.issue(world, { status: 'Lost' })).toThrow(
      'There is no Jira status "Lost"; there are To Do, In Progress',
    )
    expect(() => given.issue(world, { assignee: 'x' })).toThrow('There is no Jira user "x"')
    expect(() => given.user(world, { email: 'ada.admin@acme.example' })).toThrow('already')
    expect(() => given.project(world, { key: 'ENG' })).toThrow('already')
    expect(() => given.project(world, { key: 'X', workflow: 'odd' })).toThrow(
      'there are default, resolve',
    )
  })

  test('an earlier date is sorted where it belongs', () => {
    const { world, ada } = openAcme()
    given.project(world, { key: 'OLD' })
    given.issue(world, { project: 'OLD', created: '2025-06-01T00:00:00.000+0000' })
    given.issue(world, { project: 'OLD', created: '2025-01-01T00:00:00.000+0000' })
    const jql = encodeURIComponent('project = OLD ORDER BY created ASC')
    const { issues } = ada('GET', `/rest/api/3/search/jql?jql=${jql}&fields=key`)
      .body as unknown as { issues: { key: string }[] }
    expect(issues.map(({ key }) => key)).toEqual(['OLD-2', 'OLD-1'])
  })
})
