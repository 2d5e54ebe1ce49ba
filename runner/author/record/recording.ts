import type { CallEntry } from '../../../engine/journal.ts'
import type { World } from '../../../engine/world.ts'
import { ChangeWatch, type UnexpectedChange } from '../../collateral.ts'
import { readValue } from '../../journal-view.ts'
import type { FreeJson } from '../../scenario.ts'

/** What somebody did in a world, from its beginning to its end. */
export interface Recording {
  twins: readonly string[]
  /** As it was before the first call. */
  before: World
  after: World
  calls: RecordedCall[]
  changes: UnexpectedChange[]
}

/** One call of a recording. */
export interface RecordedCall {
  twin: string
  op: string
  /** Which call of this operation it was, from 0. */
  nth: number
  method: string
  path: string
  body: FreeJson
  contentType: string | undefined
  authorization: string | undefined
  status: number
  reply: FreeJson
  writes: boolean
  /** Its number in the journal. */
  n: number
}

/** Watches a world from here on; what is returned tells what was done in it until then. */
export function beginRecording(world: World): () => Recording {
  const watch = new ChangeWatch(world)
  const before = world.fork()
  const from = world.journal.last
  return () => ({
    twins: [...world.twins.keys()],
    before,
    after: world,
    calls: readCalls(world, from),
    changes: watch.unexpected(),
  })
}

function readCalls(world: World, from: number): RecordedCall[] {
  const counts = new Map<string, number>()
  const calls: RecordedCall[] = []
  for (const entry of world.journal.calls()) {
    if (entry.n <= from || entry.op === undefined) continue
    const key = `${entry.twin} ${entry.op}`
    const nth = counts.get(key) ?? 0
    counts.set(key, nth + 1)
    calls.push({ ...readCall(world, entry), op: entry.op, nth })
  }
  return calls
}

function readCall(world: World, { n, twin, op, call, reply }: CallEntry) {
  const open = world.twins.get(twin)!
  const operation = open.operations.get(op!)
  const contentType = call.headers?.['content-type']
  return {
    n,
    twin,
    method: call.method ?? 'GET',
    path: call.path,
    body: readValue(call.body, contentType) as FreeJson,
    contentType,
    authorization: call.headers?.['authorization'],
    status: reply.status,
    // As it was then: what stands in the world may change later.
    reply: JSON.parse(JSON.stringify(reply.json ?? reply.text ?? null)) as FreeJson,
    writes: operation !== undefined && open.writes(operation),
  }
}

/** Every text and number in a value, with the path that leads to it. */
export function leavesOf(
  value: unknown,
  path: string[] = [],
): { path: string[]; value: unknown }[] {
  if (typeof value !== 'object' || value === null) return [{ path, value }]
  return Object.entries(value).flatMap(([name, one]) => leavesOf(one, [...path, name]))
}

/** The words of a call by which it may name something: of its path, its query and its body. */
export function wordsOf({ path, body }: RecordedCall): string[] {
  const url = new URL(path, 'http://x')
  const segments = url.pathname.split('/').map(decoded)
  const values = leavesOf(body).map(({ value }) => value)
  return [...segments, ...url.searchParams.values(), ...values].filter(
    (one): one is string => typeof one === 'string' && one.length > 1 && one.length < 200,
  )
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
