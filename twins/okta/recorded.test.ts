import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { Operation } from '../../engine/contract/contract.ts'
import { isRecord } from '../../engine/contract/schema.ts'
import { openTwin, type TwinDefinition } from '../../engine/twin.ts'
import type { World } from '../../engine/world.ts'
import { openAcme } from './acme.ts'
import { given } from './given.ts'
import { sessionTokens } from './state.ts'
import { okta } from './twin.ts'

// Plays recorded traffic against a world, for tests: ids that the recording made become ours as they appear.

interface HarEntry {
  request: { method: string; url: string; postData?: { text?: string }; _bodyRecorded?: boolean }
  response: { status: number; content: { text?: string } }
}

/** One recorded exchange beside ours. */
interface Compared {
  file: string
  op: string
  call: string
  recorded: { status: number; json: unknown }
  ours: { status: number; json: unknown }
}

/** All recordings below a folder, by path. */
function recordingsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.har'))
    .sort()
    .map((name) => join(folder, name))
}

const oktaId = /\b(?:00[ugT]|0oa|oty|who|102)[A-Za-z0-9_-]{16,22}(?=$|[/?&"'\\,\s])/g

/** Plays one recording; leaves out what is not behaved and what speaks of things that it did not make. */
function replay(path: string, world: World, token: string): Compared[] {
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
function shapeOf(value: unknown, at = '', into = new Map<string, string>()): Map<string, string> {
  if (Array.isArray(value)) {
    into.set(at, 'array')
    if (value.length > 0) shapeOf(value[0], `${at}/*`, into)
  } else if (typeof value === 'object' && value !== null) {
    into.set(at, 'object')
    for (const [key, inner] of Object.entries(value)) shapeOf(inner, `${at}/${key}`, into)
  } else into.set(at, value === null ? 'null' : typeof value)
  return into
}

const recordings = fileURLToPath(new URL('../../../shared/recordings/okta', import.meta.url))

// What recorded orgs differ in among themselves: licences, age of the cell, their own attributes.
const ofOrg =
  /^(\/\*)?\/(realmId|transitioningToStatus|credentials\/emails|_links\/(resetFactors|owners)|definitions\/(custom|base\/(required|properties\/\w+\/(master|required))))/

// FACTS: known. Recorded exchanges that rest on what the recording did not make.
const known: Record<string, string> = {
  'GET /api/v1/users/user-b2c530%40example.com': 'an account that was there before',
  'GET /api/v1/groups/test_group_id': 'a group that was there before',
  'PUT /api/v1/groups/test_group_id': 'a group that was there before',
}

function shapesApart({ op, recorded, ours }: Compared): string[] {
  // Lists show whatever else the org has; their members are compared where both have some.
  const isList = Array.isArray(recorded.json)
  const both = [recorded.json, ours.json] as unknown[][]
  if (isList && (op === 'listLogEvents' || both.some((one) => one.length === 0))) return []
  const [theirs, mine] = [shapeOf(recorded.json), shapeOf(ours.json)]
  const apart: string[] = []
  for (const [path, type] of theirs) {
    if (ofOrg.test(path) || (isList && /\/(profile|credentials)\//.test(path))) continue
    const is = mine.get(path)
    if (is === undefined) apart.push(`${op} lacks ${path}`)
    else if (is !== type && !isList) apart.push(`${op} ${path} is ${is}, not ${type}`)
  }
  for (const path of isList ? [] : mine.keys()) {
    if (!ofOrg.test(path) && !theirs.has(path)) apart.push(`${op} adds ${path}`)
  }
  return apart
}

describe.skipIf(!existsSync(recordings))('recorded traffic', () => {
  test('is answered with the same statuses and shapes', () => {
    const statuses: string[] = []
    const shapes: string[] = []
    let count = 0
    for (const sources of ['okta-sdk-python', 'terraform-provider-okta', 'nango']) {
      for (const file of recordingsIn(`${recordings}/${sources}`)) {
        const { world, token } = openAcme()
        for (const one of replay(file, world, token)) {
          if (known[one.call] !== undefined) continue
          count++
          if (one.recorded.status !== one.ours.status) {
            statuses.push(`${one.call}: ${one.ours.status}, not ${one.recorded.status}`)
          } else shapes.push(...shapesApart(one))
        }
      }
    }
    expect(statuses).toEqual([])
    expect([...new Set(shapes)]).toEqual([])
    expect(count).toBeGreaterThan(1800)
  })
})
