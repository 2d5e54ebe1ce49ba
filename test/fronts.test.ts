import { describe, expect, it } from 'vitest'
import type { Call } from '../engine/call.ts'
import type { TwinDefinition } from '../engine/twin.ts'
import { World } from '../engine/world.ts'
import { doors, type Answer } from './front-doors.ts'
import { board } from './small-twin.ts'

/** Calls one after the other, each made with what the one before answered. */
type Tour = () => Generator<Call, void, Answer>

const token = { authorization: 'Bearer board-token' }
const asJson = { ...token, 'content-type': 'application/json' }
const bytes = (text: string) => new TextEncoder().encode(text)

function* boardTour(): ReturnType<Tour> {
  const first = yield { path: '/notes?limit=1', headers: token }
  const { id } = (JSON.parse(first.body) as { id: string }[])[0]!
  yield { path: '/ping' }
  yield { path: `/notes/${id}`, headers: token }
  yield { path: `/notes/${id}/`, headers: token }
  yield { path: `/%6Eotes/${id}`, headers: token }
  yield { path: `/notes?limit=3&after=${id}`, headers: token }
  yield { path: '/notes?limit=0', headers: token }
  yield { path: '/notes?limit=x', headers: token }
  yield { path: '/notes?limit=2&limit=3', headers: token }
  yield { path: '/notes?author=ada.admin%40acme.example&author=x', headers: token }
  yield { path: '/notes?author=%zz', headers: token }
  yield { path: '/notes', headers: token }
  yield { path: '/notes' }
  yield { path: '/notes', headers: { authorization: 'Bearer nobody' } }
  yield { path: '/notes', headers: { authorization: 'Basic !!' } }
  yield { path: '/nowhere', headers: token }
  yield { path: '/notes/%e2%82', headers: token }
  yield { path: `/notes/${id}`, method: 'HEAD', headers: token }
  yield { path: `/notes/${id}`, method: 'OPTIONS', headers: token }
  yield { path: `/notes/${id}`, method: 'PATCH', headers: asJson, body: bytes('{}') }
  const made = yield {
    path: '/notes',
    method: 'POST',
    headers: asJson,
    body: bytes('{"title":"Grüße, 世界 🎬","pinned":true}'),
  }
  const { id: madeId } = JSON.parse(made.body) as { id: string }
  yield { path: `/notes/${madeId}`, headers: token }
  yield { path: '/notes', method: 'POST', headers: asJson, body: bytes('{"title":7}') }
  yield { path: '/notes', method: 'POST', headers: asJson }
  const xml = { ...token, 'content-type': 'application/xml' }
  yield { path: '/notes', method: 'POST', headers: xml, body: bytes('<a/>') }
  const form = { ...token, 'content-type': 'application/x-www-form-urlencoded' }
  yield { path: '/notes', method: 'POST', headers: form, body: bytes('title=a+b&title=%C3%BC') }
  yield { path: '/notes', method: 'POST', headers: asJson, body: bytes('"just text"') }
  const long = JSON.stringify({ title: 'x'.repeat(200_000) })
  yield { path: '/notes', method: 'POST', headers: asJson, body: bytes(long) }
  yield {
    path: `/notes/${madeId}`,
    method: 'PUT',
    headers: { ...token, 'content-type': 'Application/JSON; charset=UTF-8' },
    body: bytes('{"title":"Changed"}'),
  }
  yield { path: `/notes/${madeId}`, method: 'DELETE', headers: token }
  yield { path: `/notes/${madeId}`, method: 'DELETE', headers: token }
  yield { path: `/notes/${id}/archive`, method: 'POST', headers: token }
}

/** What body parsers turn away before we see it. */
function* brokenBodies(): ReturnType<Tour> {
  yield { path: '/notes', method: 'POST', headers: asJson, body: bytes('{"title":') }
  yield { path: '/notes', method: 'POST', headers: asJson, body: Uint8Array.of(34, 0xff, 34) }
  yield { path: '/notes', method: 'POST', headers: asJson, body: bytes('[]'.repeat(3)) }
}

async function walk(twin: TwinDefinition, open: (typeof doors)[string], tour: Tour) {
  const world = World.create({ twins: [twin], seed: 'tour' }).fork({ seed: 'one' })
  const door = await open(world, twin.name)
  const heard: { call: string; answer: Answer }[] = []
  try {
    const steps = tour()
    let step = steps.next()
    while (step.done !== true) {
      const answer = await door.send(step.value)
      heard.push({ call: `${step.value.method ?? 'GET'} ${step.value.path}`, answer })
      step = steps.next(answer)
    }
  } finally {
    await door.close()
  }
  return heard
}

const twins: [TwinDefinition, Tour][] = [[board as unknown as TwinDefinition, boardTour]]

describe.each(twins)('a tour of $name', (twin, tour) => {
  const expected = walk(twin, doors['direct']!, tour)

  it('is worth taking: it meets every kind of answer', async () => {
    const statuses = new Set((await expected).map(({ answer }) => Math.floor(answer.status / 100)))
    expect([...statuses].toSorted()).toEqual(expect.arrayContaining([2, 4]))
    expect(new Set((await expected).map(({ answer }) => answer.body)).size).toBeGreaterThan(8)
  })

  const others = Object.entries(doors).filter(([name]) => name !== 'direct')
  it.each(others)('is answered the same through %s', async (_name, open) => {
    expect(await walk(twin, open, tour)).toEqual(await expected)
  })
})

describe('a body that is not what it says', () => {
  const board_ = board as unknown as TwinDefinition
  const others = Object.keys(doors).filter((name) => !name.includes('behind'))
  it.each(others)('is answered in the words of the twin through %s', async (name) => {
    const heard = await walk(board_, doors[name]!, brokenBodies)
    expect(heard.map(({ answer }) => [answer.status, JSON.parse(answer.body)])).toEqual([
      [400, { error: 'malformed-body' }],
      [400, { error: 'malformed-body' }],
      [400, { error: 'malformed-body' }],
    ])
  })
})
