import type { Exchange } from '../../engine/exchange.ts'
import type { Limit } from '../../engine/limits.ts'
import { text } from './arguments.ts'
import { methodOf } from './method.ts'

/** The methods whose limits stand outside the tiers, in calls a minute (FACTS: limits). */
const special: Record<string, number> = {
  'auth.test': 600,
  'chat.getPermalink': 600,
  'oauth.v2.access': 600,
  'rtm.connect': 1,
  'users.profile.set': 30,
}

/** These may be called so often in each channel. */
const perChannel: Record<string, number> = {
  'chat.postMessage': 60,
  'assistant.threads.setStatus': 60,
}

/** Methods that apps sold outside the Marketplace may call once a minute. */
const tight = new Set(['conversations.history', 'conversations.replies'])

/**
 * All tokens of an app share a bucket for each method. A bucket holds one minute's worth, since Slack
 * does not say how long a burst may be (FACTS: limits).
 */
export function limitFor(exchange: Exchange): Limit | undefined {
  const { op, caller, world, args } = exchange
  if (op === undefined) return undefined
  const method = methodOf(op)
  const app = String(caller?.token?.facts?.['app_id'] ?? 'none')
  const inChannel = perChannel[method.id]
  if (inChannel !== undefined) {
    const bucket = `slack:${app}:${method.id}:${text(args, 'channel') ?? ''}`
    return { bucket, capacity: inChannel, windowMs: 60_000 }
  }
  const isTight = tight.has(method.id) && world.setting('slack', 'isNonMarketplaceApp') === true
  const perMinute = isTight ? 1 : (special[method.id] ?? method.perMinute)
  if (perMinute === undefined) return undefined
  return { bucket: `slack:${app}:${method.id}`, capacity: perMinute, windowMs: 60_000 }
}
