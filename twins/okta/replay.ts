import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Operation } from '../../engine/contract/contract.ts'
import { isRecord } from '../../engine/contract/schema.ts'
import { openTwin, type TwinDefinition } from '../../engine/twin.ts'
import type { World } from '../../engine/world.ts'
import { given } from './given.ts'
import { sessionTokens } from './state.ts'
import { okta } from './twin.ts'

// Plays recorded traffic against a world, for tests: ids that the recording made become ours as they appear.

interface HarEntry {
  request: { method: string; url: string; postData?: { text?: string }; _bodyRecorded?: boolean }
  response: { status: number; content: { text?: string } }
}

/** One recorded exchange beside ours. */
export interface Compared {
  file: string
  op: string
  call: string
  recorded: { status: number; json: unknown }
  ours: { status: number; json: unknown }
}

/** All recordings below a folder, by path. */
export function recordingsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.har'))
    .sort()
    .map((name) => join(folder, name))
}

const oktaId = /\b(?:00[ugT]|0oa|oty|102)[A-Za-z0-9_-]{16,22}(?=$|[/?&"'\\,\s])/g

/** Plays one recording; leaves out what is not behaved and what speaks of things that it did not make. */
export function replay(path: string, world: World, token: string): Compared[] {
  const { entries } = (JSON.parse(readFileSync(path, 'utf8')) as { log: { entries: HarEntry[] } })
    .log
  const ids = new Map<string, string>()
  const out: Compared[] = []
  for (const { request, response } of entries) {
    const url = new URL(request.url)
    const body = request.postData?.text
    const recorded = { status: response.status, json: parse(response.content.text) }
    const op = operationOf(request.method, url.pathname)
    if (op?.id === 'updateUserProfile') addAttributes(world, parse(body))
    if (op === undefined || !Object.hasOwn(okta.behaviors, op.id)) continue
    const isBodyLost = op.body !== undefined && (body === undefined || body === '')
    const target = url.pathname + url.search
    if (isBodyLost || isStrange(target, ids) || isStrange(body ?? '', ids)) continue
    if (op.id === 'createSession' && recorded.status === 200) {
      addSessionToken(world, parse(body), recorded.json, ids)
    }
    const call = {
      method: request.method,
      path: translate(target, ids),
      headers: { authorization: `SSWS ${token}`, 'content-type': 'application/json' },
      origin: url.origin,
    }
    const text = body === undefined || body === '' ? {} : { body: translate(body, ids) }
    const { reply } = world.play('okta', { ...call, ...text })
    learn(recorded.json, reply.json, ids)
    const ours = { status: reply.status, json: reply.json }
    out.push({ file: path, op: op.id, call: `${call.method} ${call.path}`, recorded, ours })
  }
  return out
}

function operationOf(method: string, path: string): Operation | undefined {
  const { router } = openTwin(okta as unknown as TwinDefinition)
  const found = router.match(method, path)
  return found === undefined || 'allow' in found ? undefined : found.op
}

/** Schema changes have no behaviour yet; what they add is put into the world as a scenario would. */
function addAttributes(world: World, body: unknown): void {
  const schema = body as { definitions?: { custom?: { properties?: Record<string, unknown> } } }
  for (const [name, one] of Object.entries(schema?.definitions?.custom?.properties ?? {})) {
    const type = (one as { type?: 'string' } | null)?.type ?? 'string'
    given.attribute(world, { name, type })
  }
}

/** Signing in has no behaviour yet; the token that it gave is put into the world. */
function addSessionToken(
  world: World,
  body: unknown,
  session: unknown,
  ids: ReadonlyMap<string, string>,
): void {
  const id = (body as { sessionToken?: string }).sessionToken
  const userId = ids.get((session as { userId: string }).userId)
  if (id === undefined || userId === undefined) return
  world.rows.put(sessionTokens, { id, userId, expiresAt: world.now() + 300_000 })
}

/** Speaks of something that the recording did not make. */
function isStrange(text: string, ids: ReadonlyMap<string, string>): boolean {
  return [...text.matchAll(oktaId)].some(([id]) => !ids.has(id))
}

function translate(text: string, ids: ReadonlyMap<string, string>): string {
  return text.replaceAll(oktaId, (id) => ids.get(id) ?? id)
}

function learn(recorded: unknown, ours: unknown, ids: Map<string, string>): void {
  if (!isRecord(recorded) || !isRecord(ours)) return
  pair(recorded, ours, ids)
  // The default type of a user has another id in every org; of the others we know nothing.
  if (ids.size < 3 && isRecord(recorded['type']) && isRecord(ours['type'])) {
    pair(recorded['type'], ours['type'], ids)
  }
}

function pair(
  recorded: Record<string, unknown>,
  ours: Record<string, unknown>,
  ids: Map<string, string>,
): void {
  const [theirs, mine] = [recorded['id'], ours['id']]
  if (typeof theirs === 'string' && typeof mine === 'string') ids.set(theirs, mine)
}

function parse(text: string | undefined): unknown {
  if (text === undefined || text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The paths of a JSON value with their types; a list counts by its first member. */
export function shapeOf(
  value: unknown,
  at = '',
  into = new Map<string, string>(),
): Map<string, string> {
  if (Array.isArray(value)) {
    into.set(at, 'array')
    if (value.length > 0) shapeOf(value[0], `${at}/*`, into)
  } else if (typeof value === 'object' && value !== null) {
    into.set(at, 'object')
    for (const [key, inner] of Object.entries(value)) shapeOf(inner, `${at}/${key}`, into)
  } else into.set(at, value === null ? 'null' : typeof value)
  return into
}
