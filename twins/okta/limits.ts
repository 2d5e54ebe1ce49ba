import type { Operation } from '../../engine/contract/contract.ts'
import type { Exchange } from '../../engine/exchange.ts'
import type { Limit } from '../../engine/limits.ts'

type Plan = 'free' | 'enterprise' | 'workforce'

const windowMs = 60_000

// FACTS: limits. Calls a minute by bucket and plan; the most specific prefix wins.
const table: readonly (readonly [bucket: string, Record<Plan, number>])[] = [
  ['/api/v1/users/{id:.+}', { free: 100, enterprise: 1000, workforce: 2000 }],
  ['/api/v1/users', { free: 100, enterprise: 600, workforce: 600 }],
  ['/api/v1/groups/{id}', { free: 100, enterprise: 600, workforce: 1000 }],
  ['/api/v1/groups', { free: 100, enterprise: 600, workforce: 500 }],
  ['/api/v1/apps/{id}', { free: 100, enterprise: 600, workforce: 500 }],
  ['/api/v1/apps', { free: 20, enterprise: 100, workforce: 100 }],
  ['/api/v1/logs', { free: 20, enterprise: 50, workforce: 120 }],
  ['/api/v1/authn', { free: 100, enterprise: 600, workforce: 500 }],
  ['/api/v1/sessions', { free: 100, enterprise: 600, workforce: 750 }],
  ['/api/v1/devices', same(100)],
  ['/api/v1/iam', same(100)],
  ['/api/v1/domains', same(100)],
  ['/api/v1/principal-rate-limits', same(100)],
  ['/api/v1/device-assurances', same(50)],
  ['/api/v1/push-providers', same(50)],
  ['/api/v1/identity-sources', same(15)],
  ['/api/v1/agentPools', same(10)],
  ['/oauth2/v1/clients', { free: 25, enterprise: 100, workforce: 100 }],
  ['/oauth2', { free: 300, enterprise: 1200, workforce: 2000 }],
  ['/idp/idx', { free: 100, enterprise: 1000, workforce: 1000 }],
  ['/', { free: 100, enterprise: 600, workforce: 1200 }],
]

function same(perMinute: number): Record<Plan, number> {
  return { free: perMinute, enterprise: perMinute, workforce: perMinute }
}

/** The bucket of an operation and how many calls fit into its minute. */
interface Quota {
  bucket: string
  perMinute: number
}

const byOperation = new WeakMap<Operation, Map<string, Quota>>()
const elsewhere: Quota = { bucket: '/', perMinute: 600 }

/** What a call counts against, whether or not the world counts: the headers tell it always. */
export function quotaOf(exchange: Exchange): Quota {
  const { op, world } = exchange
  if (op === undefined) return elsewhere
  const plan = world.setting('okta', 'plan') as Plan
  let byPlan = byOperation.get(op)
  if (byPlan === undefined) byOperation.set(op, (byPlan = new Map<string, Quota>()))
  let quota = byPlan.get(plan)
  if (quota === undefined) byPlan.set(plan, (quota = toQuota(op, plan)))
  return quota
}

// An API token gets half of the org's quota unless somebody moved its share.
const tokenShare = 0.5

function toQuota(op: Operation, plan: Plan): Quota {
  const bucket = (op.facts?.['rateBucket'] as string | undefined) ?? op.path
  const found = table.find(([prefix]) => bucket === prefix || bucket.startsWith(prefix))
  return { bucket, perMinute: Math.floor(found![1][plan] * tokenShare) }
}

/** One-minute windows per bucket and token. */
export function limitOf(exchange: Exchange): Limit {
  const { bucket, perMinute } = quotaOf(exchange)
  const whose = exchange.caller?.token?.id ?? exchange.caller?.account ?? 'anyone'
  return { bucket: `okta:${bucket}:${whose}`, capacity: perMinute, windowMs, kind: 'window' }
}

/** The values of the three headers: limit, remaining, epoch second of the window's end. */
export interface Rate {
  limit: string
  remaining: string
  reset: string
}

let lastRate: Rate | undefined
let lastQuota: Quota | undefined
let lastResetAt = -1

/** What the headers of a call say; while nothing is counted, as if it were the first of its minute. */
export function rateOf(exchange: Exchange, refused: boolean): Rate {
  const { limit, at, fault } = exchange
  if (limit !== undefined) {
    return {
      limit: String(limit.capacity),
      remaining: String(limit.remaining),
      reset: epochSecond(limit.resetAt),
    }
  }
  const quota = quotaOf(exchange)
  if (refused) {
    const action = fault?.action
    const waitMs = action?.kind === 'refuse' ? action.retryAfterMs : undefined
    const resetAt = waitMs === undefined ? endOfWindow(at) : at + waitMs
    return { limit: String(quota.perMinute), remaining: '0', reset: epochSecond(resetAt) }
  }
  const resetAt = endOfWindow(at)
  // The same for all calls of an operation in a minute.
  if (lastRate === undefined || quota !== lastQuota || resetAt !== lastResetAt) {
    lastQuota = quota
    lastResetAt = resetAt
    const { perMinute } = quota
    lastRate = {
      limit: String(perMinute),
      remaining: String(perMinute - 1),
      reset: epochSecond(resetAt),
    }
  }
  return lastRate
}

function endOfWindow(at: number): number {
  return at - (at % windowMs) + windowMs
}

function epochSecond(ms: number): string {
  return String(Math.ceil(ms / 1000))
}
