import { createHmac } from 'node:crypto'
import {
  subscriptions,
  type Delivery,
  type Outgoing,
  type Subscription,
} from '../../engine/agenda.ts'
import type { EventEntry } from '../../engine/journal.ts'
import type { EventSender } from '../../engine/twin.ts'
import type { World } from '../../engine/world.ts'
import { apps } from './state.ts'
import { membershipOf, teamOf } from './views.ts'
import type { App } from './wire.ts'

/** Deliveries of the Events API: at once, then after nothing, a minute and five (FACTS: delivery). */
export const events: EventSender = {
  toRequest,
  toRetry,
  atTime,
  retryAfterMs: [0, 60_000, 300_000],
  timeoutMs: 3000,
}

type Payload = Readonly<Record<string, unknown>>

function toRequest(world: World, to: Subscription, event: EventEntry): Outgoing | undefined {
  const app = appOf(world, to)
  const payload = event.payload as Payload
  if (app === undefined || !isHeard(world, app, event.type, payload)) return undefined
  const team = teamOf(world.rows).id
  const channel = channelOf(payload)
  const body = JSON.stringify({
    token: app.verification_token,
    team_id: team,
    context_team_id: team,
    context_enterprise_id: null,
    api_app_id: app.id,
    event: payload,
    type: 'event_callback',
    event_id: world.newId({ prefix: 'Ev', length: 11, alphabet: 'upper' }),
    event_time: Math.floor(event.at / 1000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: team,
        user_id: app.bot_user_id,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
    event_context: contextOf(event.type, team, app.id, channel),
  })
  return sign(to.url, body, to.secret ?? app.signing_secret, world.now())
}

/** The same body again, freshly signed, with the number and the reason of the retry. */
function toRetry(world: World, delivery: Delivery, outcome: number | string): Outgoing {
  const request = signAgain(world, delivery, delivery.at)
  request.headers['x-slack-retry-num'] = String(delivery.attempt - 1)
  request.headers['x-slack-retry-reason'] = reasonOf(outcome)
  return request
}

function atTime(world: World, delivery: Delivery, at: number): Outgoing {
  const { headers } = delivery.request
  const request = signAgain(world, delivery, at)
  return { ...request, headers: { ...headers, ...request.headers } }
}

function signAgain(world: World, { request: { url, body } }: Delivery, at: number): Outgoing {
  const to = world.rows
    .all(subscriptions, { index: 'twin', equals: 'slack' })
    .find((one) => one.url === url)
  const secret = to?.secret ?? (to && appOf(world, to)?.signing_secret) ?? ''
  return sign(url, body, secret, at)
}

function reasonOf(outcome: number | string): string {
  if (typeof outcome === 'number') return 'http_error'
  if (/time/i.test(outcome)) return 'http_timeout'
  if (/redirect/i.test(outcome)) return 'too_many_redirects'
  if (/ssl|tls|cert/i.test(outcome)) return 'ssl_error'
  return 'connection_failed'
}

/** The request that asks a new URL for its challenge. */
export function urlVerification(world: World, to: Subscription): Outgoing {
  const app = appOf(world, to)
  const challenge = world.newId({ length: 52, alphabet: 'alphanumeric' })
  const body = JSON.stringify({
    token: app?.verification_token ?? '',
    challenge,
    type: 'url_verification',
  })
  return sign(to.url, body, to.secret ?? app?.signing_secret ?? '', world.now())
}

/** Slack's signature: HMAC-SHA256 over version, time and the body's very bytes (FACTS: signature). */
export function sign(url: string, body: string, secret: string, at: number): Outgoing {
  const stamp = String(Math.floor(at / 1000))
  const signature = createHmac('sha256', secret).update(`v0:${stamp}:${body}`).digest('hex')
  return {
    method: 'POST',
    url,
    headers: {
      'content-type': 'application/json',
      accept: '*/*',
      'accept-encoding': 'gzip,deflate',
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      'x-slack-request-timestamp': stamp,
      'x-slack-signature': `v0=${signature}`,
    },
    body,
  }
}

/** The app behind a subscription: the one it names, else the only one there is. */
function appOf(world: World, to: Subscription): App | undefined {
  const id = to.facts?.['app_id']
  if (typeof id === 'string') return world.rows.get(apps, id)
  return world.rows.page(apps, { limit: 1 })[0]
}

/** What an app must be allowed to read to hear of a thing; one of the list is enough. */
const scopesOf: Record<string, readonly string[]> = {
  'message.channels': ['channels:history'],
  'message.groups': ['groups:history'],
  'message.im': ['im:history'],
  'message.mpim': ['mpim:history'],
  app_mention: ['app_mentions:read'],
  reaction_added: ['reactions:read'],
  reaction_removed: ['reactions:read'],
  member_joined_channel: ['channels:read', 'groups:read'],
  member_left_channel: ['channels:read', 'groups:read'],
  channel_created: ['channels:read'],
  channel_rename: ['channels:read'],
  channel_archive: ['channels:read'],
  channel_unarchive: ['channels:read'],
  group_rename: ['groups:read'],
  group_archive: ['groups:read'],
  group_unarchive: ['groups:read'],
  im_created: ['im:read'],
  im_open: ['im:read'],
  im_close: ['im:read'],
  user_change: ['users:read'],
  user_profile_changed: ['users:read'],
  user_status_changed: ['users:read'],
  team_join: ['users:read'],
}

/** Those that an app hears of without being there. */
const everywhere = /^(channel_(created|rename|archive|unarchive)|user_|team_|tokens_)/

/** A bot hears what it may read, and of conversations only those it is in (FACTS: events). */
function isHeard(world: World, app: App, type: string, payload: Payload): boolean {
  const wanted = scopesOf[type]
  if (wanted !== undefined && !wanted.some((one) => app.scopes.includes(one))) return false
  const channel = channelOf(payload)
  if (channel === undefined || everywhere.test(type)) return true
  if (type === 'member_left_channel' && payload['user'] === app.bot_user_id) return true
  return membershipOf(world.rows, channel, app.bot_user_id) !== undefined
}

function channelOf(payload: Payload): string | undefined {
  const { channel, item } = payload
  if (typeof channel === 'string') return channel
  const found =
    (item as Payload | undefined)?.['channel'] ?? (channel as Payload | undefined)?.['id']
  return typeof found === 'string' ? found : undefined
}

/** An opaque mark by which an app may ask who else sees the event. */
function contextOf(type: string, team: string, app: string, channel: string | undefined): string {
  const about = { et: type.split('.')[0], tid: team, aid: app, ...(channel && { cid: channel }) }
  return `4-${btoa(JSON.stringify(about)).replace(/=+$/, '')}`
}
