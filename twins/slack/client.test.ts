import {
  ErrorCode,
  LogLevel,
  type Logger,
  WebClient,
  WebClientEvent,
  type WebAPIPlatformError,
} from '@slack/web-api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FaultPlan } from '../../engine/faults.ts'
import type { ForkOptions } from '../../engine/world-options.ts'
import type { World } from '../../engine/world.ts'
import { serveHttp, type HttpServer } from '../../fronts/http.ts'
import { createResolver } from '../../fronts/resolve.ts'
import { Worlds } from '../../fronts/worlds.ts'
import { checked } from './checked.ts'
import { openAcme } from './testing.ts'
import { slack } from './twin.ts'

// The official client, unmodified, pointed at the twin by its base URL alone.

const worlds = new Worlds()
let server: HttpServer
const opened: World[] = []
const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
}

beforeAll(async () => {
  server = await serveHttp({ resolve: createResolver(worlds) })
})
afterAll(async () => {
  await server.close()
})

function open(options: ForkOptions = {}) {
  const acme = openAcme(options)
  opened.push(acme.world)
  const { id } = worlds.add(acme.world)
  const slackApiUrl = `${server.url}/w/${id}/slack/api/`
  const of = (token: string) =>
    new WebClient(token, {
      slackApiUrl,
      logger: silent,
      retryConfig: { retries: 2, minTimeout: 1, maxTimeout: 5 },
    })
  return { ...acme, slackApiUrl, bot: of(acme.tokens.bot), ada: of(acme.tokens.user), of }
}

function itemsOf<Item = unknown>(page: object, name: string): Item[] {
  return (page as Record<string, Item[]>)[name]!
}

async function errorOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown as WebAPIPlatformError,
  )
  expect(error?.code).toBe(ErrorCode.PlatformError)
  return error!.data.error
}

describe('the official client', () => {
  test('learns who it is, and which scopes it has', async () => {
    const { bot, ada } = open()
    const me = await bot.auth.test()
    expect(me).toMatchObject({ ok: true, team: 'Acme', user: 'acmeassistant' })
    expect(me.response_metadata?.scopes).toContain('chat:write')
    expect((await ada.auth.test()).user).toBe('ada.admin')
    expect(await bot.apiCall('api.test', { foo: 'bar' })).toMatchObject({ args: { foo: 'bar' } })
  })

  test('walks through a channel’s life', async () => {
    const { bot, ada, userId } = open()
    const grace = userId('grace.nguyen@acme.example')
    const { channel } = await bot.conversations.create({ name: 'walk' })
    const id = channel!.id!
    await ada.conversations.join({ channel: id })
    await bot.conversations.invite({ channel: id, users: grace })
    expect((await bot.conversations.members({ channel: id })).members).toHaveLength(3)
    await bot.conversations.setTopic({ channel: id, topic: 'Walks' })
    await bot.conversations.setPurpose({ channel: id, purpose: 'To walk' })
    await bot.conversations.rename({ channel: id, name: 'walked' })
    const info = await bot.conversations.info({ channel: id, include_num_members: true })
    expect(info.channel).toMatchObject({
      name: 'walked',
      num_members: 3,
      topic: { value: 'Walks' },
      purpose: { value: 'To walk' },
    })
    const { ts } = await bot.chat.postMessage({ channel: id, text: 'left, right' })
    await bot.conversations.mark({ channel: id, ts: ts! })
    await bot.conversations.kick({ channel: id, user: grace })
    await bot.conversations.leave({ channel: id })
    await ada.conversations.archive({ channel: id })
    await ada.conversations.unarchive({ channel: id })
    const { messages } = await ada.conversations.history({ channel: id })
    expect(messages!.map((one) => one.subtype ?? 'message').reverse()).toEqual([
      'channel_join',
      'channel_join',
      'channel_join',
      'channel_topic',
      'channel_purpose',
      'channel_name',
      'message',
      'channel_leave',
      'channel_leave',
      'channel_archive',
      'channel_unarchive',
    ])
  })

  test('posts, edits, deletes and answers in threads', async () => {
    const { bot, ada, channelId, userId } = open()
    const channel = channelId('random')
    const blocks = [{ type: 'section', text: { type: 'mrkdwn' as const, text: '*Hi*' } }]
    const posted = await bot.chat.postMessage({ channel, text: 'Hi', blocks })
    const ts = posted.ts!
    expect(posted.message).toMatchObject({ text: 'Hi', blocks: [{ type: 'section' }] })
    await bot.chat.postMessage({ channel, text: 'reply', thread_ts: ts })
    const thread = await bot.conversations.replies({ channel, ts })
    expect(thread.messages!.map((one) => one.text)).toEqual(['Hi', 'reply'])
    expect((await bot.chat.update({ channel, ts, text: 'Ho' })).text).toBe('Ho')
    const { permalink } = await bot.chat.getPermalink({ channel, message_ts: ts })
    expect(permalink).toContain('/archives/')
    await bot.chat.meMessage({ channel, text: 'waves' })
    const user = userId('grace.nguyen@acme.example')
    expect((await bot.chat.postEphemeral({ channel, user, text: 'psst' })).message_ts).toBeTruthy()
    await ada.chat.delete({ channel, ts })
    expect(await errorOf(bot.chat.update({ channel, ts: '1.1', text: 'x' }))).toBe(
      'message_not_found',
    )
  })

  test('schedules and takes back', async () => {
    const { bot, channelId, world } = open()
    const channel = channelId('random')
    const post_at = Math.floor(world.now() / 1000) + 600
    const later = await bot.chat.scheduleMessage({ channel, text: 'later', post_at })
    const scheduled_message_id = later.scheduled_message_id!
    const list = await bot.chat.scheduledMessages.list({ channel })
    expect(list.scheduled_messages).toMatchObject([{ id: scheduled_message_id, post_at }])
    await bot.chat.deleteScheduledMessage({ channel, scheduled_message_id })
    expect((await bot.chat.scheduledMessages.list()).scheduled_messages).toEqual([])
  })

  test('reacts', async () => {
    const { bot, channelId } = open()
    const channel = channelId('random')
    const { ts } = await bot.chat.postMessage({ channel, text: 'x' })
    const at = { channel, timestamp: ts! }
    await bot.reactions.add({ ...at, name: 'thumbsup' })
    expect((await bot.reactions.get(at)).message?.reactions).toMatchObject([{ name: '+1' }])
    expect((await bot.reactions.list({})).items).toHaveLength(1)
    expect(await errorOf(bot.reactions.add({ ...at, name: '+1' }))).toBe('already_reacted')
    await bot.reactions.remove({ ...at, name: '+1' })
    expect(await errorOf(bot.reactions.remove({ ...at, name: '+1' }))).toBe('no_reaction')
  })

  test('knows people', async () => {
    const { bot, ada } = open()
    const email = 'lena.fischer@acme.example'
    const { user } = await bot.users.lookupByEmail({ email })
    expect((await bot.users.info({ user: user!.id! })).user?.profile?.email).toBe(email)
    expect((await bot.users.list({})).members!.length).toBeGreaterThan(12)
    expect((await bot.users.conversations({ user: user!.id! })).channels!.length).toBe(3)
    expect((await bot.users.getPresence({ user: user!.id! })).presence).toBe('active')
    expect((await bot.users.profile.get({ user: user!.id! })).profile?.real_name).toBe(
      'Lena Fischer',
    )
    await ada.users.setPresence({ presence: 'away' })
    const set = await ada.users.profile.set({ profile: { status_text: 'Out' } })
    expect(set.profile?.status_emoji).toBe(':speech_balloon:')
    expect(await errorOf(bot.users.lookupByEmail({ email: 'no@one.example' }))).toBe(
      'users_not_found',
    )
  })

  test('removes a person where the workspace has the admin methods', async () => {
    const removing = async (settings: Record<string, unknown>) => {
      const { ada, userId } = open({ settings: { slack: settings } })
      const team_id = (await ada.auth.test()).team_id!
      const user_id = userId('lena.fischer@acme.example')
      return ada.admin.users.remove({ team_id, user_id })
    }
    expect(await errorOf(removing({}))).toBe('feature_not_enabled')
    expect((await removing({ hasAdminApi: true })).ok).toBe(true)
  })

  test('opens and closes direct messages', async () => {
    const { bot, userId } = open()
    const users = userId('grace.nguyen@acme.example')
    const { channel } = await bot.conversations.open({ users, return_im: true })
    expect(channel).toMatchObject({ is_im: true, user: users })
    const posted = await bot.chat.postMessage({ channel: users, text: 'Hello' })
    expect(posted.channel).toBe(channel!.id)
    await bot.conversations.close({ channel: channel!.id! })
  })

  test('pages by itself to the end', async () => {
    const { bot, channelId } = open()
    const names: string[] = []
    for await (const page of bot.paginate('conversations.list', { limit: 2 })) {
      for (const one of itemsOf<{ name: string }>(page, 'channels')) names.push(one.name)
    }
    expect(names.toSorted()).toEqual(
      ['engineering', 'general', 'it-offboarding', 'product', 'random', 'support'].toSorted(),
    )
    const channel = channelId('random')
    for (let i = 0; i < 7; i++) await bot.chat.postMessage({ channel, text: `n${i}` })
    let count = 0
    for await (const page of bot.paginate('conversations.history', { channel, limit: 3 })) {
      count += itemsOf(page, 'messages').length
    }
    expect(count).toBe(8)
    const everybody = await bot.paginate(
      'users.list',
      { limit: 3 },
      () => false,
      (total: number | undefined, page) => (total ?? 0) + itemsOf(page, 'members').length,
    )
    expect(everybody).toBe(14)
  })

  test('gets a failure as a platform error, with all that Slack says', async () => {
    const { of, bot, ada, channelId } = open()
    expect(await errorOf(of('xoxb-wrong').auth.test())).toBe('invalid_auth')
    const channel = channelId('random')
    const failed = await bot.chat
      .postMessage({ channel, blocks: [{ type: 'nonsense' }] })
      .catch((thrown: WebAPIPlatformError) => thrown.data)
    expect(failed).toMatchObject({
      error: 'invalid_blocks',
      response_metadata: { messages: [expect.stringContaining('unsupported type: nonsense')] },
    })
    expect(await errorOf(bot.apiCall('foo.bar'))).toBe('unknown_method')
    expect(await errorOf(bot.apiCall('files.upload'))).toBe('method_deprecated')
    expect(await errorOf(bot.apiCall('users.profile.set', { profile: '{}' }))).toBe(
      'not_allowed_token_type',
    )
    expect(await ada.auth.revoke()).toMatchObject({ revoked: true })
    expect(await errorOf(ada.auth.test())).toBe('token_revoked')
  })
})

describe('trouble', () => {
  const fault = (action: FaultPlan['faults'][number]['action']): FaultPlan => ({
    name: 'one',
    faults: [{ twin: 'slack', on: 'chat.postMessage', at: 1, action }],
  })
  const said = (world: World) => world.journal.events('slack', 'message.channels').length

  test('of a rate limit is waited out by the client', async () => {
    const faults = fault({ kind: 'refuse', as: 'limited', retryAfterMs: 1000 })
    const { bot, channelId, world } = open({ faults })
    const waited: number[] = []
    bot.on(WebClientEvent.RATE_LIMITED, (seconds: number) => {
      waited.push(seconds)
      world.advance('1 second')
    })
    const { ok } = await bot.chat.postMessage({ channel: channelId('random'), text: 'x' })
    expect(ok).toBe(true)
    expect(waited).toEqual([1])
    expect(world.journal.calls('slack', 'chat.postMessage')).toHaveLength(2)
    expect(said(world)).toBe(1)
  })

  test('of an outage is tried again, and nothing was posted before', async () => {
    const { bot, channelId, world } = open({ faults: fault({ kind: 'refuse', as: 'unavailable' }) })
    await bot.chat.postMessage({ channel: channelId('random'), text: 'x' })
    expect(said(world)).toBe(1)
  })

  test('of a lost answer makes the client post twice', async () => {
    const { bot, channelId, world } = open({ faults: fault({ kind: 'drop-after' }) })
    await bot.chat.postMessage({ channel: channelId('random'), text: 'x' })
    expect(said(world)).toBe(2)
  })
})

test('every behaved method has answered the official client well', () => {
  const calls = opened.flatMap((world) => world.journal.calls('slack'))
  const well = calls.filter((call) => (call.reply.json as { ok?: boolean }).ok)
  const walked = new Set(well.map((call) => call.op))
  expect(checked.filter((id) => !walked.has(id))).toEqual([])
  const { operations } = opened[0]!.twins.get('slack')!
  const alive = Object.keys(slack.behaviors).filter(
    (id) => operations.get(id)!.facts?.['retired'] !== true,
  )
  expect(checked.toSorted()).toEqual(alive.toSorted())
})
