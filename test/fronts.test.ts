import { describe, expect, it } from 'vitest'
import type { TwinDefinition } from '../engine/twin.ts'
import { World } from '../engine/world.ts'
import { loadTwin, twinNames } from '../twins/index.ts'
import { doors } from './front-doors.ts'
import { board } from './small-twin.ts'
import { boardTour, brokenBodies } from './tours/board.ts'
import { jiraTour } from './tours/jira.ts'
import { oktaTour } from './tours/okta.ts'
import { slackTour } from './tours/slack.ts'
import type { Answer, Tour } from './tours/tour.ts'

const tours: Record<string, Tour> = { jira: jiraTour, okta: oktaTour, slack: slackTour }
const small = board as unknown as TwinDefinition
const real = await Promise.all(
  Object.entries(tours).map(async ([name, tour]) => [await loadTwin(name), tour] as const),
)

/** What clients add of their own accord, each in its way. */
const everyClient = { 'user-agent': 'tour', accept: '*/*', 'accept-language': '*' }

async function walk(twin: TwinDefinition, open: (typeof doors)[string], tour: Tour) {
  const world = World.create({ twins: [twin], seed: 'tour' }).fork({ seed: 'one' })
  const credentials = world.mint(twin.name)
  const door = await open(world, twin.name)
  const heard: { call: string; answer: Answer }[] = []
  try {
    const steps = tour(credentials)
    let step = steps.next()
    while (step.done !== true) {
      const { headers } = step.value
      const answer = await door.send({ ...step.value, headers: { ...everyClient, ...headers } })
      heard.push({ call: `${step.value.method ?? 'GET'} ${step.value.path}`, answer })
      step = steps.next(answer)
    }
  } finally {
    await door.close()
  }
  expect(world.journal.calls().map(({ crash }) => crash)).toEqual(heard.map(() => undefined))
  return heard
}

describe.each([[small, boardTour] as const, ...real])('a tour of $name', (twin, tour) => {
  const expected = walk(twin, doors['direct']!, tour)

  it('is worth taking: it meets many kinds of answer', async () => {
    expect((await expected).length).toBeGreaterThanOrEqual(25)
    expect(new Set((await expected).map(({ answer }) => answer.body)).size).toBeGreaterThan(12)
  })

  const others = Object.entries(doors).filter(([name]) => name !== 'direct')
  it.each(others)('is answered the same through %s', async (_name, open) => {
    expect(await walk(twin, open, tour)).toEqual(await expected)
  })
})

it('every twin has a tour', () => {
  expect(Object.keys(tours).toSorted()).toEqual(twinNames.toSorted())
})

describe('a body that is not what it says', () => {
  const others = Object.keys(doors).filter((name) => !name.includes('behind'))
  it.each(others)('is answered in the words of the twin through %s', async (name) => {
    const heard = await walk(small, doors[name]!, brokenBodies)
    expect(heard.map(({ answer }) => [answer.status, JSON.parse(answer.body)])).toEqual([
      [400, { error: 'malformed-body' }],
      [400, { error: 'malformed-body' }],
      [400, { error: 'malformed-body' }],
    ])
  })
})
