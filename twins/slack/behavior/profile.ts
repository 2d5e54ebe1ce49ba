import { json } from '../../../engine/call.ts'
import type { Behavior, Exchange } from '../../../engine/exchange.ts'
import { needUser } from '../access.ts'
import { document, text } from '../arguments.ts'
import { codePointsOf } from '../emoji.ts'
import { fail } from '../errors.ts'
import { emitUser } from '../notify.ts'
import { users } from '../state.ts'
import { profileView } from '../views.ts'
import type { Profile, User } from '../wire.ts'

export const profile: Record<string, Behavior> = {
  'users.profile.get': (exchange) => {
    const row = needUser(exchange)
    return json(200, { ok: true, profile: { fields: {}, ...profileView(row, exchange.who) } })
  },

  'users.profile.set': (exchange) => {
    const row = needUser(exchange)
    needRight(exchange, row)
    const change = readChange(exchange)
    const known = row.profile
    const next = { ...known, ...change, ...statusOf(known, change), ...namesOf(known, change) }
    const profile = next as Profile
    const updated = Math.floor(exchange.at / 1000)
    const made = exchange.rows.update(users, row.id, {
      profile,
      real_name: profile.real_name,
      updated,
    })
    tell(exchange, row, made)
    return json(200, { ok: true, username: row.name, profile })
  },
}

/** People change their own profile; only admins change others' (FACTS: profile). */
function needRight({ rows, who }: Exchange, row: User): void {
  if (row.id === who.account || who.allSeeing === true) return
  if (rows.get(users, who.account)?.is_admin !== true) fail('not_admin')
}

function readChange(exchange: Exchange): Partial<Profile> {
  const { args } = exchange
  const sent = document(args, 'profile')
  const name = text(args, 'name')
  if (sent === undefined && name !== undefined) return { [name]: text(args, 'value') ?? '' }
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) {
    return fail('invalid_profile')
  }
  const change = sent as Partial<Profile>
  if (String(change.status_text ?? '').length > 100) fail('too_long')
  if (change.email !== undefined) checkEmail(exchange, String(change.email))
  return change
}

function checkEmail({ rows, who }: Exchange, email: string): void {
  if (who.allSeeing !== true && rows.get(users, who.account)?.is_admin !== true) fail('not_admin')
  if (rows.find(users, 'email', [email.toLowerCase()]) !== undefined) fail('email_taken')
}

/** A status is text and emoji together: one alone gets the other's default, and both are cleared at once. */
function statusOf(known: Profile, change: Partial<Profile>): Partial<Profile> {
  const { status_text: words, status_emoji: emoji } = change
  if (words === undefined && emoji === undefined) return {}
  const isHalfCleared =
    (words === '' && emoji === undefined && known.status_emoji !== '') ||
    (emoji === '' && words === undefined && known.status_text !== '')
  if (isHalfCleared) return fail('must_clear_both_status_text_and_status_emoji')
  const status_text = words ?? known.status_text
  const written = emoji ?? known.status_emoji
  const status_emoji = written === '' && status_text !== '' ? ':speech_balloon:' : written
  const name = status_emoji.replaceAll(':', '')
  const unicode = codePointsOf(name)
  const info = unicode === undefined ? [] : [{ emoji_name: name, unicode }]
  return { status_text, status_emoji, status_emoji_display_info: info }
}

/** The names that follow from one another. */
function namesOf(known: Profile, change: Partial<Profile>): Partial<Profile> {
  const out: Record<string, string> = {}
  const { first_name: first, last_name: last, real_name: real, display_name: shown } = change
  if (first !== undefined || last !== undefined) {
    out['real_name'] = `${first ?? known.first_name} ${last ?? known.last_name}`.trim()
  } else if (real !== undefined) {
    const [head = '', ...rest] = real.split(' ')
    out['first_name'] = head
    out['last_name'] = rest.join(' ')
  }
  out['real_name_normalized'] = plain(out['real_name'] ?? real ?? known.real_name)
  if (shown !== undefined) out['display_name_normalized'] = plain(shown)
  return out
}

/** A name without its accents. */
export function plain(name: string): string {
  return name.normalize('NFD').replace(/\p{M}/gu, '')
}

function tell({ world }: Exchange, before: User, after: User): void {
  emitUser(world, 'user_change', after)
  emitUser(world, 'user_profile_changed', after)
  const { status_text: words, status_emoji: emoji } = before.profile
  const { profile } = after
  if (profile.status_text !== words || profile.status_emoji !== emoji) {
    emitUser(world, 'user_status_changed', after)
  }
}
