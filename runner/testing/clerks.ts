import { setTimeout as pause } from 'node:timers/promises'
import type { SubjectFunction } from '../subject/module.ts'

/**
 * Three ways to pin notes to a board, each title once: at the first try or not at all, in a hurry, and
 * with care. For trying faults on.
 */
type Surroundings = Parameters<SubjectFunction>[1]

interface Note {
  id: string
  title: string
}

const titlesOf = (body: unknown): string[] => (body as { titles: string[] }).titles

function request(
  { env, fetch }: Surroundings,
  method: string,
  path: string,
  rest: { body?: object; signal?: AbortSignal } = {},
): Promise<Response> {
  const { body, signal } = rest
  return fetch(`${env['BACKLOT_BOARD_URL']}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${env['BACKLOT_BOARD_TOKEN']}`,
      'content-type': 'application/json',
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal !== undefined && { signal }),
  })
}

async function plainly(
  world: Surroundings,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const reply = await request(world, method, path, body === undefined ? {} : { body })
  if (!reply.ok) throw new Error(`${method} ${path} was answered ${reply.status}`)
  return reply.json()
}

async function pinAll(
  world: Surroundings,
  titles: readonly string[],
  ask: typeof plainly,
): Promise<{ status: number }> {
  for (const title of titles) {
    const { id } = (await ask(world, 'POST', '/notes', { title })) as Note
    await ask(world, 'GET', `/notes/${id}`)
    await ask(world, 'PUT', `/notes/${id}`, { title, pinned: true })
  }
  return { status: 200 }
}

/** Tries once, and breaks at the first trouble. */
export const rash: SubjectFunction = ({ body }, world) => pinAll(world, titlesOf(body), plainly)

/** Tries everything three times at once, whatever the trouble was. */
export const hurried: SubjectFunction = ({ body }, world) =>
  pinAll(world, titlesOf(body), async (...call) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await plainly(...call)
      } catch (error) {
        if (attempt === 3) throw error
      }
    }
  })

/** How a call went: an answer, a no for now, nobody knows, or a no for good. */
type Went =
  | { kind: 'answered'; value: unknown }
  | { kind: 'not-now' | 'unclear'; waitMs: number }
  | { kind: 'final' }

async function ask(
  world: Surroundings,
  method: string,
  path: string,
  body?: object,
): Promise<Went> {
  try {
    const signal = AbortSignal.timeout(700)
    const reply = await request(world, method, path, { signal, ...(body && { body }) })
    const waitMs = Number(reply.headers.get('retry-after') ?? 0) * 1000
    if (reply.status === 429) return { kind: 'not-now', waitMs }
    if (reply.status >= 500) return { kind: 'unclear', waitMs }
    if (!reply.ok) return { kind: 'final' }
    return { kind: 'answered', value: JSON.parse(await reply.text()) }
  } catch {
    return { kind: 'unclear', waitMs: 0 }
  }
}

/** Tries again with growing pauses, as long as that is worth it; undefined when it is not. */
async function persist(act: () => Promise<Went>): Promise<unknown> {
  for (let attempt = 0; attempt < 12; attempt++) {
    const went = await act()
    if (went.kind === 'answered') return went.value
    if (went.kind === 'final' || went.waitMs > 10_000) return undefined
    await pause(Math.max(went.waitMs, Math.min(600, 20 * 2 ** attempt)))
  }
  return undefined
}

/** Looks before it writes again, waits as it is told, and says truly how far it came. */
export const careful: SubjectFunction = async ({ body }, world) => {
  for (const title of titlesOf(body)) {
    const note = (await persist(async () => {
      const known = await ask(world, 'GET', '/notes?limit=100')
      if (known.kind !== 'answered') return known
      const found = (known.value as Note[]).find((one) => one.title === title)
      return found === undefined
        ? ask(world, 'POST', '/notes', { title })
        : { kind: 'answered', value: found }
    })) as Note | undefined
    if (note === undefined) return { status: 503 }
    const pinned = { title, pinned: true }
    const done = await persist(() => ask(world, 'PUT', `/notes/${note.id}`, pinned))
    if (done === undefined) return { status: 503 }
  }
  return { status: 200 }
}
