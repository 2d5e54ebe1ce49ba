import { json, type Reply } from '../../../engine/call.ts'
import type { Behavior, Exchange } from '../../../engine/exchange.ts'
import { canSee, isGuest } from '../access.ts'
import { flag, text, type Arguments } from '../arguments.ts'
import { holdsKind, needKind } from '../auth.ts'
import { fail } from '../errors.ts'
import { cursorOf, limitOf, nextPage } from '../pages.ts'
import { channels, memberships, users } from '../state.ts'
import { conversationView } from '../views.ts'
import type { Conversation, Kind } from '../wire.ts'

export const lists: Record<string, Behavior> = {
  'conversations.list': (exchange) => {
    const { who } = exchange
    const isOpen = who.allSeeing === true || !isGuest(exchange)
    return listPage(exchange, (kind) => {
      const seesAll = who.allSeeing === true || (kind === 'public_channel' && isOpen)
      return seesAll ? undefined : who.account
    })
  },

  'users.conversations': (exchange) => {
    const { rows, args, who } = exchange
    const wanted = text(args, 'user')
    const user = wanted === undefined || wanted === '' ? who.account : wanted
    if (rows.get(users, user) === undefined) return fail('user_not_found')
    return listPage(exchange, () => user)
  },
}

/**
 * One page over several kinds of conversation, in the order of their ids. Each kind is read from where
 * the page begins, so a page costs the same in a workspace of any size.
 */
function listPage(exchange: Exchange, seatedAs: (kind: Kind) => string | undefined): Reply {
  const { rows, args, who, op } = exchange
  const kinds = readKinds(exchange)
  const limit = limitOf(args, 100, 999)
  const tag = kinds.length === 1 && kinds[0] === 'im' ? 'im_id' : 'team'
  const start = cursorOf(args, tag)
  const found = kinds.flatMap((kind) => readKind(exchange, kind, seatedAs(kind), start, limit + 1))
  found.sort((a, b) => (a.id < b.id ? -1 : 1))
  const next = found[limit]?.id
  const isOwn = op?.id === 'users.conversations'
  const isWanted = (one: Conversation) =>
    !(one.is_archived && flag(args, 'exclude_archived')) && canSee(exchange, one)
  // Filters work on the page that was cut, so pages may be short or empty (FACTS: short-pages).
  const page = found.slice(0, limit).filter(isWanted)
  return json(200, {
    ok: true,
    channels: page.map((one) =>
      isOwn
        ? conversationView(rows, one, who, { membership: false })
        : conversationView(rows, one, who, { numMembers: true }),
    ),
    ...nextPage(tag, next),
  })
}

function readKind(
  { rows }: Exchange,
  kind: Kind,
  user: string | undefined,
  start: string | undefined,
  limit: number,
): Conversation[] {
  if (user === undefined) {
    const from = start === undefined ? {} : { from: [kind, start] }
    return rows.page(channels, { index: 'kind', equals: [kind], ...from, limit })
  }
  const from = start === undefined ? {} : { from: [user, kind, start] }
  const seats = rows.page(memberships, { index: 'user', equals: [user, kind], ...from, limit })
  return seats.map((one) => rows.get(channels, one.channel)!)
}

const known = new Set<string>(['public_channel', 'private_channel', 'mpim', 'im'])

/** A kind that was asked for must be in the token's scopes; one that was not is left out (FACTS: types). */
function readKinds(exchange: Exchange): Kind[] {
  const asked = askedKinds(exchange.args)
  if (asked === undefined) {
    return (['public_channel'] as Kind[]).filter((one) => holdsKind(exchange, one))
  }
  for (const kind of asked) needKind(exchange, kind)
  return asked
}

/** A space after the comma loses everything behind it (FACTS: types). */
function askedKinds(args: Arguments): Kind[] | undefined {
  const sent = args['types']
  const written = Array.isArray(sent) ? sent.map(String) : (text(args, 'types') ?? '').split(',')
  if (written.length === 1 && written[0] === '') return undefined
  const kinds: Kind[] = []
  for (const one of written) {
    if (one !== one.trim()) continue
    if (!known.has(one)) return fail('invalid_types')
    if (!kinds.includes(one as Kind)) kinds.push(one as Kind)
  }
  return kinds
}
