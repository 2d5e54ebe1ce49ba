import { subscriptions, type Subscription } from '../../engine/agenda.ts'
import type { World } from '../../engine/world.ts'
import type { ChangeWatch } from '../collateral.ts'
import type { InboundAddress, SubjectSession } from '../subject/subject.ts'
import { spellWord } from '../words.ts'
import { pathAtSubject } from './address.ts'

/** How a subject will be told of the services' events, and the settings by which it knows. */
export interface InboundPlan {
  receivers: readonly Receiver[]
  env: Record<string, string>
}

interface Receiver {
  twin: string
  address: InboundAddress
  registered: Partial<Omit<Subscription, 'id' | 'twin' | 'url'>>
}

/** Makes what a receiver is to know of each service (its secret) before it is told its settings. */
export function planInbound(
  world: World,
  inbound: Readonly<Record<string, InboundAddress>> = {},
): InboundPlan {
  const receivers: Receiver[] = []
  const env: Record<string, string> = {}
  for (const [twin, address] of Object.entries(inbound)) {
    // The same subject serves scenarios with other twins as well.
    const sender = world.twins.get(twin)?.definition.events
    if (sender === undefined) continue
    const { env: own = {}, ...registered } = sender.receiver?.(world) ?? {}
    receivers.push({ twin, address, registered })
    Object.assign(env, own)
  }
  return { receivers, env }
}

/**
 * Registers the subject's addresses with the services. What the subject itself registered for its own
 * addresses while it was made ready is no change that a scenario would have to account for either.
 */
export function registerInbound({
  world,
  watch,
  session,
  url,
  inbound,
}: {
  world: World
  watch: ChangeWatch
  session: SubjectSession
  url: string
  inbound: InboundPlan
}): void {
  const own = world.rows
    .all(subscriptions)
    .filter((one) => pathAtSubject(one.url, url, session) !== undefined)
  watch.allow(own.map(({ id }) => spellWord(subscriptions.name, id, [])))
  if (inbound.receivers.length === 0) return
  const { inboundPath = (path) => path } = session
  watch.setUp(() => {
    for (const { twin, address, registered } of inbound.receivers) {
      const { path, types = registered.types ?? ['*'] } = address
      world.subscribe({ ...registered, twin, url: url + inboundPath(path), types })
    }
  })
}
