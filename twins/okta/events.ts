import type { Outgoing, Subscription } from '../../engine/agenda.ts'
import type { EventEntry } from '../../engine/journal.ts'
import type { EventSender } from '../../engine/twin.ts'
import type { World } from '../../engine/world.ts'
import { newEventId } from './ids.ts'
import { org } from './state.ts'
import { isoMs } from './times.ts'

/** What a subscription may carry besides its URL: the header that its secret goes into, and its hook id. */
interface HookFacts {
  header?: string
  headers?: Readonly<Record<string, string>>
  hookId?: string
}

/** FACTS: event-hooks. A POST with the event in an envelope; the secret stands in a header as it is. */
function toRequest(world: World, subscription: Subscription, event: EventEntry): Outgoing {
  const facts = (subscription.facts ?? {}) as HookFacts
  const headers: Record<string, string> = {
    accept: 'application/json',
    'content-type': 'application/json',
    'user-agent': 'Okta Event Hooks',
  }
  for (const [name, value] of Object.entries(facts.headers ?? {}))
    headers[name.toLowerCase()] = value
  if (subscription.secret !== undefined) {
    headers[(facts.header ?? 'authorization').toLowerCase()] = subscription.secret
  }
  const body = {
    eventType: 'com.okta.event_hook',
    eventTypeVersion: '1.0',
    cloudEventsVersion: '0.1',
    source: `${org.origin}/api/v1/eventHooks/${facts.hookId ?? subscription.id}`,
    eventId: newEventId(world),
    data: { events: [event.payload] },
    eventTime: isoMs(event.at),
    contentType: 'application/json',
  }
  return { method: 'POST', url: subscription.url, headers, body: JSON.stringify(body) }
}

/** One more attempt after a timeout or a 5xx, none after a 4xx. */
export const events: EventSender = {
  toRequest,
  receiver: (world) => {
    const secret = world.newId({ length: 40 })
    return { secret, env: { OKTA_EVENT_HOOK_SECRET: secret } }
  },
  retryAfterMs: [1000],
  accepted: (status) => status < 500,
  timeoutMs: 3000,
}
