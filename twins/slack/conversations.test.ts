import { describe, expect, test } from 'vitest'
import { given } from './given.ts'
import { openAcme, type Body } from './testing.ts'

const idsOf = (body: Body) => (body['channels'] as { id: string }[]).map((one) => one.id)
const channelOf = (body: Body) => body['channel'] as Record<string, unknown>
const cursorOf = (body: Body) =>
  (body['response_metadata'] as { next_cursor: string } | undefined)?.next_cursor

describe('a channel’s name', () => {
  test.each([
    ['Bad Name', 'invalid_name_specials'],
    ['dots.are.not', 'invalid_name_specials'],
    ['x'.repeat(81), 'invalid_name_maxlength'],
    ['---', 'invalid_name_punctuation'],
    ['', 'invalid_name_required'],
    ['general', 'name_taken'],
    ['people-ops', 'name_taken'],
    ['here', 'name_taken'],
  ])('%s is refused with %s', (name, error) => {
    expect(openAcme().bot('conversations.create', { name }).error).toBe(error)
  })

  test('of an archived channel is taken, and of any script is welcome', () => {
    const { bot } = openAcme()
    const old = channelOf(bot('conversations.create', { name: 'old' }))['id']
    expect(bot('conversations.archive', { channel: old }).ok).toBe(true)
    expect(bot('conversations.create', { name: 'old' }).error).toBe('name_taken')
    expect(channelOf(bot('conversations.create', { name: 'größe_日本' }))['name']).toBe(
      'größe_日本',
    )
  })

  test('changes for the creator or an administrator, and the old ones are remembered', () => {
    const { bot, ada, channelId } = openAcme()
    const channel = channelOf(bot('conversations.create', { name: 'one' }))['id']
    const renamed = channelOf(bot('conversations.rename', { channel, name: 'two' }))
    expect(renamed).toMatchObject({ name: 'two', previous_names: ['one'] })
    expect(bot('conversations.rename', { channel: channelId('random'), name: 'x' }).error).toBe(
      'not_authorized',
    )
    expect(ada('conversations.rename', { channel, name: 'x' }).error).toBe('not_in_channel')
    const said = bot('conversations.history', { channel })['messages'] as object[]
    expect(said[0]).toMatchObject({
      subtype: 'channel_name',
      text: 'has renamed the channel from "one" to "two"',
      old_name: 'one',
      name: 'two',
    })
  })
})

describe('being in a channel', () => {
  test('begins with the creator, and a line that says so', () => {
    const { bot, world } = openAcme()
    const { user_id: me } = bot('auth.test')
    const channel = channelOf(bot('conversations.create', { name: 'new' }))
    expect(channel).toMatchObject({ is_member: true, creator: me, last_read: '0000000000.000000' })
    const { messages } = bot('conversations.history', { channel: channel['id'] })
    expect(messages).toMatchObject([
      { subtype: 'channel_join', user: me, text: `<@${me}> has joined the channel` },
    ])
    expect(world.journal.events('slack').map((one) => one.type)).toEqual([
      'channel_created',
      'message.channels',
      'member_joined_channel',
    ])
  })

  test('twice is fine, with a warning', () => {
    const { bot, channelId } = openAcme()
    const channel = channelId('engineering')
    expect(bot('conversations.join', { channel })).not.toHaveProperty('warning')
    expect(bot('conversations.join', { channel })).toMatchObject({
      ok: true,
      warning: 'already_in_channel',
      response_metadata: { warnings: ['already_in_channel'] },
    })
  })

  test('comes by invitation, all or nothing unless forced', () => {
    const { bot, userId } = openAcme()
    const channel = channelOf(bot('conversations.create', { name: 'new' }))['id']
    const grace = userId('grace.nguyen@acme.example')
    const users = `${grace},U0000000000`
    expect(bot('conversations.invite', { channel, users })).toEqual({
      ok: false,
      error: 'user_not_found',
      errors: [{ user: 'U0000000000', ok: false, error: 'user_not_found' }],
    })
    expect(bot('conversations.members', { channel })['members']).toHaveLength(1)
    const forced = bot('conversations.invite', { channel, users, force: true })
    expect(forced).toMatchObject({ ok: true, errors: [{ user: 'U0000000000' }] })
    expect(bot('conversations.members', { channel })['members']).toContain(grace)
    const again = (of: string) => bot('conversations.invite', { channel, users: of }).error
    expect(again(grace)).toBe('already_in_channel')
    expect(again(String(bot('auth.test')['user_id']))).toBe('cant_invite_self')
    expect(again(' ')).toBe('no_user')
  })

  test('ends by leaving or being removed, each with its own exceptions', () => {
    const { bot, ada, channelId, userId } = openAcme()
    const channel = channelId('random')
    const general = channelId('general')
    const grace = userId('grace.nguyen@acme.example')
    const me = bot('auth.test')['user_id']
    expect(bot('conversations.kick', { channel, user: me }).error).toBe('cant_kick_self')
    expect(bot('conversations.kick', { channel: general, user: grace }).error).toBe(
      'cant_kick_from_general',
    )
    expect(bot('conversations.kick', { channel, user: grace })).toEqual({ ok: true, errors: {} })
    expect(bot('conversations.kick', { channel, user: grace }).error).toBe('not_in_channel')
    expect(bot('conversations.leave', { channel: general }).error).toBe('cant_leave_general')
    expect(bot('conversations.leave', { channel })).toEqual({ ok: true })
    expect(bot('conversations.leave', { channel })).toEqual({ ok: false, not_in_channel: true })
    const alone = channelOf(ada('conversations.create', { name: 'alone', is_private: true }))['id']
    expect(ada('conversations.leave', { channel: alone }).error).toBe('last_member')
  })
})

describe('what may be seen', () => {
  test('of a public channel from outside: all but its history, for bots', () => {
    const { bot, ada, channelId } = openAcme()
    const channel = channelId('product')
    expect(bot('conversations.info', { channel }).ok).toBe(true)
    expect(bot('conversations.members', { channel }).ok).toBe(true)
    expect(bot('conversations.history', { channel }).error).toBe('not_in_channel')
    expect(ada('conversations.history', { channel }).ok).toBe(true)
  })

  test('of a private channel from outside: nothing', () => {
    const { bot, channelId } = openAcme()
    const channel = channelId('people-ops')
    for (const method of ['info', 'history', 'members', 'join', 'leave', 'archive']) {
      expect(bot(`conversations.${method}`, { channel }).error).toBe('channel_not_found')
    }
    expect(bot('chat.postMessage', { channel, text: 'x' }).error).toBe('channel_not_found')
    const ids = idsOf(bot('conversations.list', { types: 'public_channel,private_channel' }))
    expect(ids).not.toContain(channel)
    expect(bot('conversations.info', { channel: 'general' }).error).toBe('channel_not_found')
  })

  test('by a scenario’s own look: everything', () => {
    const { world, channelId } = openAcme()
    const channel = channelId('people-ops')
    const look = (path: string) => world.look('slack', { path }).json as Body
    expect(look(`/api/conversations.history?channel=${channel}`).ok).toBe(true)
    const { channels } = look('/api/conversations.list?types=private_channel')
    expect(channels).toMatchObject([{ id: channel, name: 'people-ops' }])
  })

  test('and a scenario may do what only people inside may, with plain values as arguments', () => {
    const { world, channelId, bot } = openAcme()
    const channel = channelId('product')
    const post = (method: string, body: object) =>
      world.look('slack', { method: 'POST', path: `/api/${method}`, body }).json as Body
    expect(post('conversations.setTopic', { channel, topic: 'Next' }).ok).toBe(true)
    expect(post('chat.postMessage', { channel: channelId('people-ops'), text: 'Hi' }).ok).toBe(true)
    expect(post('conversations.archive', { channel }).ok).toBe(true)
    expect(channelOf(bot('conversations.info', { channel }))).toMatchObject({
      is_archived: true,
      topic: { value: 'Next' },
    })
  })
})

describe('an archived channel', () => {
  test('can be read and not written to', () => {
    const { bot, ada } = openAcme()
    const channel = channelOf(bot('conversations.create', { name: 'old' }))['id']
    expect(ada('conversations.join', { channel }).ok).toBe(true)
    expect(ada('conversations.archive', { channel }).ok).toBe(true)
    expect(ada('conversations.archive', { channel }).error).toBe('already_archived')
    expect(ada('conversations.history', { channel }).ok).toBe(true)
    expect(ada('chat.postMessage', { channel, text: 'x' }).error).toBe('is_archived')
    expect(ada('conversations.setTopic', { channel, topic: 'x' }).error).toBe('is_archived')
    expect(bot('conversations.unarchive', { channel }).error).toBe('not_in_channel')
    expect(ada('conversations.unarchive', { channel }).ok).toBe(true)
    expect(ada('conversations.unarchive', { channel }).error).toBe('not_archived')
  })

  test('is never #general', () => {
    const { bot, channelId } = openAcme()
    const channel = channelId('general')
    expect(bot('conversations.archive', { channel }).error).toBe('cant_archive_general')
  })
})

describe('topic and purpose', () => {
  test('are kept escaped and unlinked, and told in the channel', () => {
    const { bot, channelId } = openAcme()
    const channel = channelId('random')
    const topic = 'Fish & chips http://x.com'
    const set = channelOf(bot('conversations.setTopic', { channel, topic }))
    const value = 'Fish &amp; chips http://x.com'
    expect(set['topic']).toMatchObject({ value })
    expect(channelOf(bot('conversations.setPurpose', { channel, purpose: 'p' }))).toMatchObject({
      purpose: { value: 'p' },
    })
    const { messages } = bot('conversations.history', { channel, limit: 2 })
    expect(messages).toMatchObject([
      { subtype: 'channel_purpose', purpose: 'p', text: 'set the channel description: p' },
      { subtype: 'channel_topic', topic: value, text: `set the channel topic: ${value}` },
    ])
    const long = 'x'.repeat(251)
    expect(bot('conversations.setTopic', { channel, topic: long }).error).toBe('too_long')
  })
})

describe('direct messages', () => {
  test('between the same people are the same conversation', () => {
    const { bot, userId } = openAcme()
    const [grace, omar] = [userId('grace.nguyen@acme.example'), userId('omar.haddad@acme.example')]
    const first = bot('conversations.open', { users: grace })
    const { id } = channelOf(first)
    expect(id).toMatch(/^D/)
    expect(first).not.toHaveProperty('already_open')
    expect(bot('conversations.open', { users: grace })).toEqual({
      ok: true,
      no_op: true,
      already_open: true,
      channel: { id },
    })
    const group = channelOf(bot('conversations.open', { users: `${grace},${omar}` }))['id']
    expect(channelOf(bot('conversations.open', { users: `${omar},${grace}` }))['id']).toBe(group)
    const whole = channelOf(bot('conversations.info', { channel: group }))
    expect(whole).toMatchObject({
      is_mpim: true,
      name: 'mpdm-acmeassistant--grace.nguyen--omar.haddad-1',
    })
    expect(channelOf(bot('conversations.info', { channel: id }))).toMatchObject({
      is_im: true,
      user: grace,
    })
  })

  test('take eight others at most, all of them known and active', () => {
    const { bot, world, userId } = openAcme()
    const emails = world.cast.slice(1, 10).map((one) => userId(one.email))
    const open = (users: string) => bot('conversations.open', { users }).error
    expect(open(emails.join())).toBe('too_many_users')
    expect(open('U0000000000')).toBe('user_not_found')
    expect(bot('conversations.open').error).toBe('users_list_not_supplied')
    const gone = given.user(world, { email: 'gone@acme.example', deleted: true })
    expect(open(gone.id)).toBe('user_disabled')
  })

  test('close and open again', () => {
    const { bot, userId, channelId } = openAcme()
    const users = userId('grace.nguyen@acme.example')
    const channel = channelOf(bot('conversations.open', { users }))['id']
    expect(bot('conversations.close', { channel })).toEqual({ ok: true })
    expect(bot('conversations.close', { channel })).toMatchObject({
      no_op: true,
      already_closed: true,
    })
    expect(bot('conversations.open', { channel })).toEqual({ ok: true, channel: { id: channel } })
    expect(bot('conversations.close', { channel: channelId('random') }).error).toBe(
      'method_not_supported_for_channel_type',
    )
  })
})

describe('lists', () => {
  test('are cut into pages that a cursor joins', () => {
    const { bot } = openAcme()
    const whole = idsOf(bot('conversations.list'))
    const seen: string[] = []
    const sizes: number[] = []
    let cursor: string | undefined
    do {
      const page = bot('conversations.list', { limit: 4, ...(cursor && { cursor }) })
      sizes.push(idsOf(page).length)
      seen.push(...idsOf(page))
      cursor = cursorOf(page)
    } while (cursor)
    expect(sizes).toEqual([4, 2])
    expect(cursor).toBe('')
    expect(seen).toEqual(whole)
  })

  test('clamp a limit, and refuse a cursor that is none', () => {
    const { bot, channelId } = openAcme()
    expect(bot('conversations.list', { limit: 99_999 }).ok).toBe(true)
    expect(bot('conversations.list', { limit: 'ten' }).error).toBe('invalid_limit')
    expect(bot('conversations.list', { cursor: 'garbage' }).error).toBe('invalid_cursor')
    expect(bot('users.list', { cursor: btoa('user:U0000000000') }).error).toBe('invalid_cursor')
    const channel = channelId('random')
    expect(bot('conversations.members', { channel, cursor: btoa('x:y') }).error).toBe(
      'invalid_cursor',
    )
  })

  test('filter after the page is cut, so that a page may be empty and yet go on', () => {
    const { bot, ada, world } = openAcme()
    const [first, second] = idsOf(bot('conversations.list')) as [string, string]
    for (const channel of [first, second]) {
      ada('conversations.join', { channel })
      expect(ada('conversations.archive', { channel }).ok).toBe(true)
    }
    const page = bot('conversations.list', { limit: 2, exclude_archived: true })
    expect(idsOf(page)).toEqual([])
    expect(cursorOf(page)).not.toBe('')
    expect(world.journal.events('slack', 'channel_archive')).toHaveLength(2)
  })

  test('lose what stands behind a space in types', () => {
    const { ada, channelId } = openAcme()
    const secret = channelId('people-ops')
    const ask = (types: string) => ada('conversations.list', { types })
    expect(idsOf(ask('public_channel,private_channel'))).toContain(secret)
    expect(idsOf(ask('public_channel, private_channel'))).not.toContain(secret)
    expect(ask('nonsense').error).toBe('invalid_types')
  })

  test('of one’s own conversations hold what one is in', () => {
    const { bot, channelId } = openAcme()
    const own = idsOf(bot('users.conversations')).toSorted()
    expect(own).toEqual(['general', 'it-offboarding', 'random'].map(channelId).toSorted())
  })

  test('of members keep their order over pages', () => {
    const { bot, channelId } = openAcme()
    const channel = channelId('general')
    const whole = bot('conversations.members', { channel })['members'] as string[]
    const first = bot('conversations.members', { channel, limit: 5 })
    const second = bot('conversations.members', { channel, limit: 100, cursor: cursorOf(first) })
    expect([...(first['members'] as string[]), ...(second['members'] as string[])]).toEqual(whole)
  })
})
