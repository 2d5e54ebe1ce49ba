import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeGround, startOn, subject, type ServeGround } from './testing/ground.ts'

let ground: ServeGround
let service: Awaited<ReturnType<typeof startOn>>

beforeAll(async () => {
  ground = await makeGround()
  service = await startOn(ground)
})
afterAll(async () => {
  await service.close()
  await ground.remove()
})

it('takes a subject, plays it on sealed cases, and tells its author little', async () => {
  const ada = await service.as('ada')
  const ticket = await ada.submit(subject(['lobby', 'attic']))
  const waiting = await ada.look(ticket)
  const told = await ada.answer(ticket)
  // Two cases: the ladder has one rung, and half of them do not reach it.
  expect(told).toEqual({ verdict: 'improved', score: 0, questionsLeft: 4 })
  const answered = await ada.look(ticket)
  expect(answered.headers.get('content-length')).toBe(waiting.headers.get('content-length'))
  const words = JSON.stringify(await answered.json())
  expect(words).not.toMatch(/attic|cellar|case|room/)
  expect(await ada.answer(await ada.submit(subject('all')))).toEqual({
    verdict: 'improved',
    score: 1,
    questionsLeft: 3,
  })
  expect(service.errors).toEqual([])
})
