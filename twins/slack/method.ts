import { refuse, type Reply } from '../../engine/call.ts'
import type { Operation } from '../../engine/contract/contract.ts'
import type { Exchange } from '../../engine/exchange.ts'
import { fail } from './errors.ts'

/** The kinds of token that Slack hands out, in its own words. */
export type TokenKind = 'bot' | 'user' | 'app' | 'configuration' | 'workflow'

/** What the contract tells about a method, made ready for the stages. */
export interface Method {
  id: string
  /** Needs no token at all. */
  isOpen: boolean
  isRetired: boolean
  takesJson: boolean
  reads: boolean
  /** By kind of token: the scopes of which one is enough. Undefined: every kind may call. */
  scopes: Readonly<Partial<Record<TokenKind, readonly string[]>>> | undefined
  /** The same as the x-accepted-oauth-scopes header shows it. */
  accepted: Readonly<Partial<Record<TokenKind, string>>>
  required: readonly string[]
  perMinute: number | undefined
}

const methods = new WeakMap<Operation, Method>()

/** The facts of a method, read from the contract once. */
export function methodOf(op: Operation): Method {
  let method = methods.get(op)
  if (method === undefined) methods.set(op, (method = readMethod(op)))
  return method
}

/**
 * Finds the method by its name in the path. Slack serves GET and POST alike, and an unknown name
 * gets its answer before anybody asks for a token (FACTS: unknown-method).
 */
export function matchMethod(exchange: Exchange): Reply | undefined {
  const { pathname, method } = exchange
  if (!pathname.startsWith('/api/')) refuse('no-route')
  const end = pathname.endsWith('/') ? pathname.length - 1 : pathname.length
  const name = pathname.slice('/api/'.length, end)
  const op = exchange.twin.operations.get(name)
  if (method === 'OPTIONS') return { status: 200, headers: { ...preflight } }
  if (method !== 'POST' && method !== 'GET' && method !== 'HEAD') refuse('no-method')
  if (op === undefined) return fail('unknown_method', { req_method: decode(name) })
  exchange.op = op
  exchange.depth = exchange.twin.depthOf(op)
  if (exchange.call.tooLarge) refuse('too-large')
  return undefined
}

const preflight = {
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-allow-headers':
    'slack-route, x-slack-version-ts, x-b3-traceid, x-b3-spanid, x-b3-parentspanid, x-b3-sampled, x-b3-flags',
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

function readMethod(op: Operation): Method {
  const facts = op.facts ?? {}
  const tokens = facts['tokens'] as Record<string, readonly string[]> | undefined
  const isOpen = tokens !== undefined && ('none' in tokens || 'client' in tokens)
  const isForAny = tokens === undefined || 'any' in tokens || 'legacy_2021' in tokens
  const scopes: Record<string, readonly string[]> = {}
  const accepted: Record<string, string> = {}
  for (const [kind, list] of Object.entries(tokens ?? {})) {
    scopes[kind] = list.toSorted((a, b) => rankOf(a) - rankOf(b))
    accepted[kind] = [...scopes[kind], ...legacyOf(op.id, list)].join(',')
  }
  return {
    id: op.id,
    isOpen,
    isRetired: facts['retired'] === true,
    takesJson: facts['jsonBody'] === true,
    reads: facts['reads'] === true,
    scopes: isForAny ? undefined : scopes,
    accepted,
    required: requiredOf(op),
    perMinute: facts['perMin'] as number | undefined,
  }
}

const order = ['channels', 'groups', 'mpim', 'im']

/** Slack lists the scopes of conversations in one order, whatever the method's page says (FACTS: missing-scope). */
function rankOf(scope: string): number {
  const rank = order.indexOf(scope.slice(0, scope.indexOf(':')))
  return rank === -1 ? order.length : rank
}

/** The headers still name the scopes of the first generation beside the granular ones (FACTS: headers). */
function legacyOf(id: string, scopes: readonly string[]): string[] {
  if (!id.startsWith('conversations.') && id !== 'users.conversations') return []
  return scopes.some((one) => one.includes(':write')) ? ['post'] : ['read']
}

/** Some methods look at these arguments themselves and have their own word for a missing one. */
const ownWords: Record<string, readonly string[]> = {
  'reactions.add': ['channel', 'timestamp'],
}

function requiredOf(op: Operation): readonly string[] {
  const schema = op.body?.types['application/x-www-form-urlencoded'] as
    | { required?: readonly string[] }
    | undefined
  const own = ownWords[op.id] ?? []
  return (schema?.required ?? []).filter((name) => name !== 'token' && !own.includes(name))
}
