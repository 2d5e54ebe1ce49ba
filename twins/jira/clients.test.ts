import { createCloudClient, isApiError } from 'jira.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TwinDefinition } from '../../engine/twin.ts'
import { World } from '../../engine/world.ts'
import { createResolver } from '../../fronts/resolve.ts'
import { serveHttp, type HttpServer } from '../../fronts/http.ts'
import { defaultId, Worlds } from '../../fronts/worlds.ts'
import { checked } from './checked.ts'
import { doc } from './testing.ts'
import { jira } from './twin.ts'

// The unmodified official client, which holds every answer against its own schemas and throws where they differ.

let server: HttpServer
let world: World
let client: ReturnType<typeof createCloudClient>

beforeAll(async () => {
  world = World.create({ twins: [jira as unknown as TwinDefinition<never>], seed: 'clients' })
  const worlds = new Worlds()
  worlds.add(world, defaultId)
  server = await serveHttp({ resolve: createResolver(worlds) })
  const { email, api } = world.mint('jira')
  client = createCloudClient({
    host: `${server.url}/jira`,
    auth: { type: 'basic', email: email!, apiToken: api! },
    onSchemaMismatch: 'throw',
  })
})

afterAll(() => server.close())

const lena = 'lena.fischer@acme.example'

async function idOf(email: string): Promise<string> {
  return (await client.userSearch.findUsers({ query: email }))[0]!.accountId!
}

async function create(summary: string, more: Record<string, unknown> = {}): Promise<string> {
  const fields = { project: { key: 'ENG' }, issuetype: { name: 'Task' }, summary, ...more }
  return (await client.issues.createIssue({ fields })).key!
}

describe('jira.js, unmodified', () => {
  test('reads the site and its lists', async () => {
    expect((await client.serverInfo.getServerInfo()).deploymentType).toBe('Cloud')
    const me = await client.myself.getCurrentUser({ expand: 'groups,applicationRoles' })
    expect(me.emailAddress).toBe('ada.admin@acme.example')
    expect((await client.issueFields.getFields()).some(({ id }) => id === 'summary')).toBe(true)
    expect((await client.issuePriorities.searchPriorities({})).total).toBe(5)
    expect((await client.issuePriorities.getPriority({ id: '3' })).name).toBe('Medium')
    expect((await client.issueResolutions.getResolution({ id: '10000' })).name).toBe('Done')
    expect((await client.workflowStatuses.getStatuses()).length).toBeGreaterThan(2)
    expect((await client.workflowStatuses.getStatus({ idOrName: 'Done' })).id).toBe('10001')
    expect(await client.workflowStatusCategories.getStatusCategories()).toHaveLength(4)
    expect((await client.workflowStatusCategories.getStatusCategory({ idOrKey: 'done' })).id).toBe(
      3,
    )
    expect((await client.issueTypes.getIssueAllTypes()).length).toBe(5)
    expect((await client.issueTypes.getIssueType({ id: '10002' })).name).toBe('Task')
    expect((await client.labels.getAllLabels({})).values).toEqual([])
    expect((await client.issueLinkTypes.getIssueLinkTypes()).issueLinkTypes).toHaveLength(4)
    expect((await client.issueLinkTypes.getIssueLinkType({ issueLinkTypeId: '10000' })).name).toBe(
      'Blocks',
    )
    const mine = await client.permissions.getMyPermissions({
      permissions: 'ADMINISTER,BROWSE_PROJECTS',
    })
    expect(mine.permissions!['ADMINISTER']!.havePermission).toBe(true)
    expect(
      Object.keys((await client.permissions.getAllPermissions()).permissions!).length,
    ).toBeGreaterThan(30)
  })

  test('manages accounts', async () => {
    const accountId = await idOf(lena)
    expect((await client.users.getUser({ accountId, expand: 'groups' })).displayName).toBe(
      'Lena Fischer',
    )
    expect((await client.users.getUserGroups({ accountId }))[0]!.name).toBe('jira-software-users')
    expect((await client.users.getAllUsers({})).length).toBe(12)
    expect((await client.users.getAllUsersDefault({})).length).toBe(12)
    expect(
      (await client.userSearch.findAssignableUsers({ project: 'ENG', query: 'lena' })).length,
    ).toBe(1)
    expect(
      (await client.userSearch.findBulkAssignableUsers({ projectKeys: 'ENG,OPS' })).length,
    ).toBe(12)
    expect((await client.userSearch.findUsersForPicker({ query: 'lena' })).total).toBe(1)
    const made = await client.users.createUser({
      emailAddress: 'new@acme.example',
      products: ['jira-software'],
    })
    await client.users.removeUser({ accountId: made.accountId! })
    await expect(client.users.getUser({ accountId: made.accountId! })).rejects.toSatisfy(isApiError)
  })

  test('manages groups', async () => {
    const group = await client.groups.createGroup({ name: 'night-shift' })
    const accountId = await idOf(lena)
    await client.groups.addUserToGroup({ groupId: group.groupId!, accountId })
    expect(
      (await client.groups.getUsersFromGroup({ groupId: group.groupId! })).values,
    ).toHaveLength(1)
    expect((await client.groups.findGroups({ query: 'night' })).total).toBe(1)
    await client.groups.removeUserFromGroup({ groupId: group.groupId!, accountId })
    await client.groups.removeGroup({ groupId: group.groupId! })
    expect((await client.groups.findGroups({ query: 'night' })).total).toBe(0)
  })

  test('manages projects and their parts', async () => {
    const accountId = await idOf(lena)
    const made = await client.projects.createProject({
      key: 'NEW',
      name: 'New things',
      leadAccountId: accountId,
      projectTypeKey: 'software',
    })
    expect(made.key).toBe('NEW')
    expect((await client.projects.searchProjects({ query: 'new' })).values).toHaveLength(1)
    expect((await client.projects.getProject({ projectIdOrKey: 'NEW' })).lead!.accountId).toBe(
      accountId,
    )
    await client.projects.updateProject({ projectIdOrKey: 'NEW', description: 'Words' })
    expect((await client.projects.getAllStatuses({ projectIdOrKey: 'NEW' })).length).toBe(5)
    const component = await client.projectComponents.createComponent({
      project: 'NEW',
      name: 'Engine',
    })
    await client.projectComponents.updateComponent({
      id: component.id!,
      body: { description: 'Hot' },
    })
    expect((await client.projectComponents.getComponent({ id: component.id! })).description).toBe(
      'Hot',
    )
    expect(
      await client.projectComponents.getProjectComponents({ projectIdOrKey: 'NEW' }),
    ).toHaveLength(1)
    await client.projectComponents.deleteComponent({ id: component.id! })
    const version = await client.projectVersions.createVersion({
      projectId: Number(made.id),
      name: 'v1',
      releaseDate: '2026-03-05',
    })
    await client.projectVersions.updateVersion({ id: version.id!, body: { released: true } })
    expect((await client.projectVersions.getVersion({ id: version.id! })).released).toBe(true)
    expect(await client.projectVersions.getProjectVersions({ projectIdOrKey: 'NEW' })).toHaveLength(
      1,
    )
    expect(
      (await client.projectVersions.getProjectVersionsPaginated({ projectIdOrKey: 'NEW' })).total,
    ).toBe(1)
    await client.projects.archiveProject({ projectIdOrKey: 'NEW' })
    await client.projects.deleteProject({ projectIdOrKey: 'NEW' })
  })

  test('takes an issue from its making to its end', async () => {
    const accountId = await idOf(lena)
    const key = await create('From the client', { description: doc('Words'), labels: ['b', 'a'] })
    const issue = await client.issues.getIssue({
      issueIdOrKey: key,
      expand: 'renderedFields,names,schema,transitions,operations,editmeta,changelog',
    })
    expect(issue.fields!['labels']).toEqual(['a', 'b'])
    await client.issues.editIssue({
      issueIdOrKey: key,
      fields: { summary: 'Renamed' },
      update: { labels: [{ remove: 'b' }] },
    })
    await client.issues.assignIssue({ issueIdOrKey: key, accountId })
    const { transitions } = await client.issues.getTransitions({
      issueIdOrKey: key,
      expand: 'transitions.fields',
    })
    const done = transitions!.find(({ name }) => name === 'Done')!
    await client.issues.doTransition({ issueIdOrKey: key, transition: { id: done.id! } })
    const { fields } = await client.issues.getIssue({ issueIdOrKey: key })
    expect(fields!['resolution'].name).toBe('Done')
    expect(fields!['assignee'].accountId).toBe(accountId)
    const log = await client.issues.getChangeLogs({ issueIdOrKey: key })
    expect(log.values!.flatMap(({ items }) => items!.map(({ field }) => field))).toEqual([
      'summary',
      'labels',
      'assignee',
      'resolution',
      'status',
    ])
    expect(
      Object.keys((await client.issues.getEditIssueMeta({ issueIdOrKey: key })).fields!),
    ).toContain('summary')
    await client.issues.deleteIssue({ issueIdOrKey: key })
    await expect(client.issues.getIssue({ issueIdOrKey: key })).rejects.toMatchObject({
      status: 404,
    })
  })

  test('makes and reads many', async () => {
    const issueUpdates = ['one', 'two', ''].map((summary) => ({
      fields: { project: { key: 'ENG' }, issuetype: { name: 'Task' }, summary },
    }))
    const made = await client.issues.createIssues({ issueUpdates })
    expect(made.issues).toHaveLength(2)
    expect(made.errors![0]!.failedElementNumber).toBe(2)
    const both = await client.issues.bulkFetchIssues({
      issueIdsOrKeys: [...made.issues!.map(({ key }) => key!), 'NO-1'],
      fields: ['summary'],
    })
    expect(both.issues).toHaveLength(2)
    const types = await client.issues.getCreateIssueMetaIssueTypes({ projectIdOrKey: 'ENG' })
    expect(types.issueTypes).toHaveLength(5)
    const fields = await client.issues.getCreateIssueMetaIssueTypeId({
      projectIdOrKey: 'ENG',
      issueTypeId: '10002',
    })
    expect(fields.fields!.some(({ fieldId }) => fieldId === 'summary')).toBe(true)
  })

  test('speaks in comments, as documents and as wiki text', async () => {
    const issueIdOrKey = await create('Talk')
    const first = await client.issueComments.addComment({
      issueIdOrKey,
      body: doc('Hello') as never,
    })
    const second = await client.issueComments.addComment({
      issueIdOrKey,
      body: 'h2. Title\n* *bold*',
    })
    expect(second.body!.content![0]).toMatchObject({ type: 'heading', attrs: { level: 2 } })
    await client.issueComments.updateComment({
      issueIdOrKey,
      id: first.id!,
      body: { body: doc('Changed') as never },
    })
    const page = await client.issueComments.getComments({
      issueIdOrKey,
      orderBy: '-created',
      expand: 'renderedBody',
    })
    expect(page.comments!.map(({ id }) => id)).toEqual([second.id, first.id])
    expect((await client.issueComments.getComment({ issueIdOrKey, id: first.id! })).id).toBe(
      first.id,
    )
    expect((await client.issueComments.getCommentsByIds({ ids: [Number(first.id)] })).total).toBe(1)
    await client.issueComments.deleteComment({ issueIdOrKey, id: first.id! })
    expect((await client.issueComments.getComments({ issueIdOrKey })).total).toBe(1)
    const wiki = await create('With wiki text', { description: '*bold*' })
    const { fields } = await client.issues.getIssue({ issueIdOrKey: wiki, fields: ['description'] })
    expect(fields!['description'].content[0].content[0]).toMatchObject({
      text: 'bold',
      marks: [{ type: 'strong' }],
    })
  })

  test('books work', async () => {
    const issueIdOrKey = await create('Work', { timetracking: { originalEstimate: '1d' } })
    const log = await client.issueWorklogs.addWorklog({ issueIdOrKey, timeSpent: '1h 30m' })
    expect(log.timeSpentSeconds).toBe(5400)
    await client.issueWorklogs.updateWorklog({
      issueIdOrKey,
      id: log.id!,
      body: { timeSpent: '2h' },
    })
    expect((await client.issueWorklogs.getWorklog({ issueIdOrKey, id: log.id! })).timeSpent).toBe(
      '2h',
    )
    expect((await client.issueWorklogs.getIssueWorklog({ issueIdOrKey })).total).toBe(1)
    await client.issueWorklogs.deleteWorklog({ issueIdOrKey, id: log.id! })
  })

  test('watches, votes and links', async () => {
    const accountId = await idOf(lena)
    const [a, b] = [await create('A'), await create('B')]
    await client.issueWatchers.addWatcher({ issueIdOrKey: a, body: accountId as never })
    expect((await client.issueWatchers.getIssueWatchers({ issueIdOrKey: a })).watchCount).toBe(2)
    await client.issueWatchers.removeWatcher({ issueIdOrKey: a, accountId })
    await client.issueVotes.addVote({ issueIdOrKey: a })
    expect((await client.issueVotes.getVotes({ issueIdOrKey: a })).votes).toBe(1)
    await client.issueVotes.removeVote({ issueIdOrKey: a })
    await client.issueLinks.linkIssues({
      type: { name: 'Blocks' },
      inwardIssue: { key: a },
      outwardIssue: { key: b },
    })
    const { fields } = await client.issues.getIssue({ issueIdOrKey: a, fields: ['issuelinks'] })
    const linkId: string = fields!['issuelinks'][0].id
    expect(fields!['issuelinks'][0].outwardIssue.key).toBe(b)
    expect((await client.issueLinks.getIssueLink({ linkId })).type!.name).toBe('Blocks')
    await client.issueLinks.deleteIssueLink({ linkId })
    await client.issueProperties.setIssueProperty({
      issueIdOrKey: a,
      propertyKey: 'k',
      body: { n: 1 },
    } as never)
    expect(
      (await client.issueProperties.getIssuePropertyKeys({ issueIdOrKey: a })).keys,
    ).toHaveLength(1)
    expect(
      (await client.issueProperties.getIssueProperty({ issueIdOrKey: a, propertyKey: 'k' })).key,
    ).toBe('k')
    await client.issueProperties.deleteIssueProperty({ issueIdOrKey: a, propertyKey: 'k' })
  })

  test('searches', async () => {
    const jql = 'project = SUP ORDER BY created DESC'
    const first = await client.issueSearch.searchAndReconsileIssuesUsingJql({
      jql,
      maxResults: 1,
      fields: ['summary'],
    })
    expect(first.isLast).toBe(false)
    const second = await client.issueSearch.searchAndReconsileIssuesUsingJqlPost({
      jql,
      maxResults: 5,
      nextPageToken: first.nextPageToken!,
      fields: ['*all'],
      expand: 'names',
    })
    expect(second.isLast).toBe(true)
    expect(second.issues).toHaveLength(1)
    expect((await client.issueSearch.countIssues({ jql })).count).toBe(2)
    const matched = await client.issueSearch.matchIssues({ issueIds: [10000, 10003], jqls: [jql] })
    expect(matched.matches![0]!.matchedIssues).toEqual([10003])
    const parsed = await client.jql.parseJqlQueries({
      queries: [jql, 'project ='],
      validation: 'strict',
    })
    expect(parsed.queries!.map(({ errors }) => errors?.length ?? 0)).toEqual([0, 1])
    expect((await client.jql.getAutoComplete()).jqlReservedWords!.length).toBeGreaterThan(100)
  })

  test('and never met an answer outside the contract', () => {
    const calls = world.journal.calls('jira')
    const strange = calls.filter((one) => one.crash !== undefined || one.divergences !== undefined)
    expect(strange.map(({ op, divergences, crash }) => ({ op, divergences, crash }))).toEqual([])
    // What `checked` claims is exactly what this walk has seen succeed.
    const seen = calls
      .filter(({ op, reply }) => op !== undefined && reply.status < 300)
      .map(({ op }) => op!)
    expect([...new Set(seen)].sort()).toEqual([...checked].sort())
  })
})
