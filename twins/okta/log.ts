import type { Caller } from '../../engine/auth.ts'
import type { Exchange } from '../../engine/exchange.ts'
import type { Rows } from '../../engine/rows.ts'
import type { World } from '../../engine/world.ts'
import { tokenIdOf } from './auth.ts'
import { requestIdOf } from './headers.ts'
import { newEventId } from './ids.ts'
import { logTypes, type LogTypeName } from './log-types.ts'
import { nameOf } from './profile.ts'
import { logs, users, type Group, type LogEvent, type User } from './state.ts'
import { isoMs } from './times.ts'

/** Who or what an event is about. */
export interface LogParty {
  id: string
  type: string
  alternateId: string
  displayName: string
  detailEntry: null
}

/** A user as actor or target. */
export function partyOf(user: User): LogParty {
  const { id, profile } = user
  const displayName = nameOf(profile)
  return { id, type: 'User', alternateId: profile.login, displayName, detailEntry: null }
}

/** A group as target; its alternate id is unknown to the log. */
export function partyOfGroup(group: Group): LogParty {
  const { id, profile } = group
  const { name: displayName } = profile
  return { id, type: 'UserGroup', alternateId: 'unknown', displayName, detailEntry: null }
}

const system: LogParty = {
  id: 'okta.system',
  type: 'SystemPrincipal',
  alternateId: 'system@okta.com',
  displayName: 'Okta System',
  detailEntry: null,
}

/** A service app that calls with its own token; nobody at all is the system. */
function appOf(caller: Caller | undefined): LogParty {
  if (caller === undefined) return system
  const { account: id } = caller
  return { id, type: 'PublicClientApp', alternateId: id, displayName: id, detailEntry: null }
}

/** What does not follow from the call. */
export interface LogMore {
  actor?: LogParty
  sessionId?: string
  outcome?: { result: string; reason: string | null }
}

const success = { result: 'SUCCESS', reason: null }

/** What all events of one call share. */
interface Context {
  actor: LogParty
  client: object
  debugContext: object
  transaction: object
}

// A call is answered before the next one begins, so one is enough to remember.
let lastExchange: Exchange | undefined
let lastContext: Context | undefined

function contextOf(exchange: Exchange): Context {
  if (lastContext !== undefined && exchange === lastExchange) return lastContext
  const { caller, pathname, search } = exchange
  const account = caller === undefined ? undefined : exchange.rows.get(users, caller.account)
  const requestId = requestIdOf(exchange)
  const tokenId = tokenIdOf(caller)
  lastExchange = exchange
  lastContext = {
    actor: account === undefined ? appOf(caller) : partyOf(account),
    client: clientOf(exchange.headers['user-agent']),
    debugContext: {
      debugData: { requestId, requestUri: pathname, url: `${pathname}?${search}` },
    },
    transaction: {
      type: 'WEB',
      id: requestId,
      detail: tokenId === undefined ? {} : { requestApiTokenId: tokenId },
    },
  }
  return lastContext
}

/** Writes an event into the System Log and tells the event hooks. */
export function log(
  exchange: Exchange,
  type: LogTypeName,
  target: readonly LogParty[],
  more: LogMore = {},
): void {
  const { world, rows, at } = exchange
  add(world, rows, at, toEvent(world, at, type, contextOf(exchange), target, more))
}

/** The same for what happens without a call: work that was left for later. */
export function logLater(world: World, type: LogTypeName, target: readonly LogParty[]): void {
  const context: Context = {
    actor: system,
    client: clientOf(undefined),
    debugContext: { debugData: {} },
    transaction: { type: 'JOB', id: newEventId(world), detail: {} },
  }
  const at = world.now()
  add(world, world.rows, at, toEvent(world, at, type, context, target, {}))
}

function toEvent(
  world: World,
  at: number,
  type: LogTypeName,
  context: Context,
  target: readonly LogParty[],
  more: LogMore,
): LogEvent {
  const { message, legacy, severity } = logTypes[type]
  const { sessionId } = more
  return {
    actor: more.actor ?? context.actor,
    client: context.client,
    device: null,
    authenticationContext: sessionId === undefined ? withoutSession : withSession(sessionId),
    displayMessage: message,
    eventType: type,
    outcome: more.outcome ?? success,
    published: isoMs(at),
    securityContext,
    severity,
    debugContext: context.debugContext,
    legacyEventType: legacy,
    transaction: context.transaction,
    uuid: newEventId(world),
    version: '0',
    request,
    target,
  }
}

function withSession(id: string | null): object {
  return {
    authenticationProvider: null,
    credentialProvider: null,
    credentialType: null,
    issuer: null,
    interface: null,
    authenticationStep: 0,
    rootSessionId: id,
    externalSessionId: id,
  }
}

const withoutSession = withSession(null)

/** Puts an event at the end of the log, and tells who wants to know. */
function add(world: World, rows: Rows, at: number, event: LogEvent): void {
  rows.insert(logs, { id: `${at}_${rows.count(logs) + 1}`, at, event })
  world.emit('okta', event.eventType, event)
}

// One place for all callers: a documentation address (RFC 5737).
const place = {
  city: 'Ashburn',
  state: 'Virginia',
  country: 'United States',
  postalCode: '20149',
  geolocation: { lat: 39.0469, lon: -77.4903 },
}
const ip = '203.0.113.10'
const request = { ipChain: [{ ip, geographicalContext: place, version: 'V4', source: null }] }
const securityContext = { asNumber: null, asOrg: null, isp: null, domain: null, isProxy: null }

let lastAgent: string | undefined
let lastClient: object | undefined

function clientOf(agent: string | undefined): object {
  if (lastClient === undefined || agent !== lastAgent) {
    lastAgent = agent
    lastClient = {
      userAgent: { rawUserAgent: agent ?? 'UNKNOWN', os: 'Unknown', browser: 'UNKNOWN' },
      zone: 'null',
      device: 'Unknown',
      id: null,
      ipAddress: ip,
      geographicalContext: place,
    }
  }
  return lastClient
}
