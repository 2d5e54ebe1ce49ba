import { empty, json } from '../../../engine/call.ts'
import { tokens } from '../../../engine/auth.ts'
import type { Behavior, Exchange } from '../../../engine/exchange.ts'
import { key } from '../../../engine/table.ts'
import { needAdmin, needIssue, needProject } from '../access.ts'
import { textOf } from '../edit/draft.ts'
import { isAssignable } from '../edit/people.ts'
import { fail } from '../errors.ts'
import { lensOf, type Lens } from '../lens.ts'
import { notifyUser } from '../notify.ts'
import { sliceOf } from '../pages.ts'
import type { Project, User } from '../records.ts'
import { groups, memberships, prefixLength, projects, users, userWords } from '../state.ts'
import { accountView, type View } from '../views.ts'
import { words } from '../words.ts'
import { newAccountId } from '../accounts.ts'

/** Accounts: the caller's own, others', searches. */
export const userBehaviors: Readonly<Record<string, Behavior>> = {
  getCurrentUser: (exchange) => {
    const user = exchange.rows.get(users, exchange.who.account)
    if (user === undefined) return fail(404, words.specifiedUser)
    return json(200, wholeView(exchange, user, String(exchange.query['expand'] ?? '')))
  },
  getUser: (exchange) => {
    const { accountId, expand } = exchange.query as { accountId?: string; expand?: string }
    if (accountId === undefined || accountId === '') return fail(400, words.usernameGone)
    return json(200, wholeView(exchange, needUser(exchange, accountId), expand ?? ''))
  },
  createUser: (exchange) => {
    needAdmin(exchange)
    const { world, rows } = exchange
    const emailAddress = textOf(exchange.body, 'emailAddress') ?? ''
    if (!/^[^@\s]+@[^@\s]+$/.test(emailAddress))
      return fail(400, 'The email address provided is not valid.')
    const known = rows.find(users, 'email', emailAddress.toLowerCase())
    const user =
      known ??
      rows.insert(users, {
        accountId: newAccountId(world),
        accountType: 'atlassian',
        emailAddress,
        displayName: textOf(exchange.body, 'displayName') ?? emailAddress.split('@')[0]!,
        active: true,
        timeZone: 'Etc/UTC',
        locale: 'en_US',
      })
    if (known === undefined) notifyUser(exchange, 'user_created', user)
    return json(201, accountView(lensOf(exchange), user))
  },
  removeUser: (exchange) => {
    needAdmin(exchange)
    const user = needUser(exchange, String(exchange.query['accountId']))
    // The account leaves the site; what it wrote stays, under "Former user" (FACTS: former-user).
    for (const one of exchange.rows.all(memberships, { index: 'user', equals: user.accountId })) {
      exchange.rows.remove(memberships, `${one.groupId}/${one.accountId}`)
    }
    for (const token of exchange.rows.all(tokens, {
      index: 'account',
      equals: key('jira', user.accountId),
    })) {
      exchange.rows.remove(tokens, token.id)
    }
    notifyUser(exchange, 'user_deleted', user)
    exchange.rows.remove(users, user.accountId)
    return empty(204)
  },
  bulkGetUsers: (exchange) => {
    const ids = exchange.query['accountId'] as string | string[] | undefined
    const list = ids === undefined ? [] : [ids].flat()
    if (list.length === 0) return fail(400, words.accountNeeded)
    const { startAt, maxResults } = sliceOf(exchange, 10, 200)
    const lens = lensOf(exchange)
    const found = list
      .map((id) => exchange.rows.get(users, id))
      .filter((user) => user !== undefined)
    const values = found.slice(startAt, startAt + maxResults).map((user) => accountView(lens, user))
    return json(200, {
      maxResults,
      startAt,
      total: found.length,
      isLast: startAt + values.length >= found.length,
      values,
    })
  },
  getUserGroups: (exchange) => {
    const user = needUser(exchange, String(exchange.query['accountId']))
    return json(200, groupsOf(exchange, user))
  },
  findUsers: (exchange) => {
    const { query, accountId, property } = exchange.query as {
      query?: string
      accountId?: string
      property?: string
    }
    const given = [query, accountId, property].filter((one) => one !== undefined)
    if (given.length !== 1) return fail(400, words.userQuery)
    if (accountId !== undefined)
      return listed(
        exchange,
        [exchange.rows.get(users, accountId)].filter((user) => user !== undefined),
      )
    return listed(exchange, matching(exchange, query ?? ''))
  },
  getAllUsers: everyone,
  getAllUsersDefault: everyone,
  findAssignableUsers: (exchange) => {
    const { query, project, issueKey, issueId, accountId } = exchange.query as Record<
      string,
      string | undefined
    >
    const place = placeOf(exchange, project, issueKey ?? issueId)
    if (place === undefined) return fail(400, words.userProject)
    const fits = (user: User) => isAssignable({ exchange, project: place }, user)
    if (accountId !== undefined)
      return listed(
        exchange,
        [exchange.rows.get(users, accountId)].filter(
          (user) => user !== undefined && fits(user),
        ) as User[],
      )
    return listed(exchange, matching(exchange, query ?? '', fits))
  },
  findBulkAssignableUsers: (exchange) => {
    const keys = exchange.query['projectKeys'] as string | undefined
    if (keys === undefined || keys === '') return fail(400, words.userProject)
    const places = keys.split(',').map((one) => needProject(exchange, one))
    const fits = (user: User) =>
      places.every((project) => isAssignable({ exchange, project }, user))
    return listed(exchange, matching(exchange, String(exchange.query['query'] ?? ''), fits))
  },
  findUsersForPicker: (exchange) => {
    const query = String(exchange.query['query'] ?? '')
    const lens = lensOf(exchange)
    const found = matching(exchange, query)
    const { maxResults } = sliceOf(exchange, 50, 1000)
    const list = found.slice(0, maxResults).map((user) => ({
      accountId: user.accountId,
      accountType: user.accountType,
      displayName: user.displayName,
      html: `${user.displayName} - ${user.emailAddress}`,
      avatarUrl: (accountView(lens, user)['avatarUrls'] as View)['16x16'],
    }))
    return json(200, {
      users: list,
      total: found.length,
      header: `Showing ${list.length} of ${found.length} matching users`,
    })
  },
}

function everyone(exchange: Exchange) {
  const { startAt, maxResults } = sliceOf(exchange, 50, 1000)
  const lens = lensOf(exchange)
  const page = exchange.rows.page(users, { offset: startAt, limit: maxResults })
  return json(
    200,
    page.map((user) => accountView(lens, user)),
  )
}

/** The user with an account id; refuses where there is none. */
export function needUser(exchange: Exchange, accountId: string): User {
  return exchange.rows.get(users, accountId) ?? fail(404, words.specifiedUser)
}

function listed(exchange: Exchange, found: User[]) {
  const { startAt, maxResults } = sliceOf(exchange, 50, 1000)
  const lens = lensOf(exchange)
  return json(
    200,
    found.slice(startAt, startAt + maxResults).map((user) => accountView(lens, user)),
  )
}

/** The service looks no further than this (FACTS: user-search). */
const scannedMax = 1000

/** The users whose name or e-mail address has words that begin with all words of the query. */
export function matching(
  exchange: Exchange,
  query: string,
  fits: (user: User) => boolean = () => true,
): User[] {
  const { rows } = exchange
  const parts = query
    .toLowerCase()
    .split(/\s+/)
    .filter((one) => one !== '')
  const longest = parts.reduce((a, b) => (b.length > a.length ? b : a), '')
  const range =
    longest === '' ? {} : { index: 'prefix' as const, equals: longest.slice(0, prefixLength) }
  const found: User[] = []
  for (const user of rows.scan(users, range)) {
    if (found.length === scannedMax) break
    const own = userWords(user)
    if (parts.every((part) => own.some((word) => word.startsWith(part))) && fits(user))
      found.push(user)
  }
  return found
}

function placeOf(
  exchange: Exchange,
  project: string | undefined,
  issue: string | undefined,
): Project | undefined {
  if (project !== undefined) return needProject(exchange, project)
  if (issue === undefined) return undefined
  return exchange.rows.get(projects, needIssue(exchange, issue).fields.project)
}

/** Groups are counted always and listed when asked for (FACTS: myself). */
function wholeView(exchange: Exchange, user: User, expand: string): View {
  const lens: Lens = lensOf(exchange)
  const count = exchange.rows.count(memberships, { index: 'user', equals: user.accountId })
  const list = expand.includes('groups') ? groupsOf(exchange, user) : []
  const roles = expand.includes('applicationRoles')
    ? [{ key: 'jira-software', name: 'Jira Software', selectedByDefault: false, defined: true }]
    : []
  return {
    ...accountView(lens, user),
    groups: { size: count, items: list },
    applicationRoles: { size: 1, items: roles },
    expand: 'groups,applicationRoles',
  }
}

function groupsOf(exchange: Exchange, user: User): View[] {
  const { api } = lensOf(exchange)
  return exchange.rows
    .all(memberships, { index: 'user', equals: user.accountId })
    .map(({ groupId }) => ({
      name: exchange.rows.get(groups, groupId)?.name,
      groupId,
      self: `${api}/group?groupId=${groupId}`,
    }))
}
