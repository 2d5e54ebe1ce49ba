import type { Exchange } from '../../engine/exchange.ts'
import { canSee, needLive } from './access.ts'
import { text } from './arguments.ts'
import { hasScope } from './auth.ts'
import { fail } from './errors.ts'
import { openDirect } from './people.ts'
import { channels, kindOf, users } from './state.ts'
import { membershipOf } from './views.ts'
import type { Conversation } from './wire.ts'

/**
 * Where a message is to go: a conversation's id, a channel's name, or a person, whose direct message
 * with the caller is then opened. What can't be seen can't be posted to (FACTS: target).
 */
export function needTarget(exchange: Exchange): Conversation {
  const { who } = exchange
  const channel = findTarget(exchange, text(exchange.args, 'channel') ?? '')
  if (channel === undefined) return fail('channel_not_found')
  needLive(channel)
  if (membershipOf(exchange.rows, channel.id, who.account) !== undefined) return channel
  if (who.allSeeing === true) return channel
  const mayPost = who.kind === 'bot' && hasScope(who, 'chat:write.public')
  return mayPost && kindOf(channel) === 'public_channel' ? channel : fail('not_in_channel')
}

function findTarget(exchange: Exchange, wanted: string): Conversation | undefined {
  const { world, rows, who } = exchange
  if (wanted === '') return undefined
  const byId = rows.get(channels, wanted)
  if (byId !== undefined) return canSee(exchange, byId) ? byId : undefined
  const person = rows.get(users, wanted)
  if (person !== undefined) {
    return person.deleted ? undefined : openDirect(world, [who.account, person.id])
  }
  const name = wanted.startsWith('#') ? wanted.slice(1) : wanted
  const byName = rows.find(channels, 'name', [name])
  return byName !== undefined && canSee(exchange, byName) ? byName : undefined
}
