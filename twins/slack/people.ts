import { tokens } from '../../engine/auth.ts'
import type { World } from '../../engine/world.ts'
import { postSystem } from './messages.ts'
import { emitMember, emitUser } from './notify.ts'
import { channels, kindOf, memberships, users } from './state.ts'
import { membershipOf } from './views.ts'
import type { Conversation, Membership, User } from './wire.ts'

/** Seats somebody in a conversation, without a word. */
export function seat(world: World, channel: Conversation, user: string): Membership {
  return world.rows.put(memberships, {
    id: `${channel.id}/${user}`,
    channel: channel.id,
    user,
    kind: kindOf(channel),
    last_read: '0000000000.000000',
    is_open: true,
  })
}

/** Somebody joins, by themselves or by invitation: the seat, the line in the channel, the event. */
export function enter(world: World, channel: Conversation, user: string, inviter?: string): void {
  seat(world, channel, user)
  const more = inviter === undefined ? {} : { inviter }
  postSystem(world, channel, 'join', user, `<@${user}> has joined the channel`, more)
  emitMember(world, channel, 'member_joined_channel', user, inviter)
}

/** Somebody leaves or is removed. The line is written while they can still see it. */
export function exit(world: World, channel: Conversation, user: string): void {
  postSystem(world, channel, 'leave', user, `<@${user}> has left the channel`)
  emitMember(world, channel, 'member_left_channel', user)
  world.rows.remove(memberships, `${channel.id}/${user}`)
}

/** Deactivates an account: out of every channel, every token dead (FACTS: deactivation). */
export function deactivate(world: World, id: string): User {
  for (const kind of ['public_channel', 'private_channel', 'mpim'] as const) {
    for (const one of world.rows.all(memberships, { index: 'user', equals: [id, kind] })) {
      world.rows.remove(memberships, one.id)
    }
  }
  const updated = Math.floor(world.now() / 1000)
  const row = world.rows.update(users, id, { deleted: true, updated })
  emitUser(world, 'user_change', row)
  return row
}

/** Kills a token, with the error that its holder gets from now on. */
export function revoke(world: World, token: string, word: string): void {
  world.rows.update(tokens, token, { revoked: word })
}

/** The direct message between these people, if there is one. */
export function findDirect(world: World, people: readonly string[]): Conversation | undefined {
  return world.rows.find(channels, 'people', [peopleKey(people)])
}

/** Opens the direct message between these people; the same people always get the same one. */
export function openDirect(world: World, people: readonly string[]): Conversation {
  const known = findDirect(world, people)
  if (known !== undefined) return known
  const isPair = people.length <= 2
  const seconds = Math.floor(world.now() / 1000)
  const team = world.rows.get(users, people[0]!)!.team_id
  const common = { created: seconds, is_archived: false, is_org_shared: false }
  const row: Conversation = isPair
    ? {
        id: world.newId({ prefix: 'D', length: 10, alphabet: 'upper' }),
        ...common,
        is_im: true,
        context_team_id: team,
        updated: world.now(),
        $people: peopleKey(people),
      }
    : { ...groupMessage(world, people), ...common, $people: peopleKey(people) }
  world.rows.insert(channels, row)
  for (const one of new Set(people)) seat(world, row, one)
  return row
}

/** A group message, whose name and purpose list its people (FACTS: group-message). */
function groupMessage(world: World, people: readonly string[]): Conversation {
  const names = people.map((one) => world.rows.get(users, one)!.name)
  const seconds = Math.floor(world.now() / 1000)
  const note = (value: string) => ({ value, creator: people[0]!, last_set: seconds })
  const name = `mpdm-${names.join('--')}-1`
  return {
    id: world.newId({ prefix: 'C', length: 10, alphabet: 'upper' }),
    name,
    name_normalized: name,
    is_channel: false,
    is_group: true,
    is_im: false,
    is_mpim: true,
    is_private: true,
    is_archived: false,
    is_general: false,
    created: seconds,
    creator: people[0]!,
    updated: world.now(),
    context_team_id: world.rows.get(users, people[0]!)!.team_id,
    topic: note('Group messaging'),
    purpose: note(`Group messaging with: ${names.map((one) => `@${one}`).join(' ')}`),
  }
}

function peopleKey(people: readonly string[]): string {
  return [...new Set(people)].toSorted().join()
}

/** Whether this user is in the conversation. */
export function isSeated(world: World, channel: string, user: string): boolean {
  return membershipOf(world.rows, channel, user) !== undefined
}
