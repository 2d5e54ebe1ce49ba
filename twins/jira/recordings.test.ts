import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { given } from './given.ts'
import { openAcme } from './testing.ts'

// Real traffic, read in place and never kept here. What the twin answers must have the same members.
const folder = join(import.meta.dirname, '../../../shared/recordings/jira')

interface HarEntry {
  request: { method: string; url: string; postData?: { text?: string } }
  response: { status: number; content: { text?: string } }
}

function entriesOf(path: string): HarEntry[] {
  return (JSON.parse(readFileSync(join(folder, path), 'utf8')) as { log: { entries: HarEntry[] } })
    .log.entries
}

function bodyOf(entry: HarEntry): unknown {
  return JSON.parse(entry.response.content.text ?? 'null')
}

// What other sites have on, and this one not: their own custom fields, links to an archive of issues, avatars.
const aside =
  /^(customfield_\d+|issuerestriction|entityId|uuid|avatarUrls|avatarId|scope|thumbnail)$/

/** The members of a value and of what lies in it, as paths; lists count by their first item. */
function shapeOf(value: unknown, at = ''): string[] {
  if (Array.isArray(value)) return value.length === 0 ? [] : shapeOf(value[0], `${at}[]`)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) =>
    aside.test(name) ? [] : [`${at}/${name}`, ...shapeOf(inner, `${at}/${name}`)],
  )
}

function missing(real: unknown, ours: unknown): string[] {
  const known = new Set(shapeOf(ours))
  return [...new Set(shapeOf(real))].filter((path) => !known.has(path))
}

describe.skipIf(!existsSync(folder))('recordings', () => {
  const story = 'django-DefectDojo/JIRAImportAndPushTestApi.test_create_edit_update_finding.har'

  test('of python-jira: a story of issues, told again', () => {
    const { world, ada } = openAcme()
    given.project(world, { key: 'NTEST' })
    const ids = new Map<string, string>()
    let compared = 0
    for (const entry of entriesOf(story)) {
      const { method, url, postData } = entry.request
      let path = url.replace(/^https:\/\/[^/]+/, '')
      for (const [theirs, mine] of ids)
        path = path.replace(new RegExp(`(?<=/)${theirs}(?=/|$|\\?)`), mine)
      const body =
        postData?.text === undefined || postData.text === ''
          ? undefined
          : postData.text.replace('"id": 41', '"id": 31')
      const ours = ada(method, path, body)
      expect([method, path, ours.status]).toEqual([method, path, entry.response.status])
      const real =
        (entry.response.content.text ?? '') === ''
          ? undefined
          : (bodyOf(entry) as Record<string, string>)
      if (method === 'POST' && real?.['id'] !== undefined) {
        ids.set(real['id'], String(ours.body['id'])).set(real['key']!, String(ours.body['key']))
      }
      expect([method, path, missing(real, ours.body)]).toEqual([method, path, []])
      compared++
    }
    expect(compared).toBeGreaterThan(30)
  })

  test.each([
    ['nango/get-myself.har', '/rest/api/3/myself', []],
    ['nango/fields.har', '/rest/api/3/field', []],
    ['nango/issue-types.har', '/rest/api/3/issuetype', []],
    ['nango/get-issue-type.har', '/rest/api/3/issuetype/10002', []],
    ['nango/get-priority.har', '/rest/api/3/priority/1', []],
    ['nango/list-projects.har', '/rest/api/3/project/search', []],
    ['nango/list-project-components.har', '/rest/api/3/project/ENG/components', []],
    // Team-managed sites have other roles.
    [
      'nango/get-project.har',
      '/rest/api/3/project/ENG',
      ['/roles/Administrator', '/roles/jira-guest-member', '/roles/Viewer', '/roles/Member'],
    ],
    ['nango/get-create-issue-metadata.har', '/rest/api/3/issue/createmeta', []],
  ])('%s has no member that %s lacks', (file, path, known) => {
    const [entry] = entriesOf(file)
    const ours = openAcme().ada('GET', path)
    expect(ours.status).toBe(entry!.response.status)
    expect(missing(bodyOf(entry!), ours.body)).toEqual(known)
  })

  test('nango: worklogs, an edit, a watcher, a history of links', () => {
    const { ada } = openAcme()
    const [added] = entriesOf('nango/add-worklog.har')
    const worklog = ada('POST', '/rest/api/3/issue/ENG-1/worklog', added!.request.postData!.text)
    expect([worklog.status, missing(bodyOf(added!), worklog.body)]).toEqual([201, []])
    const [list] = entriesOf('nango/list-worklogs.har')
    expect(missing(bodyOf(list!), ada('GET', '/rest/api/3/issue/ENG-1/worklog').body)).toEqual([])
    const [edit] = entriesOf('nango/update-issue.har')
    expect(ada('PUT', '/rest/api/3/issue/ENG-1', edit!.request.postData!.text).status).toBe(
      edit!.response.status,
    )
    const [meta] = entriesOf('nango/get-edit-issue-metadata.har').slice(-1)
    const ours = ada('GET', '/rest/api/3/issue/ENG-1/editmeta').body
    expect(missing(bodyOf(meta!), ours)).toEqual([])
    ada('POST', '/rest/api/3/issueLink', {
      type: { name: 'Relates' },
      inwardIssue: { key: 'ENG-1' },
      outwardIssue: { key: 'ENG-2' },
    })
    const [history] = entriesOf('nango/get-issue-changelog.har')
    const log = ada('GET', '/rest/api/3/issue/ENG-2/changelog').body
    expect(missing(bodyOf(history!), log)).toEqual([])
    expect(log['values']![0]!['items']![0]!['toString']).toBe('This work item relates to ENG-1')
  })

  test('every recording of a status is one that the twin can give', () => {
    const files = readdirSync(join(folder, 'grunt-jira-actions'))
    expect(files.length).toBeGreaterThan(5)
    const { world, ada } = openAcme()
    given.project(world, { key: 'GEN' })
    for (const file of files) {
      for (const { request, response } of entriesOf(`grunt-jira-actions/${file}`)) {
        const text = request.postData?.text
          ?.replace(/"id": ?10400/, '"key":"GEN"')
          .replace('"Major"', '"High"')
        const ours = ada(request.method, new URL(request.url).pathname, text)
        expect([file, ours.status]).toEqual([file, response.status])
      }
    }
  })
})
