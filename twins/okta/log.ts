import type { Caller } from '../../engine/auth.ts'
import type { Exchange } from '../../engine/exchange.ts'
import type { Rows } from '../../engine/rows.ts'
import type { World } from '../../engine/world.ts'
import { tokenIdOf } from './auth.ts'
import { requestIdOf } from './headers.ts'
import { newEventId } from './ids.ts'
import { logTypes, type LogTypeName } from './log-types.ts'
import { nameOf } from './profile.ts'
import { logs, users, type Group, type LogEvent, type LogRow, type User } from './state.ts'
import { isoMs } from './times.ts'

/** Who or what an event is about. */
export interface LogParty {
  id: string
  type: string
  alternateId: string
  displayName: string
  detailEntry: null
}

const parties = new WeakMap<User | Group, LogParty>()

/** A user as actor or target. */
export function partyOf(user: User): LogParty {
  let party = parties.get(user)
  if (party === undefined) {
    const { id, profile } = user
    const displayName = nameOf(profile)
    party = { id, type: 'User', alternateId: profile.login, displayName, detailEntry: null }
    parties.set(user, party)
  }
  return party
}

/** A group as target; its alternate id is unknown to the log. */
export function partyOfGroup(group: Group): LogParty {
  let party = parties.get(group)
  if (party === undefined) {
    const { id, profile } = group
    party = {
      id,
      type: 'UserGroup',
      alternateId: 'unknown',
      displayName: profile.name,
      detailEntry: null,
    }
    parties.set(group, party)
  }
  return party
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
  sessionId?: string | null
  outcome?: { result: string; reason: string | null }
}

const success = { result: 'SUCCESS', reason: null }

/** Writes an event into the System Log and tells the event hooks. */
export function log(
  exchange: Exchange,
  type: LogTypeName,
  target: readonly LogParty[],
  more: LogMore = {},
): void {
  const { world, caller, pathname, at } = exchange
  const account = caller === undefined ? undefined : exchange.rows.get(users, caller.account)
  const requestId = requestIdOf(exchange)
  const tokenId = tokenIdOf(caller)
  add(world, exchange.rows, at, type, {
    actor: more.actor ?? (account === undefined ? appOf(caller) : partyOf(account)),
    client: clientOf(exchange.headers['user-agent']),
    sessionId: more.sessionId ?? null,
    outcome: more.outcome ?? success,
    debugData: { requestId, requestUri: pathname, url: `${pathname}?${exchange.search}` },
    transaction: {
      type: 'WEB',
      id: requestId,
      detail: tokenId === undefined ? {} : { requestApiTokenId: tokenId },
    },
    target,
  })
}

/** The same for what happens without a call: work that was left for later. */
export function logLater(world: World, type: LogTypeName, target: readonly LogParty[]): void {
  add(world, world.rows, world.now(), type, {
    actor: system,
    client: clientOf(undefined),
    sessionId: null,
    outcome: success,
    debugData: {},
    transaction: { type: 'JOB', id: newEventId(world), detail: {} },
    target,
  })
}

interface Parts {
  actor: LogParty
  client: object
  sessionId: string | null
  outcome: object
  debugData: object
  transaction: object
  target: readonly LogParty[]
}

function add(world: World, rows: Rows, at: number, type: LogTypeName, parts: Parts): void {
  const { message, legacy, severity } = logTypes[type]
  const event: LogEvent = {
    actor: parts.actor,
    client: parts.client,
    device: null,
    authenticationContext: {
      authenticationProvider: null,
      credentialProvider: null,
      credentialType: null,
      issuer: null,
      interface: null,
      authenticationStep: 0,
      rootSessionId: parts.sessionId,
      externalSessionId: parts.sessionId,
    },
    displayMessage: message,
    eventType: type,
    outcome: parts.outcome,
    published: isoMs(at),
    securityContext,
    severity,
    debugContext: { debugData: parts.debugData },
    legacyEventType: legacy,
    transaction: parts.transaction,
    uuid: newEventId(world),
    version: '0',
    request,
    target: parts.target,
  }
  addRow(rows, at, event)
  world.emit('okta', type, event)
}

/** Puts an event at the end of the log. */
function addRow(rows: Rows, at: number, event: LogEvent): LogRow {
  const id = `${at}_${rows.count(logs) + 1}`
  return rows.insert(logs, { id, at, event })
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
