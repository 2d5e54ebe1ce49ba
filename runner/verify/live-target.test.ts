import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import type { Recorded } from '../../engine/learn/recorded.ts'
import { liveTarget } from './live-target.ts'
import { replay } from './replay.ts'

const servers: ReturnType<typeof createServer>[] = []
afterEach(() => {
  for (const one of servers.splice(0)) one.close().closeAllConnections()
})

/** A service that keeps notes, under ids of its own; `extra` is a member that it did not always show. */
async function openNotes(extra: object) {
  const notes = new Map<string, object>()
  const asked: (string | undefined)[] = []
  const server = createServer(async (request, response) => {
    asked.push(request.headers.authorization)
    const sent = (await request.toArray()).join('')
    const id = request.url!.split('/')[2]
    const note =
      request.method === 'POST'
        ? { id: `n_1b2c3d4e${notes.size}`, ...(JSON.parse(sent) as object), ...extra }
        : notes.get(id ?? '')
    if (note !== undefined && 'id' in note) notes.set(String(note.id), note)
    response.writeHead(note === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(note ?? { error: 'none' }))
  })
  servers.push(server.listen(0, '127.0.0.1'))
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked }
}

function recorded(n: number, method: string, pathname: string, status: number, json: unknown) {
  const body = method === 'POST' ? JSON.stringify({ text: 'hello' }) : undefined
  return {
    cassette: 'c',
    n,
    method,
    origin: 'https://notes.example',
    pathname,
    search: '',
    headers: { authorization: 'Bearer REDACTED' },
    body,
    isBodyLost: false,
    at: undefined,
    tookMs: 5,
    status,
    replyHeaders: {},
    text: JSON.stringify(json),
    json,
  } satisfies Recorded
}

const story = [
  recorded(0, 'POST', '/notes', 200, { id: 'n_7a3f9b2c', text: 'hello' }),
  recorded(1, 'GET', '/notes/n_7a3f9b2c', 200, { id: 'n_7a3f9b2c', text: 'hello' }),
]

describe('the real service beside a recording', () => {
  test('is asked in its own ids and with our credential, and agrees', async () => {
    const { url, asked } = await openNotes({})
    const { compared } = await replay(liveTarget(url, 'Bearer ours'), story)
    expect(compared.map(({ status, shape, values }) => [status, shape, values])).toEqual([
      [1, 1, 1],
      [1, 1, 1],
    ])
    expect(compared[1]!.call).toBe('GET /notes/n_1b2c3d4e0')
    expect(asked).toEqual(['Bearer ours', 'Bearer ours'])
  })

  test('shows where it has drifted', async () => {
    const { url } = await openNotes({ pinned: false })
    const { compared } = await replay(liveTarget(url, undefined), story)
    expect(compared[0]!.differences).toContainEqual({
      level: 'shape',
      at: '/pinned',
      recorded: undefined,
      ours: 'boolean',
    })
  })
})
