import type { Caller } from '../../../engine/auth.ts'
import { json } from '../../../engine/call.ts'
import type { Behavior, Exchange } from '../../../engine/exchange.ts'
import { needUser } from '../access.ts'
import { flag, text } from '../arguments.ts'
import { hasScope } from '../auth.ts'
import { fail } from '../errors.ts'
import { cursorOf, limitOf, nextPage } from '../pages.ts'
import { users } from '../state.ts'
import { userView } from '../views.ts'
import type { User } from '../wire.ts'

export const people: Record<string, Behavior> = {
  'users.info': (exchange) => {
    const { args, who } = exchange
    const id = text(args, 'user') ?? ''
    const row = exchange.rows.get(users, id)
    if (row === undefined) return fail('user_not_found')
    return json(200, userBody(row, who, flag(args, 'include_locale')))
  },

  'users.lookupByEmail': ({ rows, args, who }) => {
    const email = (text(args, 'email') ?? '').trim().toLowerCase()
    const row = rows.find(users, 'email', [email])
    // Neither the deactivated nor bots are found this way (FACTS: lookup-by-email).
    if (row === undefined || row.deleted || row.is_bot) return fail('users_not_found')
    return json(200, userBody(row, who, false))
  },

  'users.list': listUsers,

  'users.getPresence': (exchange) => {
    const row = needUser(exchange)
    const presence = row.$away === true || row.deleted ? 'away' : 'active'
    if (row.id !== exchange.who.account) return json(200, { ok: true, presence })
    return json(200, {
      ok: true,
      presence,
      online: presence === 'active',
      auto_away: false,
      manual_away: row.$away === true,
      connection_count: 1,
      last_activity: Math.floor(exchange.at / 1000),
    })
  },

  'users.setPresence': ({ rows, args, who }) => {
    const presence = text(args, 'presence')
    if (presence !== 'auto' && presence !== 'away') return fail('invalid_presence')
    rows.update(users, who.account, { $away: presence === 'away' })
    return json(200, { ok: true })
  },
}

const openBodies = new WeakMap<User, object>()
const closedBodies = new WeakMap<User, object>()

/** The whole answer, shared by everybody who may see the same. */
function userBody(row: User, caller: Caller, withLocale: boolean): object {
  if (withLocale) return { ok: true, user: userView(row, caller, true) }
  const bodies = hasScope(caller, 'users:read.email') ? openBodies : closedBodies
  let body = bodies.get(row)
  if (body === undefined) bodies.set(row, (body = { ok: true, user: userView(row, caller) }))
  return body
}

/** Everybody, the deactivated and the bots too. Without a limit: all at once, up to a size (FACTS: users-list). */
function listUsers({ world, rows, args, who, at }: Exchange) {
  const total = rows.count(users)
  const allMax = Number(world.setting('slack', 'usersWithoutLimit'))
  const limit = limitOf(args, Infinity, 1000)
  if (limit === Infinity && total > allMax) return fail('limit_required')
  const start = cursorOf(args, 'user')
  if (start !== undefined && rows.get(users, start) === undefined) return fail('invalid_cursor')
  const from = start === undefined ? {} : { after: start }
  const found = rows.page(users, { limit: limit + 1, ...from })
  const page = found.length > limit ? found.slice(0, limit) : found
  const withLocale = flag(args, 'include_locale')
  const next = found.length > limit ? page.at(-1)!.id : undefined
  return json(200, {
    ok: true,
    members: page.map((row) => userView(row, who, withLocale)),
    cache_ts: Math.floor(at / 1000),
    ...nextPage('user', next),
  })
}
