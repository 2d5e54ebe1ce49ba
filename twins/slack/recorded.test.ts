import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { openAcme, type Body } from './testing.ts'

// Real answers, where they are at hand: ours must have the same fields, of the same types.

const folder = new URL('../../../shared/recordings/slack/', import.meta.url)

interface Recording {
  log: { entries: { request: { url: string }; response: { content: { text: string } } }[] }
}

function recorded(file: string, path: string): unknown {
  const har = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Recording
  const entry = har.log.entries.find(({ request }) => request.url.includes(path))
  return JSON.parse(entry!.response.content.text)
}

/** Every field with its type: `channel.topic.value: string`. Items of a list share one place. */
function fieldsOf(value: unknown, at = ''): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((one) => fieldsOf(one, `${at}[]`)))]
  if (typeof value !== 'object' || value === null) {
    return [`${at}: ${value === null ? 'null' : typeof value}`]
  }
  return Object.entries(value).flatMap(([name, one]) => fieldsOf(one, at ? `${at}.${name}` : name))
}

/** Fields of one side only. `warning` and the like depend on how the request was sent. */
function difference(ours: unknown, theirs: unknown) {
  const [mine, real] = [fieldsOf(ours), fieldsOf(theirs)].map((list) =>
    list.filter((one) => !/^(warning|response_metadata\.warnings)/.test(one)),
  ) as [string[], string[]]
  return {
    extra: mine.filter((one) => !real.includes(one)),
    missing: real.filter((one) => !mine.includes(one)),
  }
}

describe.skipIf(!existsSync(folder))('as recorded', () => {
  // What Slack's clients of today draw on and no answer of a method depends on.
  const decoration =
    /properties\.|is_thread_only|is_read_only|image_1024|image_original|is_custom_image/
  const same = (ours: Body, file: string, path: string) => {
    const { extra, missing } = difference(ours, recorded(file, path))
    return { extra, missing: missing.filter((one) => !decoration.test(one)) }
  }
  const none = { extra: [], missing: [] }

  test('a message is posted and shown', () => {
    const { bot, channelId } = openAcme()
    const channel = channelId('random')
    const ours = bot('chat.postMessage', { channel, text: 'Hello' })
    expect(same(ours, 'nango/post-message.har', 'chat.postMessage')).toEqual(none)
    expect(Object.keys(ours['message'] as object)).toEqual(
      Object.keys(messageOf('nango/post-message.har')),
    )
  })

  test('a channel is created, joined, shown and listed', () => {
    const { bot } = openAcme()
    const ours = bot('conversations.create', { name: 'fresh' })
    const made = same(ours, 'crs-slack-client/conversations_archive.har', 'conversations.create')
    expect(made).toEqual(none)
    const channel = (ours['channel'] as { id: string }).id
    bot('conversations.rename', { channel, name: 'fresher' })
    const joined = bot('conversations.join', { channel })
    expect(same(joined, 'nango/join-channel.har', 'conversations.join')).toEqual(none)
    const info = bot('conversations.info', { channel, include_num_members: true })
    expect(same(info, 'nango/get-channel-info.har', 'conversations.info')).toEqual(none)
    const renamed = bot('conversations.rename', { channel, name: 'freshest' })
    expect(same(renamed, 'nango/rename-channel.har', 'conversations.rename')).toEqual(none)
    const listed = bot('conversations.list')
    expect(same(listed, 'nango/messages-received.har', 'conversations.list')).toEqual(none)
  })

  test('a direct message is opened and listed', () => {
    const { bot, userId } = openAcme()
    const users = userId('ada.admin@acme.example')
    bot('conversations.open', { users })
    const again = bot('conversations.open', { users })
    expect(same(again, 'nango/open-dm.har', 'conversations.open')).toEqual(none)
    const listed = bot('conversations.list', { types: 'im' })
    expect(same(listed, 'nango/channels.har', 'types=im')).toEqual(none)
  })

  test('people are listed and looked up', () => {
    const { bot } = openAcme()
    const ada = bot('users.lookupByEmail', { email: 'ada.admin@acme.example' })
    expect(same(ada, 'nango/lookup-user-by-email.har', 'lookupByEmail')).toEqual(none)
    expect(same(bot('users.list'), 'nango/list-users.har', 'users.list')).toEqual(none)
  })

  test('a history is told', () => {
    const { bot } = openAcme()
    const { id: channel } = bot('conversations.create', { name: 'told' })['channel'] as {
      id: string
    }
    bot('conversations.setPurpose', { channel, purpose: 'p' })
    const { ts } = bot('chat.postMessage', { channel, text: 'Hello' })
    bot('reactions.add', { channel, timestamp: ts, name: '+1' })
    const history = bot('conversations.history', { channel })
    expect(same(history, 'nango/messages-received.har', 'conversations.history')).toEqual(none)
    bot('chat.postMessage', { channel, text: 'Reply', thread_ts: ts })
    const items = bot('reactions.list')
    const { missing } = same(items, 'nango/list-user-reactions.har', 'reactions.list')
    expect(missing.filter((one) => !one.includes('subtype'))).toEqual([])
  })

  function messageOf(file: string): object {
    return (recorded(file, 'chat.postMessage') as { message: object }).message
  }
})
