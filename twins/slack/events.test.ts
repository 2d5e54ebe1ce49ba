import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Delivery, Outgoing } from '../../engine/agenda.ts'
import { events, urlVerification } from './events.ts'
import { apps } from './state.ts'
import { openAcme } from './testing.ts'

const url = 'http://127.0.0.1:9/slack/events'

function open(types: readonly string[] = ['*']) {
  const acme = openAcme()
  const { world } = acme
  const app = world.rows.page(apps, { limit: 1 })[0]!
  const subscription = world.subscribe({ twin: 'slack', url, types })
  const channel = acme.channelId('random')
  return { ...acme, app, subscription, channel, take: () => world.takeDeliveries() }
}

const bodyOf = ({ request }: Delivery) => JSON.parse(request.body) as Record<string, unknown>
const eventOf = (one: Delivery) => bodyOf(one)['event'] as Record<string, unknown>

function signatureOf({ headers, body }: Outgoing, secret: string): string {
  const base = `v0:${headers['x-slack-request-timestamp']}:${body}`
  return `v0=${createHmac('sha256', secret).update(base).digest('hex')}`
}

describe('a subscriber', () => {
  test('gets an envelope that is signed as Slack signs', () => {
    const { bot, take, app, channel, world } = open(['message.channels'])
    const { user_id: user, team_id: team } = bot('auth.test')
    const { ts } = bot('chat.postMessage', { channel, text: 'Hello' })
    const [delivery, ...others] = take()
    expect(others).toEqual([])
    expect(bodyOf(delivery!)).toMatchObject({
      token: app.verification_token,
      team_id: team,
      api_app_id: app.id,
      type: 'event_callback',
      event_id: expect.stringMatching(/^Ev[A-Z0-9]{11}$/),
      event_time: Math.floor(world.now() / 1000),
      authorizations: [
        {
          enterprise_id: null,
          team_id: team,
          user_id: user,
          is_bot: true,
          is_enterprise_install: false,
        },
      ],
      is_ext_shared_channel: false,
      event: { type: 'message', text: 'Hello', channel, ts, event_ts: ts, channel_type: 'channel' },
    })
    const { request } = delivery!
    expect(request.headers['content-type']).toBe('application/json')
    expect(request.headers['x-slack-signature']).toBe(signatureOf(request, app.signing_secret))
  })

  test('is tried three times more, with the same event and a fresh signature', () => {
    const { bot, take, app, channel, world } = open(['message.channels'])
    bot('chat.postMessage', { channel, text: 'Hello' })
    const first = take()[0]!
    world.delivered(first, 500)
    const second = take()[0]!
    expect(second.request.body).toBe(first.request.body)
    expect(second.request.headers).toMatchObject({
      'x-slack-retry-num': '1',
      'x-slack-retry-reason': 'http_error',
    })
    world.delivered(second, 'timeout')
    expect(take()).toEqual([])
    world.advance('1 minute')
    const third = take()[0]!
    expect(third.request.headers).toMatchObject({
      'x-slack-retry-num': '2',
      'x-slack-retry-reason': 'http_timeout',
    })
    expect(third.request.headers['x-slack-signature']).toBe(
      signatureOf(third.request, app.signing_secret),
    )
    expect(third.request.headers['x-slack-request-timestamp']).not.toBe(
      first.request.headers['x-slack-request-timestamp'],
    )
    world.delivered(third, 'ECONNREFUSED')
    world.advance('5 minutes')
    const fourth = take()[0]!
    expect(fourth.request.headers).toMatchObject({
      'x-slack-retry-num': '3',
      'x-slack-retry-reason': 'connection_failed',
    })
    world.delivered(fourth, 404)
    world.advance('1 hour')
    expect(take()).toEqual([])
  })

  test('hears only of conversations that its bot is in, and may read', () => {
    const { ada, take, channelId } = open()
    const secret = channelId('people-ops')
    ada('chat.postMessage', { channel: secret, text: 'secret' })
    ada('conversations.setTopic', { channel: secret, topic: 't' })
    expect(take()).toEqual([])
    ada('conversations.create', { name: 'fresh' })
    expect(take().map((one) => one.type)).toEqual(['channel_created'])
  })

  test('is signed anew for the time at which it is really sent', () => {
    const { world, bot, channel, app } = open(['message.channels'])
    bot('chat.postMessage', { channel, text: 'hello' })
    const [delivery] = world.takeDeliveries()
    const at = Date.UTC(2031, 0, 1)
    const sent = events.atTime!(world, delivery!, at)
    expect(sent.body).toBe(delivery!.request.body)
    expect(sent.headers['x-slack-request-timestamp']).toBe(String(at / 1000))
    expect(sent.headers['x-slack-signature']).toBe(signatureOf(sent, app.signing_secret))
    world.delivered(delivery!, 500)
    const [again] = world.takeDeliveries()
    expect(events.atTime!(world, again!, at).headers).toMatchObject({
      'x-slack-retry-num': '1',
      'x-slack-retry-reason': 'http_error',
    })
  })

  test('of a URL is asked for its challenge', () => {
    const { world, subscription, app } = open()
    const request = urlVerification(world, subscription)
    expect(JSON.parse(request.body)).toMatchObject({
      type: 'url_verification',
      challenge: expect.stringMatching(/^\w{52}$/),
    })
    expect(request.headers['x-slack-signature']).toBe(signatureOf(request, app.signing_secret))
  })
})

describe('an event', () => {
  test('tells of an edit and a deletion with what was there before', () => {
    const { bot, take, channel } = open(['message.channels'])
    const { ts } = bot('chat.postMessage', { channel, text: 'old' })
    bot('chat.update', { channel, ts, text: 'new' })
    bot('chat.delete', { channel, ts })
    const [, changed, deleted] = take().map(eventOf)
    expect(changed).toMatchObject({
      subtype: 'message_changed',
      hidden: true,
      channel,
      message: { text: 'new', ts, edited: { user: expect.any(String) } },
      previous_message: { text: 'old', ts },
    })
    expect(deleted).toMatchObject({
      subtype: 'message_deleted',
      hidden: true,
      deleted_ts: ts,
      previous_message: { text: 'new' },
    })
    expect(changed!['ts']).not.toBe(ts)
  })

  test('comes twice for a mention, never in its own words', () => {
    const { ada, bot, take, channel } = open()
    const { user_id: me } = bot('auth.test')
    const { ts } = ada('chat.postMessage', { channel, text: `ping <@${me}>` })
    const heard = take()
    expect(heard.map((one) => one.type)).toEqual(['message.channels', 'app_mention'])
    expect(heard.map((one) => eventOf(one)['ts'])).toEqual([ts, ts])
    expect(new Set(heard.map((one) => bodyOf(one)['event_id'])).size).toBe(2)
    expect(eventOf(heard[1]!)).not.toHaveProperty('channel_type')
  })

  test('names who reacted and to whom', () => {
    const { bot, ada, take, channel, userId } = open(['reaction_added', 'reaction_removed'])
    const { ts, message } = bot('chat.postMessage', { channel, text: 'x' })
    const at = { channel, timestamp: ts, name: 'tada' }
    ada('reactions.add', at)
    ada('reactions.remove', at)
    const user = userId('ada.admin@acme.example')
    const told = {
      user,
      reaction: 'tada',
      item: { type: 'message', channel, ts },
      item_user: (message as { user: string }).user,
    }
    expect(take().map(eventOf)).toMatchObject([
      { type: 'reaction_added', ...told },
      { type: 'reaction_removed', ...told },
    ])
  })

  test('tells who came, by whom, and who went', () => {
    const { bot, take, channel, userId } = open(['member_joined_channel', 'member_left_channel'])
    const { user_id: me, team_id: team } = bot('auth.test')
    const user = userId('pat.partner@partner.example')
    bot('conversations.invite', { channel, users: user })
    bot('conversations.kick', { channel, user })
    expect(take().map(eventOf)).toMatchObject([
      { type: 'member_joined_channel', user, channel, channel_type: 'C', team, inviter: me },
      { type: 'member_left_channel', user, channel, channel_type: 'C', team },
    ])
  })

  test('follows a channel through its life', () => {
    const { bot, ada, take } = open([
      'channel_created',
      'channel_rename',
      'channel_archive',
      'channel_unarchive',
    ])
    const { id: channel } = bot('conversations.create', { name: 'one' })['channel'] as {
      id: string
    }
    ada('conversations.join', { channel })
    bot('conversations.rename', { channel, name: 'two' })
    ada('conversations.archive', { channel })
    ada('conversations.unarchive', { channel })
    const user = ada('auth.test')['user_id']
    expect(take().map(eventOf)).toMatchObject([
      { type: 'channel_created', channel: { id: channel, name: 'one' } },
      { type: 'channel_rename', channel: { id: channel, name: 'two', is_channel: true } },
      { type: 'channel_archive', channel, user },
      { type: 'channel_unarchive', channel, user },
    ])
  })

  test('comes when a person changes, with the whole person', () => {
    const { ada, take } = open(['user_change', 'user_status_changed'])
    ada('users.profile.set', { profile: { status_text: 'Out', status_emoji: ':car:' } })
    const [change, status] = take().map(eventOf)
    expect(change).toMatchObject({ type: 'user_change', user: { profile: { status_text: 'Out' } } })
    expect(status).toMatchObject({ type: 'user_status_changed' })
  })
})
