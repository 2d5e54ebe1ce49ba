import type { Caller, Token } from '../../../engine/auth.ts'
import { json } from '../../../engine/call.ts'
import type { Behavior } from '../../../engine/exchange.ts'
import type { Rows } from '../../../engine/rows.ts'
import { flag, text } from '../arguments.ts'
import { revokedAs } from '../auth.ts'
import { fail } from '../errors.ts'
import { emitEvent } from '../notify.ts'
import { revoke } from '../people.ts'
import { users } from '../state.ts'
import { teamOf } from '../views.ts'
import type { User } from '../wire.ts'

// Nothing in the answer changes but with the token's or the user's row.
const identities = new WeakMap<User, Map<Token | undefined, object>>()

export const auth: Record<string, Behavior> = {
  'api.test': ({ args }) => {
    const error = text(args, 'error')
    if (error !== undefined && error !== '') return fail(error, { args })
    return json(200, Object.keys(args).length === 0 ? { ok: true } : { ok: true, args })
  },

  'auth.test': ({ rows, who, at }) => {
    const user = rows.get(users, who.account)
    if (user === undefined) return fail('invalid_auth')
    let known = identities.get(user)
    if (known === undefined) identities.set(user, (known = new Map()))
    let body = known.get(who.token)
    if (body === undefined) known.set(who.token, (body = identityOf(rows, who, user)))
    const expiresAt = who.token?.expiresAt
    if (expiresAt === undefined) return json(200, body)
    // A token that expires tells how many seconds it has left, which is no constant.
    return json(200, { ...body, expires_in: Math.floor((expiresAt - at) / 1000) })
  },

  'auth.revoke': ({ world, args, who }) => {
    if (flag(args, 'test') || who.token === undefined) {
      return json(200, { ok: true, revoked: false })
    }
    const isBot = who.kind === 'bot'
    revoke(world, who.token.id, revokedAs(who))
    const ids = { oauth: isBot ? [] : [who.account], bot: isBot ? [who.account] : [] }
    emitEvent(world, 'tokens_revoked', { tokens: ids })
    return json(200, { ok: true, revoked: true })
  },
}

function identityOf(rows: Rows, who: Caller, user: User): object {
  const team = teamOf(rows)
  return {
    ok: true,
    url: `https://${team.domain}.slack.com/`,
    team: team.name,
    user: user.name,
    team_id: team.id,
    user_id: user.id,
    ...(who.kind === 'bot' && { bot_id: who.token?.facts?.['bot_id'] }),
    is_enterprise_install: false,
  }
}
