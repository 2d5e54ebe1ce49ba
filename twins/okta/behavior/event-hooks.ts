import { subscriptions } from '../../../engine/agenda.ts'
import { empty, json, refuse, type Reply } from '../../../engine/call.ts'
import { isRecord } from '../../../engine/contract/schema.ts'
import type { Behavior, Exchange } from '../../../engine/exchange.ts'
import { bodyOf } from '../accounts.ts'
import { newId } from '../ids.ts'
import { eventHooks, type EventHook } from '../state.ts'
import { isoSecond } from '../times.ts'

/** FACTS: event-hooks. A hook hears of events while it is active and verified. */
export const eventHookBehaviors: Readonly<Record<string, Behavior>> = {
  listEventHooks: (exchange) =>
    json(
      200,
      exchange.rows.all(eventHooks).map((one) => view(exchange, one)),
    ),
  createEventHook: (exchange) => {
    const { rows, world, at, caller } = exchange
    const now = isoSecond(at)
    const hook = rows.insert(eventHooks, {
      id: newId(world, 'who'),
      status: 'ACTIVE',
      verificationStatus: 'UNVERIFIED',
      ...readHook(exchange),
      created: now,
      createdBy: caller?.account ?? '',
      lastUpdated: now,
    })
    return json(200, view(exchange, hook))
  },
  getEventHook: (exchange) => json(200, view(exchange, needHook(exchange))),
  replaceEventHook: (exchange) => {
    const known = needHook(exchange)
    const { $secret = known.$secret, ...sent } = readHook(exchange)
    const isSame = JSON.stringify(sent.channel) === JSON.stringify(known.channel)
    const verificationStatus = isSame ? known.verificationStatus : 'UNVERIFIED'
    return change(exchange, known, { ...sent, $secret, verificationStatus })
  },
  deleteEventHook: (exchange) => {
    const hook = needHook(exchange)
    if (hook.status === 'ACTIVE') bad('status', 'An active event hook cannot be deleted')
    exchange.rows.remove(eventHooks, hook.id)
    return empty(204)
  },
  activateEventHook: (exchange) => change(exchange, needHook(exchange), { status: 'ACTIVE' }),
  deactivateEventHook: (exchange) => change(exchange, needHook(exchange), { status: 'INACTIVE' }),
  // The receiver is not asked for the challenge's answer: see FACTS.
  verifyEventHook: (exchange) =>
    change(exchange, needHook(exchange), { verificationStatus: 'VERIFIED' }),
}

function change(exchange: Exchange, hook: EventHook, part: Partial<EventHook>): Reply {
  const { rows, world, at } = exchange
  const lastUpdated = isoSecond(at)
  const changed = rows.update(eventHooks, hook.id, { ...part, lastUpdated })
  const hears = changed.status === 'ACTIVE' && changed.verificationStatus === 'VERIFIED'
  for (const one of rows.all(subscriptions, { index: 'twin', equals: 'okta' })) {
    if (one.facts?.['hookId'] === hook.id) rows.remove(subscriptions, one.id)
  }
  if (hears) {
    const { uri, authScheme, headers = [] } = changed.channel.config
    const sent = Object.fromEntries(headers.map(({ key, value }) => [key, value]))
    world.subscribe({
      twin: 'okta',
      url: uri,
      types: changed.events.items,
      ...(changed.$secret === undefined ? {} : { secret: changed.$secret }),
      facts: { hookId: hook.id, header: authScheme?.key ?? 'authorization', headers: sent },
    })
  }
  return json(200, view(exchange, changed))
}

function needHook({ rows, path }: Exchange): EventHook {
  const id = path['eventHookId'] ?? ''
  return rows.get(eventHooks, id) ?? refuse('not-found', { id, entity: 'Webhook' })
}

/** What is sent of a hook; the secret is kept apart, since it is never told. */
function readHook(
  exchange: Exchange,
): Pick<EventHook, 'name' | 'description' | 'events' | 'channel' | '$secret'> {
  const { name, description, events, channel } = bodyOf(exchange)
  if (typeof name !== 'string' || name.trim() === '') bad('name', 'The field cannot be left blank')
  const items = isRecord(events) && Array.isArray(events['items']) ? events['items'] : []
  if (items.length === 0) bad('events.items', 'The field cannot be left blank')
  const config = isRecord(channel) && isRecord(channel['config']) ? channel['config'] : {}
  const { uri, headers, authScheme } = config
  if (typeof uri !== 'string' || !/^https:\/\/[^/]/.test(uri)) {
    bad('channel.config.uri', 'The field must be an https URL')
  }
  const scheme = isRecord(authScheme) ? authScheme : undefined
  const secret = scheme?.['value']
  return {
    name: name as string,
    description: typeof description === 'string' ? description : null,
    events: { type: 'EVENT_TYPE', items: items.map(String), filter: null },
    channel: {
      type: 'HTTP',
      version: '1.0.0',
      config: {
        uri: uri as string,
        headers: (Array.isArray(headers) ? headers : []).filter(isRecord).map(({ key, value }) => ({
          key: String(key),
          value: String(value),
        })),
        method: 'POST',
        ...(scheme === undefined
          ? {}
          : { authScheme: { type: 'HEADER', key: String(scheme['key'] ?? 'authorization') } }),
      },
    },
    ...(typeof secret === 'string' ? { $secret: secret } : {}),
  }
}

function bad(field: string, cause: string): never {
  return refuse('okta.E0000001', { object: field, causes: [`${field}: ${cause}`] })
}

function view({ origin }: Exchange, { $secret: _secret, ...hook }: EventHook): object {
  const href = `${origin}/api/v1/eventHooks/${hook.id}`
  const post = (verb: string) => ({
    href: `${href}/lifecycle/${verb}`,
    hints: { allow: ['POST'] },
  })
  const links =
    hook.status === 'ACTIVE'
      ? { self: { href }, verify: post('verify'), deactivate: post('deactivate') }
      : {
          activate: post('activate'),
          self: { href },
          delete: { href, hints: { allow: ['DELETE'] } },
        }
  return { ...hook, _links: links }
}
