import { empty, json, refuse, type Reply } from '../../../engine/call.ts'
import type { Exchange } from '../../../engine/exchange.ts'
import type { Rows } from '../../../engine/rows.ts'
import { cookieOf } from '../../../engine/stages/authenticate.ts'
import type { World } from '../../../engine/world.ts'
import { bodyOf, endSessions, findUser, flag } from '../accounts.ts'
import { revokeTokens } from '../auth.ts'
import { newToken } from '../ids.ts'
import { log, partyOf } from '../log.ts'
import { nameOf } from '../profile.ts'
import { org, sessions, sessionTokens, users, type Session, type User } from '../state.ts'
import { isoSecond } from '../times.ts'
import { viewSession } from '../views.ts'

const lifetimeMs = 2 * 3_600_000

/** Opens a session for a user. */
export function addSession(world: World, rows: Rows, at: number, user: User): Session {
  const now = isoSecond(at)
  return rows.insert(sessions, {
    id: `102${newToken(world, 22)}`,
    userId: user.id,
    login: user.profile.login,
    createdAt: now,
    expiresAt: isoSecond(at + lifetimeMs),
    status: 'ACTIVE',
    lastPasswordVerification: now,
    lastFactorVerification: null,
    amr: ['pwd'],
    idp: { id: org.id, type: 'OKTA' },
    mfaActive: false,
    $alias: `102${newToken(world, 22)}`,
    $expiresAt: at + lifetimeMs,
  })
}

/** FACTS: session-token. It opens one session, once. */
function createSession(exchange: Exchange): Reply {
  const { rows, world, at } = exchange
  const token = rows.get(sessionTokens, String(bodyOf(exchange)['sessionToken'] ?? ''))
  if (token !== undefined) rows.remove(sessionTokens, token.id)
  const user = token && rows.get(users, token.userId)
  if (token === undefined || token.expiresAt <= at || user?.status !== 'ACTIVE') {
    return refuse('okta.E0000004')
  }
  const session = addSession(world, rows, at, user)
  const actor = partyOf(user)
  log(exchange, 'user.session.start', [], { actor, sessionId: session.id })
  return json(200, view(exchange, session, true))
}

function view(exchange: Exchange, session: Session, me: boolean): object {
  const user = exchange.rows.get(users, session.userId)
  const name = user === undefined ? session.login : nameOf(user.profile)
  return viewSession(session, name, exchange.origin, me)
}

function findSession(exchange: Exchange): Session {
  const { rows, at } = exchange
  const id = exchange.path['sessionId'] ?? ''
  const session = rows.get(sessions, id) ?? rows.find(sessions, 'alias', id)
  if (session !== undefined && session.$expiresAt > at) return session
  return refuse('not-found', { id, entity: 'AppSession' })
}

/** The session of the caller's cookie. */
function ownSession(exchange: Exchange): Session {
  const sid = cookieOf(exchange.headers['cookie'], 'sid')
  const session = sid === undefined ? undefined : exchange.rows.get(sessions, sid)
  if (session !== undefined && session.$expiresAt > exchange.at) return session
  return refuse('not-found', { id: 'me', entity: 'Session' })
}

function getSession(exchange: Exchange): Reply {
  return json(200, view(exchange, findSession(exchange), false))
}

function refresh(exchange: Exchange, session: Session): Session {
  const expiresAt = exchange.at + lifetimeMs
  const change = { expiresAt: isoSecond(expiresAt), $expiresAt: expiresAt }
  return exchange.rows.update(sessions, session.id, change)
}

function refreshSession(exchange: Exchange): Reply {
  return json(200, view(exchange, refresh(exchange, findSession(exchange)), false))
}

function end(exchange: Exchange, session: Session): Reply {
  const { rows } = exchange
  rows.remove(sessions, session.id)
  const user = rows.get(users, session.userId)
  if (user !== undefined) {
    log(exchange, 'user.session.end', [], { actor: partyOf(user), sessionId: session.id })
  }
  return empty(204)
}

function revokeSession(exchange: Exchange): Reply {
  return end(exchange, findSession(exchange))
}

function getCurrentSession(exchange: Exchange): Reply {
  return json(200, view(exchange, ownSession(exchange), true))
}

function refreshCurrentSession(exchange: Exchange): Reply {
  return json(200, view(exchange, refresh(exchange, ownSession(exchange)), true))
}

function closeCurrentSession(exchange: Exchange): Reply {
  return end(exchange, ownSession(exchange))
}

/** Ends every session of a user, and with `oauthTokens` what their OAuth tokens open. */
function revokeUserSessions(exchange: Exchange): Reply {
  const { rows, query } = exchange
  const user = findUser(exchange, exchange.path['userId'])
  endSessions(rows, user.id)
  if (flag(query['oauthTokens'], false)) revokeTokens(rows, user.id, 'revoked', 'bearer')
  log(exchange, 'user.session.clear', [partyOf(user)])
  return empty(204)
}

export const sessionBehaviors = {
  createSession,
  getSession,
  refreshSession,
  revokeSession,
  getCurrentSession,
  refreshCurrentSession,
  closeCurrentSession,
  revokeUserSessions,
}
