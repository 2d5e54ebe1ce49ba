import { describe, expect, test } from 'vitest'
import { given } from './given.ts'
import { doc, openAcme } from './testing.ts'
import { words } from './words.ts'

type Acme = ReturnType<typeof openAcme>

const task = { project: { key: 'ENG' }, issuetype: { name: 'Task' }, summary: 'A thing' }

function create({ ada }: Acme, more: Record<string, unknown> = {}): string {
  const reply = ada('POST', '/rest/api/3/issue', { fields: { ...task, ...more } })
  expect([reply.status, reply.body['errors']]).toEqual([201, undefined])
  return String(reply.body['key'])
}

function fieldsOf({ ada }: Acme, key: string): Record<string, never> {
  return ada('GET', `/rest/api/3/issue/${key}`).body['fields'] as never
}

function historyOf({ ada }: Acme, key: string): Record<string, unknown>[][] {
  const { values } = ada('GET', `/rest/api/3/issue/${key}/changelog`).body as unknown as {
    values: { items: Record<string, unknown>[] }[]
  }
  return values.map(({ items }) => items)
}

describe('making an issue', () => {
  test.each([
    [{ issuetype: undefined }, { issuetype: words.issueTypeMissing }],
    [
      { issuetype: undefined, summary: undefined },
      { issuetype: words.issueTypeMissing, summary: words.summaryMissing },
    ],
    [{ issuetype: { name: 'Riddle' } }, { issuetype: words.issueTypeInvalid }],
    [{ project: { key: 'NOPE' } }, { project: words.projectInvalid }],
    [{ summary: 'a\nb' }, { summary: words.summaryLines }],
    [{ summary: 'x'.repeat(256) }, { summary: words.summaryLong }],
    [{ summary: '  ' }, { summary: words.summaryMissing }],
    [{ bogus: 1 }, { bogus: words.notOnScreen('bogus') }],
    [{ labels: ['a b'] }, { labels: words.labelSpaces('a b') }],
    [{ labels: 'a' }, { labels: words.notArray }],
    [{ priority: { name: 'Bogus' } }, { priority: "Priority name 'Bogus' is not valid" }],
    [{ assignee: { accountId: 'nobody' } }, { assignee: "User 'nobody' does not exist." }],
    [{ duedate: '2026-13-01' }, { duedate: 'Error parsing date string: 2026-13-01' }],
    [{ customfield_10016: 'three' }, { customfield_10016: words.needsNumber }],
    [{ issuetype: { name: 'Sub-task' } }, { issuetype: words.subtaskParent }],
    [{ parent: { key: 'NO-1' } }, { parent: words.noParent }],
    [
      { issuetype: { name: 'Sub-task' }, parent: { key: 'OPS-1' } },
      { project: words.subtaskProject },
    ],
    [{ attachment: [] }, { attachment: words.attachmentField }],
  ])('with %j is refused in the service’s words', (change, errors) => {
    const { ada } = openAcme()
    const reply = ada('POST', '/rest/api/3/issue', { fields: { ...task, ...change } })
    expect(reply.status).toBe(400)
    expect(reply.body['errors']).toMatchObject(errors)
    expect(reply.body['errorMessages']).toEqual([])
  })

  test('fills in what the project and the caller say', () => {
    const acme = openAcme()
    const fields = fieldsOf(acme, create(acme, { labels: ['x', 'x', 'a'] }))
    expect(fields).toMatchObject({
      labels: ['a', 'x'],
      assignee: null,
      reporter: { emailAddress: 'ada.admin@acme.example' },
      priority: { name: 'Medium' },
      status: { name: 'To Do', statusCategory: { key: 'new' } },
      resolution: null,
      watches: { watchCount: 1, isWatching: true },
      comment: { comments: [], total: 0, maxResults: 0, startAt: 0 },
      worklog: { maxResults: 20, total: 0 },
      timetracking: {},
      workratio: -1,
    })
  })

  test('gives it to the project’s lead where the project says so', () => {
    const acme = openAcme()
    given.project(acme.world, {
      key: 'LED',
      lead: 'omar.haddad@acme.example',
      assigneeType: 'PROJECT_LEAD',
    })
    expect(fieldsOf(acme, create(acme, { project: { key: 'LED' } }))['assignee']).toMatchObject({
      emailAddress: 'omar.haddad@acme.example',
    })
    expect(
      fieldsOf(acme, create(acme, { project: { key: 'LED' }, assignee: null }))['assignee'],
    ).toBeNull()
  })

  test('in bulk makes the good ones and counts the bad ones', () => {
    const { ada } = openAcme()
    const bulk = (...all: object[]) =>
      ada('POST', '/rest/api/3/issue/bulk', {
        issueUpdates: all.map((one) => ({ fields: { ...task, ...one } })),
      })
    const some = bulk({}, { summary: '' }, {})
    expect(some.status).toBe(201)
    expect(some.body['errors']).toEqual([
      {
        status: 400,
        elementErrors: { errorMessages: [], errors: { summary: words.summaryMissing } },
        failedElementNumber: 1,
      },
    ])
    const none = bulk({ summary: '' })
    expect([none.status, none.body['issues']]).toEqual([400, []])
  })

  test('somebody without the permission cannot name the reporter', () => {
    const { lena, accountId } = openAcme()
    const reporter = { accountId: accountId('omar.haddad@acme.example') }
    const reply = lena('POST', '/rest/api/3/issue', { fields: { ...task, reporter } })
    expect(reply.body['errors']).toEqual({ reporter: words.notOnScreen('reporter') })
  })
})

describe('changing an issue', () => {
  test('leaves other values of a list alone and writes one entry', () => {
    const acme = openAcme()
    const key = create(acme, { labels: ['a', 'b'] })
    const reply = acme.ada('PUT', `/rest/api/3/issue/${key}`, {
      update: { labels: [{ add: 'c' }, { remove: 'a' }] },
    })
    expect([reply.status, reply.body]).toEqual([204, undefined])
    expect(fieldsOf(acme, key)['labels']).toEqual(['b', 'c'])
    expect(historyOf(acme, key)).toEqual([
      [
        {
          field: 'labels',
          fieldtype: 'jira',
          fieldId: 'labels',
          from: '',
          fromString: 'a b',
          to: '',
          toString: 'b c',
        },
      ],
    ])
  })

  test('changes nothing when a field is named twice', () => {
    const acme = openAcme()
    const key = create(acme, { labels: ['a'] })
    const reply = acme.ada('PUT', `/rest/api/3/issue/${key}`, {
      fields: { labels: [], summary: 'New' },
      update: { labels: [{ add: 'b' }] },
    })
    expect(reply.status).toBe(400)
    expect(Object.keys(reply.body['errors'] as object)).toEqual(['labels'])
    expect(fieldsOf(acme, key)['summary']).toBe('A thing')
  })

  test('answers with the issue when asked, and keeps quiet only for administrators', () => {
    const acme = openAcme()
    const key = create(acme)
    const path = `/rest/api/3/issue/${key}`
    const shown = acme.ada('PUT', `${path}?returnIssue=true`, { fields: { summary: 'Shown' } })
    expect([shown.status, shown.body['fields']!['summary']]).toEqual([200, 'Shown'])
    expect(acme.lena('PUT', `${path}?notifyUsers=false`, { fields: { summary: 'x' } }).status).toBe(
      403,
    )
    expect(acme.ada('PUT', path, {}).body['errorMessages']).toEqual([words.nothingToDo])
  })

  test('takes a comment along', () => {
    const acme = openAcme()
    const key = create(acme)
    acme.ada('PUT', `/rest/api/3/issue/${key}`, {
      fields: { assignee: null },
      update: { comment: [{ add: { body: doc('Why') } }] },
    })
    expect(fieldsOf(acme, key)['comment']!['total']).toBe(1)
  })

  test('assigns people who can have issues', () => {
    const acme = openAcme()
    const key = create(acme)
    const lena = acme.accountId('lena.fischer@acme.example')
    const assign = (body: object) => acme.ada('PUT', `/rest/api/3/issue/${key}/assignee`, body)
    expect(assign({ accountId: lena }).status).toBe(204)
    expect(fieldsOf(acme, key)['assignee']!['accountId']).toBe(lena)
    const gone = given.user(acme.world, { email: 'gone@acme.example', active: false })
    expect(assign({ accountId: gone.accountId }).body['errors']).toEqual({
      assignee: words.unassignable(gone.accountId),
    })
    expect(assign({ accountId: null }).status).toBe(204)
    expect(fieldsOf(acme, key)['assignee']).toBeNull()
    expect(
      historyOf(acme, key).map(([item]) => [item!['from'], item!['to'], item!['tmpToAccountId']]),
    ).toEqual([
      [null, lena, lena],
      [lena, null, null],
    ])
  })

  test('is found under any case of its key and under former keys', () => {
    const { ada } = openAcme()
    expect(ada('PUT', '/rest/api/3/project/ENG', { key: 'CORE' }).status).toBe(200)
    const issue = ada('GET', '/rest/api/3/issue/eng-1').body
    expect([issue['key'], issue['id']]).toEqual(['CORE-1', '10000'])
    expect(ada('GET', '/rest/api/3/project/ENG').body['key']).toBe('CORE')
    const lower = ada('GET', '/rest/api/3/project/core')
    expect([lower.status, lower.body['errorMessages']]).toEqual([
      404,
      ["No project could be found with key 'core'."],
    ])
  })
})

describe('the workflow', () => {
  test('sets the resolution and the dates on the way to done, and takes them back', () => {
    const acme = openAcme()
    const key = create(acme)
    const step = (id: unknown) =>
      acme.ada('POST', `/rest/api/3/issue/${key}/transitions`, { transition: { id } })
    acme.world.advance('1 hour')
    expect(step(31).status).toBe(204)
    const done = fieldsOf(acme, key)
    expect(done['resolution']!['name']).toBe('Done')
    expect(done['resolutiondate']).toBe(done['updated'])
    expect(done['statuscategorychangedate']).toBe(done['updated'])
    expect(historyOf(acme, key)[0]!.map(({ field }) => field)).toEqual(['resolution', 'status'])
    expect(step('11').status).toBe(204)
    expect(fieldsOf(acme, key)).toMatchObject({ resolution: null, resolutiondate: null })
  })

  test.each([
    [{ transition: { id: '99' } }, "Transition id '99' is not valid for this issue."],
    [{ transition: { id: 'Done' } }, "'transition' identifier must be an integer"],
    [{}, "Missing 'transition' identifier"],
  ])('refuses %j', (body, message) => {
    const reply = openAcme().ada('POST', '/rest/api/3/issue/ENG-1/transitions', body)
    expect([reply.status, reply.body['errorMessages']]).toEqual([400, [message]])
  })

  test('asks for what its screen needs', () => {
    const acme = openAcme()
    const path = '/rest/api/3/issue/SUP-1/transitions'
    const listed = acme.ada('GET', `${path}?expand=transitions.fields`).body as unknown as {
      transitions: {
        id: string
        isLooped: boolean
        fields: Record<string, { required: boolean }>
      }[]
    }
    expect(listed.transitions.map(({ id }) => id)).toEqual(['31', '41'])
    expect(listed.transitions[1]).toMatchObject({ isLooped: false, hasScreen: true })
    expect(listed.transitions[1]!.fields['resolution']!.required).toBe(true)
    expect(acme.ada('GET', path).body['transitions']![0]!['fields']).toBeUndefined()
    const without = acme.ada('POST', path, { transition: { id: '41' } })
    expect([without.status, without.body['errors']]).toEqual([
      400,
      { resolution: 'Resolution is required.' },
    ])
    expect(fieldsOf(acme, 'SUP-1')['status']!['name']).toBe('In Progress')
    const offScreen = acme.ada('POST', path, { transition: { id: '41' }, fields: { summary: 'x' } })
    expect(offScreen.body['errors']).toEqual({ summary: words.notOnScreen('summary') })
    const resolution = { name: "Won't Do" }
    expect(
      acme.ada('POST', path, { transition: { id: '41' }, fields: { resolution } }).status,
    ).toBe(204)
    expect(fieldsOf(acme, 'SUP-1')['resolution']!['name']).toBe("Won't Do")
    expect(acme.ada('POST', path, { transition: { id: '41' } }).body['errorMessages']).toEqual([
      words.transitionInvalid('41'),
    ])
  })
})

describe('removing an issue', () => {
  test('needs a word about its sub-tasks', () => {
    const acme = openAcme()
    const parent = create(acme)
    const child = create(acme, { issuetype: { name: 'Sub-task' }, parent: { key: parent } })
    expect(fieldsOf(acme, parent)['subtasks']).toMatchObject([{ key: child }])
    expect(fieldsOf(acme, child)['parent']).toMatchObject({ key: parent })
    const refused = acme.ada('DELETE', `/rest/api/3/issue/${parent}`)
    expect([refused.status, refused.body['errorMessages']]).toEqual([
      400,
      [
        `The issue '${parent}' has subtasks.  You must specify the 'deleteSubtasks' parameter to delete this issue and all its subtasks.`,
      ],
    ])
    expect(acme.lena('DELETE', `/rest/api/3/issue/${parent}`).status).toBe(403)
    expect(acme.ada('DELETE', `/rest/api/3/issue/${parent}?deleteSubtasks=true`).status).toBe(204)
    expect(acme.ada('GET', `/rest/api/3/issue/${child}`).status).toBe(404)
  })
})
