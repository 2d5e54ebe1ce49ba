import { describe, expect, test } from 'vitest'
import { given } from './given.ts'
import { openAcme, type Body } from './testing.ts'

const messageOf = (body: Body) => body['message'] as Record<string, unknown>
const messagesOf = (body: Body) => body['messages'] as Record<string, unknown>[]

function open() {
  const acme = openAcme()
  const channel = acme.channelId('random')
  const post = (args: Record<string, unknown>) => acme.bot('chat.postMessage', { channel, ...args })
  const history = (args: Record<string, unknown> = {}) =>
    acme.bot('conversations.history', { channel, ...args })
  const replies = (ts: unknown, args: Record<string, unknown> = {}) =>
    acme.bot('conversations.replies', { channel, ts, ...args })
  return { ...acme, channel, post, history, replies }
}

describe('a posted message', () => {
  test('of text alone gets a rich_text block and the app’s marks', () => {
    const { post, bot, channel } = open()
    const { user_id: user, bot_id: id } = bot('auth.test')
    const posted = post({ text: 'Hello' })
    expect(posted).toMatchObject({ ok: true, channel, ts: messageOf(posted)['ts'] })
    expect(messageOf(posted)).toMatchObject({
      user,
      type: 'message',
      bot_id: id,
      text: 'Hello',
      bot_profile: { id, user_id: user, name: 'Acme Assistant', deleted: false },
      blocks: [
        {
          type: 'rich_text',
          block_id: expect.stringMatching(/^\w{5}$/),
          elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'Hello' }] }],
        },
      ],
    })
    expect(messageOf(posted)).not.toHaveProperty('subtype')
    expect(messageOf(posted)).not.toHaveProperty('channel')
  })

  test('has a ts of its own, later than any before, though time stands still', () => {
    const { world, post } = open()
    world.freeze()
    const stamps = Array.from({ length: 50 }, () => String(post({ text: 'x' })['ts']))
    expect(stamps).toEqual([...new Set(stamps)].toSorted())
    expect(stamps[0]).toMatch(/^\d{10}\.\d{6}$/)
  })

  test('may go to an id, a name or a person', () => {
    const { bot, userId } = open()
    const to = (channel: string) => bot('chat.postMessage', { channel, text: 'x' })
    expect(to('#random').ok).toBe(true)
    expect(to('random').ok).toBe(true)
    expect(to(userId('grace.nguyen@acme.example'))['channel']).toMatch(/^D/)
    expect(to('#nowhere').error).toBe('channel_not_found')
    expect(to('').error).toBe('channel_not_found')
    expect(bot('chat.postMessage', { text: 'x' }).error).toBe('invalid_arguments')
  })

  test('needs something to say', () => {
    const { post } = open()
    expect(post({}).error).toBe('no_text')
    expect(post({ text: '  ' }).error).toBe('no_text')
    expect(post({ text: '', blocks: [] }).error).toBe('no_text')
    expect(post({ markdown_text: 'a', text: 'b' }).error).toBe('markdown_text_conflict')
  })

  test('that is too long is cut, with a warning', () => {
    const { post } = open()
    const posted = post({ text: 'x'.repeat(40_001) })
    expect(posted).toMatchObject({ ok: true, warning: 'message_truncated' })
    expect(messageOf(posted)['text']).toHaveLength(40_000)
  })

  test('under another name is a bot_message', () => {
    const { post } = open()
    const posted = messageOf(post({ text: 'x', username: 'HR', icon_emoji: ':wave:' }))
    expect(posted).toMatchObject({
      subtype: 'bot_message',
      username: 'HR',
      icons: { emoji: ':wave:' },
    })
    expect(posted).not.toHaveProperty('user')
  })

  test('with the same client id is not posted again', () => {
    const { post, history } = open()
    const first = post({ text: 'x', client_msg_id: 'one' })
    const second = post({ text: 'x', client_msg_id: 'one' })
    expect(second).toMatchObject({ is_duplicate: true, ts: first['ts'] })
    expect(messagesOf(history()).filter((one) => one['text'] === 'x')).toHaveLength(1)
  })

  test('keeps its metadata, whose payload is shown on demand', () => {
    const { post, history } = open()
    const metadata = { event_type: 'left', event_payload: { id: 1 } }
    expect(post({ text: 'x', metadata }).ok).toBe(true)
    expect(messagesOf(history())[0]!['metadata']).toEqual({ event_type: 'left' })
    const all = messagesOf(history({ include_all_metadata: true }))
    expect(all[0]!['metadata']).toEqual(metadata)
    expect(post({ text: 'x', metadata: { event_type: 1 } }).error).toBe('invalid_metadata_schema')
  })

  test('in a private or foreign channel follows the rules of that channel', () => {
    const { ada, bot, channelId } = open()
    expect(ada('chat.postMessage', { channel: channelId('product'), text: 'x' }).error).toBe(
      'not_in_channel',
    )
    expect(bot('chat.postMessage', { channel: channelId('product'), text: 'x' }).ok).toBe(true)
  })
})

describe('a thread', () => {
  test('is counted on the message that it hangs on', () => {
    const { post, replies, history, bot } = open()
    const { user_id: user } = bot('auth.test')
    const root = post({ text: 'root' })['ts']
    const one = post({ text: 'one', thread_ts: root })
    const two = post({ text: 'two', thread_ts: root })
    expect(messageOf(one)).toMatchObject({ thread_ts: root, parent_user_id: user })
    const [parent] = messagesOf(history())
    expect(parent).toMatchObject({
      ts: root,
      thread_ts: root,
      reply_count: 2,
      reply_users_count: 1,
      reply_users: [user],
      latest_reply: two['ts'],
      is_locked: false,
    })
    const found = replies(root)
    expect(messagesOf(found).map((message) => message['text'])).toEqual(['root', 'one', 'two'])
    expect(found).toMatchObject({ has_more: false })
    expect(found).not.toHaveProperty('response_metadata')
  })

  test('may be there from the start', () => {
    const { world, replies, channel } = open()
    const root = given.message(world, { channel, text: 'root' })
    given.message(world, { channel, text: 'one', thread_ts: root.ts })
    const found = messagesOf(replies(root.ts))
    expect(found.map((message) => message['text'])).toEqual(['root', 'one'])
    expect(found[0]).toMatchObject({ thread_ts: root.ts, reply_count: 1 })
    expect(() => given.message(world, { channel, thread_ts: '1.000001' })).toThrow(
      '#random has no message 1.000001 to reply to.',
    )
  })

  test('is paged with its root on the first page only', () => {
    const { post, replies } = open()
    const root = post({ text: 'root' })['ts']
    for (const text of ['1', '2', '3']) post({ text, thread_ts: root })
    const first = replies(root, { limit: 2 })
    const cursor = (first['response_metadata'] as { next_cursor: string }).next_cursor
    const second = replies(root, { limit: 2, cursor })
    const texts = [first, second].map((page) => messagesOf(page).map((one) => one['text']))
    expect(texts).toEqual([
      ['root', '1'],
      ['2', '3'],
    ])
  })

  test('asked for by a reply gives that reply, and a line about joining gives nothing', () => {
    const { post, replies, bot } = open()
    const root = post({ text: 'root' })['ts']
    const reply = post({ text: 'one', thread_ts: root })['ts']
    expect(messagesOf(replies(reply)).map((one) => one['ts'])).toEqual([reply])
    expect(messagesOf(replies(root))).toHaveLength(2)
    expect(replies('1234567890.123456').error).toBe('thread_not_found')
    const channel = (bot('conversations.create', { name: 'new' })['channel'] as { id: string }).id
    const line = messagesOf(bot('conversations.history', { channel }))[0]!['ts']
    expect(bot('conversations.replies', { channel, ts: line }).error).toBe('thread_not_found')
  })

  test('of a message that does not exist swallows the reply', () => {
    const { post, history, replies } = open()
    const before = messagesOf(history()).length
    const lost = post({ text: 'lost', thread_ts: '1234567890.1' })
    expect(lost.ok).toBe(true)
    expect(messagesOf(history())).toHaveLength(before)
    expect(replies(lost['ts']).error).toBe('thread_not_found')
  })

  test('may be told in the channel too', () => {
    const { post, history } = open()
    const root = post({ text: 'root' })['ts']
    post({ text: 'all', thread_ts: root, reply_broadcast: true })
    expect(messagesOf(history())[0]).toMatchObject({
      subtype: 'thread_broadcast',
      text: 'all',
      root: { ts: root },
    })
  })

  test('loses a deleted reply, and keeps a tombstone for a deleted root', () => {
    const { post, bot, channel, history, replies } = open()
    const root = post({ text: 'root' })['ts']
    const one = post({ text: 'one', thread_ts: root })['ts']
    const two = post({ text: 'two', thread_ts: root })['ts']
    bot('chat.delete', { channel, ts: two })
    expect(messagesOf(history())[0]).toMatchObject({ reply_count: 1, latest_reply: one })
    bot('chat.delete', { channel, ts: root })
    expect(messagesOf(replies(root))[0]).toMatchObject({
      subtype: 'tombstone',
      text: 'This message was deleted.',
    })
  })
})

describe('a history', () => {
  test('is newest first, between bounds that exclude unless told otherwise', () => {
    const { post, history } = open()
    const [a, b, c] = ['a', 'b', 'c'].map((text) => String(post({ text })['ts'])) as [
      string,
      string,
      string,
    ]
    const between = (more: object) => messagesOf(history({ oldest: a, latest: c, ...more }))
    expect(between({}).map((one) => one['ts'])).toEqual([b])
    expect(between({ inclusive: true }).map((one) => one['ts'])).toEqual([c, b, a])
    expect(history({ latest: c })).toMatchObject({ latest: c })
    expect(history({ oldest: 'yesterday' }).error).toBe('invalid_ts_oldest')
    expect(history({ latest: 'x' }).error).toBe('invalid_ts_latest')
    expect(history({ oldest: '0', latest: 'now' }).ok).toBe(true)
  })

  test('tells of a next page only when there is one', () => {
    const { post, history } = open()
    for (let i = 0; i < 5; i++) post({ text: String(i) })
    const first = history({ limit: 4 })
    expect(first).toMatchObject({ has_more: true, pin_count: 0, channel_actions_ts: null })
    const { next_cursor: cursor } = first['response_metadata'] as { next_cursor: string }
    expect(atob(cursor)).toMatch(/^next_ts:\d{16}$/)
    const second = history({ limit: 4, cursor })
    expect(second).toMatchObject({ has_more: false })
    expect(second).not.toHaveProperty('response_metadata')
    expect(messagesOf(first).at(-1)!['text']).toBe('1')
    expect(messagesOf(second)[0]!['text']).toBe('0')
    expect(history({ cursor: btoa('next_ts:soon') }).error).toBe('invalid_cursor')
  })
})

describe('an edit', () => {
  test('of the text takes the blocks away and leaves the attachments', () => {
    const { post, bot, channel, history } = open()
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: 'old' } }]
    const attachments = [{ text: 'att', color: '#ff0000' }]
    const { ts } = post({ text: 'old', blocks, attachments })
    const updated = bot('chat.update', { channel, ts, text: 'new' })
    expect(updated).toMatchObject({ ok: true, channel, ts, text: 'new' })
    expect(messageOf(updated)).not.toHaveProperty('ts')
    const [now] = messagesOf(history())
    expect(now).toMatchObject({
      text: 'new',
      edited: { user: bot('auth.test')['user_id'] },
      blocks: [{ type: 'rich_text' }],
      attachments: [{ id: 1, text: 'att', color: 'ff0000', fallback: 'att' }],
    })
    bot('chat.update', { channel, ts, attachments: [] })
    expect(messagesOf(history())[0]).not.toHaveProperty('attachments')
  })

  test('is refused for others’ messages, long texts and what is not there', () => {
    const { post, bot, ada, channel } = open()
    const { ts } = post({ text: 'mine' })
    const theirs = ada('chat.postMessage', { channel, text: 'hers' })['ts']
    const update = (args: object) => bot('chat.update', { channel, ts, ...args }).error
    expect(update({ ts: theirs, text: 'x' })).toBe('cant_update_message')
    expect(update({ text: 'x'.repeat(4001) })).toBe('msg_too_long')
    expect(update({ ts: '1234567890.123456', text: 'x' })).toBe('message_not_found')
    expect(update({})).toBe('no_text')
    expect(bot('chat.delete', { channel, ts: theirs }).error).toBe('cant_delete_message')
    expect(bot('chat.delete', { channel, ts })).toEqual({ ok: true, channel, ts })
    expect(bot('chat.delete', { channel, ts }).error).toBe('message_not_found')
  })
})

describe('what leaves no trace', () => {
  test('is an ephemeral message', () => {
    const { bot, channel, history, userId, world } = open()
    const before = messagesOf(history()).length
    const user = userId('grace.nguyen@acme.example')
    const events = world.journal.events('slack').length
    expect(bot('chat.postEphemeral', { channel, user, text: 'x' })).toEqual({
      ok: true,
      message_ts: expect.stringMatching(/^\d{10}\.\d{6}$/),
    })
    expect(messagesOf(history())).toHaveLength(before)
    expect(world.journal.events('slack')).toHaveLength(events)
    const guest = userId('pat.partner@partner.example')
    expect(bot('chat.postEphemeral', { channel, user: guest, text: 'x' }).error).toBe(
      'user_not_in_channel',
    )
  })
})

describe('a scheduled message', () => {
  test('is posted at its time, and can be taken back before', () => {
    const { bot, channel, world, history, ada } = open()
    const now = Math.floor(world.now() / 1000)
    const schedule = (post_at: unknown) =>
      bot('chat.scheduleMessage', { channel, text: 'later', post_at })
    expect(schedule(now - 1).error).toBe('time_in_past')
    expect(schedule(now + 121 * 86_400).error).toBe('time_too_far')
    expect(schedule('soon').error).toBe('invalid_time')
    const made = schedule(now + 3600)
    const id = String(made['scheduled_message_id'])
    expect(made).toMatchObject({
      ok: true,
      post_at: now + 3600,
      message: { type: 'delayed_message' },
    })
    expect(id).toMatch(/^Q/)
    expect(bot('chat.scheduledMessages.list')['scheduled_messages']).toEqual([
      { id, channel_id: channel, post_at: now + 3600, date_created: now, text: 'later' },
    ])
    expect(ada('chat.scheduledMessages.list')['scheduled_messages']).toEqual([])
    const other = String(schedule(now + 7200)['scheduled_message_id'])
    const take = (of: string) =>
      bot('chat.deleteScheduledMessage', { channel, scheduled_message_id: of })
    expect(take(other)).toEqual({ ok: true })
    world.advance('3 hours')
    expect(messagesOf(history())[0]).toMatchObject({ text: 'later' })
    expect(take(id).error).toBe('invalid_scheduled_message_id')
    expect(messagesOf(history()).filter((one) => one['text'] === 'later')).toHaveLength(1)
  })
})

describe('reactions', () => {
  test('are one for each person and emoji, whatever it is called', () => {
    const { bot, ada, channel, post, history } = open()
    const { ts } = post({ text: 'x' })
    const at = { channel, timestamp: ts }
    expect(bot('reactions.add', { ...at, name: 'thumbsup' })).toEqual({ ok: true })
    expect(bot('reactions.add', { ...at, name: '+1' }).error).toBe('already_reacted')
    expect(ada('reactions.add', { ...at, name: '+1' }).ok).toBe(true)
    expect(messagesOf(history())[0]!['reactions']).toMatchObject([{ name: '+1', count: 2 }])
    expect(messageOf(bot('reactions.get', at))).toMatchObject({ reactions: [{ count: 2 }] })
    expect(bot('reactions.list')['items']).toMatchObject([{ type: 'message', channel }])
    expect(bot('reactions.list', { count: 1 })['paging']).toEqual({
      count: 1,
      total: 1,
      page: 1,
      pages: 1,
    })
    expect(bot('reactions.remove', { ...at, name: '+1' })).toEqual({ ok: true })
    expect(bot('reactions.remove', { ...at, name: '+1' }).error).toBe('no_reaction')
    expect(bot('reactions.add', { ...at, name: ':no:' }).error).toBe('invalid_name')
    expect(bot('reactions.add', { channel, name: 'x' }).error).toBe('no_item_specified')
    expect(bot('reactions.add', { ...at, timestamp: '1', name: 'x' }).error).toBe('bad_timestamp')
  })
})

describe('a permalink', () => {
  test('leads to a message, and to its thread', () => {
    const { bot, channel, post } = open()
    const root = String(post({ text: 'root' })['ts'])
    const reply = String(post({ text: 'one', thread_ts: root })['ts'])
    const link = (message_ts: string) =>
      bot('chat.getPermalink', { channel, message_ts })['permalink']
    const base = `https://acme.slack.com/archives/${channel}`
    expect(link(root)).toBe(`${base}/p${root.replace('.', '')}`)
    expect(link(reply)).toBe(`${base}/p${reply.replace('.', '')}?thread_ts=${root}&cid=${channel}`)
  })
})
