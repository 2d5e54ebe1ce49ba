import { describe, expect, test } from 'vitest'
import { tokens as tokenTable } from '../../engine/auth.ts'
import { given } from './given.ts'
import { openAcme, type Body } from './testing.ts'

const userOf = (body: Body) => body['user'] as Record<string, unknown>
const profileOf = (body: Body) => body['profile'] as Record<string, unknown>

describe('the default workspace', () => {
  test('holds the cast, Slackbot and the app’s own bot', () => {
    const { bot, world } = openAcme()
    const { members } = bot('users.list') as unknown as { members: Record<string, unknown>[] }
    expect(members).toHaveLength(world.cast.length + 2)
    expect(members[0]).toMatchObject({ id: 'USLACKBOT', is_bot: false })
    expect(members[0]!['profile']).not.toHaveProperty('email')
    const { user_id: me } = bot('auth.test')
    expect(members.find((one) => one['id'] === me)).toMatchObject({
      is_bot: true,
      profile: { bot_id: expect.stringMatching(/^B/), api_app_id: expect.stringMatching(/^A/) },
    })
    const guests = members.filter((one) => one['is_restricted'])
    expect(guests.map((one) => one['name'])).toEqual(['pat.partner'])
    expect(members.filter((one) => one['is_admin']).map((one) => one['name'])).toEqual([
      'ada.admin',
    ])
  })

  test('has everybody but guests in #general', () => {
    const { bot, channelId, world } = openAcme()
    const { members } = bot('conversations.members', { channel: channelId('general') })
    expect(members).toHaveLength(world.cast.length)
  })
})

describe('a person', () => {
  test('is found by id and by e-mail, which only some may see', () => {
    const { bot, world, tokens, as, userId } = openAcme()
    const email = 'grace.nguyen@acme.example'
    const user = userId(email)
    expect(userOf(bot('users.lookupByEmail', { email: email.toUpperCase() }))['id']).toBe(user)
    expect(userOf(bot('users.info', { user }))['profile']).toHaveProperty('email', email)
    expect(userOf(bot('users.info', { user, include_locale: true }))['locale']).toBe('en-US')
    expect(bot('users.info', { user: 'U0000000000' }).error).toBe('user_not_found')
    expect(bot('users.lookupByEmail', { email: 'no@one.example' }).error).toBe('users_not_found')
    const row = world.rows.get(tokenTable, tokens.bot)!
    world.rows.insert(tokenTable, { ...row, id: 'xoxb-blind', scopes: ['users:read'] })
    const blind = as('xoxb-blind')
    expect(userOf(blind('users.info', { user }))['profile']).not.toHaveProperty('email')
    expect(blind('users.lookupByEmail', { email })).toMatchObject({
      error: 'missing_scope',
      needed: 'users:read.email',
    })
  })

  test('who was deactivated stays listed, is no longer found, and is in no channel', () => {
    const { bot, world, channelId } = openAcme()
    const gone = given.user(world, { email: 'gone@acme.example', deleted: true })
    const shown = userOf(bot('users.info', { user: gone.id }))
    expect(shown).toMatchObject({ id: gone.id, deleted: true })
    for (const field of ['real_name', 'tz', 'is_admin']) expect(shown).not.toHaveProperty(field)
    expect(bot('users.lookupByEmail', { email: 'gone@acme.example' }).error).toBe('users_not_found')
    const { members } = bot('users.list') as unknown as { members: { id: string }[] }
    expect(members.map((one) => one.id)).toContain(gone.id)
    const channel = channelId('general')
    expect(bot('conversations.members', { channel })['members']).not.toContain(gone.id)
    expect(bot('conversations.invite', { channel, users: gone.id }).error).toBe('cant_invite')
  })

  test('is removed by an administrator only where the workspace has the admin methods', () => {
    const remove = (settings: Record<string, unknown>) => {
      const { ada, userId } = openAcme({ settings: { slack: settings } })
      const user_id = userId('grace.nguyen@acme.example')
      const team_id = ada('auth.test')['team_id']
      const first = ada('admin.users.remove', { team_id, user_id })
      return {
        first,
        again: ada('admin.users.remove', { team_id, user_id }),
        shown: ada('users.info', { user: user_id }),
      }
    }
    expect(remove({}).first.error).toBe('feature_not_enabled')
    const { first, again, shown } = remove({ hasAdminApi: true })
    expect(first).toEqual({ ok: true })
    expect(again.error).toBe('user_already_deleted')
    expect(userOf(shown)['deleted']).toBe(true)
  })

  test('sets a status of text and emoji together', () => {
    const { ada } = openAcme()
    const set = (profile: object) => ada('users.profile.set', { profile })
    expect(profileOf(set({ status_text: 'Lunch' }))['status_emoji']).toBe(':speech_balloon:')
    expect(set({ status_text: '' }).error).toBe('must_clear_both_status_text_and_status_emoji')
    expect(profileOf(set({ status_text: '', status_emoji: '' }))).toMatchObject({
      status_text: '',
      status_emoji: '',
    })
    expect(set({ status_text: 'x'.repeat(101) }).error).toBe('too_long')
    expect(ada('users.profile.set', { profile: '{oops' }).error).toBe('invalid_profile')
    const named = ada('users.profile.set', { name: 'first_name', value: 'Adá' })
    expect(profileOf(named)).toMatchObject({
      real_name: 'Adá Admin',
      real_name_normalized: 'Ada Admin',
    })
    expect(profileOf(ada('users.profile.get'))['first_name']).toBe('Adá')
  })

  test('is away when they say so', () => {
    const { ada, bot, userId } = openAcme()
    const user = userId('ada.admin@acme.example')
    expect(bot('users.getPresence', { user })).toEqual({ ok: true, presence: 'active' })
    expect(ada('users.setPresence', { presence: 'away' })).toEqual({ ok: true })
    expect(bot('users.getPresence', { user })).toEqual({ ok: true, presence: 'away' })
    expect(ada('users.getPresence')).toMatchObject({ manual_away: true, online: false })
    expect(ada('users.setPresence', { presence: 'here' }).error).toBe('invalid_presence')
  })

  test('list goes on where it stopped', () => {
    const { bot } = openAcme()
    const all = (bot('users.list')['members'] as { id: string }[]).map((one) => one.id)
    const seen: string[] = []
    for (let cursor = ''; ;) {
      const page = bot('users.list', { limit: 5, ...(cursor && { cursor }) })
      seen.push(...(page['members'] as { id: string }[]).map((one) => one.id))
      cursor = (page['response_metadata'] as { next_cursor: string }).next_cursor
      if (cursor === '') break
    }
    expect(seen).toEqual(all)
    const strict = openAcme({ settings: { slack: { usersWithoutLimit: 5 } } })
    expect(strict.bot('users.list').error).toBe('limit_required')
  })
})

describe('what scenarios start from', () => {
  test('is named by e-mail, handle or channel name', () => {
    const { world, bot } = openAcme()
    const user = given.user(world, { email: 'new.one@acme.example', channels: ['random'] })
    expect(user).toMatchObject({ name: 'new.one', real_name: 'New One' })
    const channel = given.channel(world, {
      name: 'case-1',
      members: ['new.one@acme.example', 'acmeassistant'],
    })
    const message = given.message(world, { channel: 'case-1', user: 'new.one', text: 'Hi & bye' })
    given.reaction(world, { channel: 'case-1', ts: message.ts, user: 'ada.admin', name: 'wave' })
    given.membership(world, { channel: '#case-1', user: 'ada.admin@acme.example' })
    const { messages } = bot('conversations.history', { channel: channel.id })
    expect(messages).toMatchObject([
      { text: 'Hi &amp; bye', user: user.id, reactions: [{ name: 'wave', count: 1 }] },
    ])
    expect(bot('conversations.members', { channel: channel.id })['members']).toHaveLength(3)
  })

  test('says what there is when a reference leads nowhere', () => {
    const { world } = openAcme()
    expect(() => given.message(world, { channel: 'nowhere' })).toThrow(
      /no channel "nowhere".*general/,
    )
    expect(() => given.membership(world, { channel: 'general', user: 'x@y.z' })).toThrow(
      /no user "x@y.z".*ada.admin@acme.example/,
    )
  })
})
