import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runSubject } from '../../runner/run-subject.ts'

const chores = 'access accounts groups incident joiners questions secrets triage'.split(' ')

it('satisfies its scenarios, also where answers are lost and readings are old', async () => {
  const { score, measuringNothing, broken, trials } = await runSubject({
    paths: chores,
    subjectFile: join(import.meta.dirname, 'subject.json'),
    seeds: ['1', '2'],
    plans: ['none', 'lost-after-write', 'stale-reads'],
    jobs: 4,
  })
  expect(trials.filter((one) => one.verdict !== 'satisfied').map(({ why }) => why)).toEqual([])
  expect(score).toMatchObject({ scenarios: 21, satisfied: 126 })
  expect([measuringNothing, broken]).toEqual([[], []])
})

it('is played to the same result again, one trial at a time or many', async () => {
  const play = async (jobs: number) => {
    const { trials, score, controls, by } = await runSubject({
      paths: ['incident', 'accounts', 'triage', 'joiners'],
      subjectFile: join(import.meta.dirname, 'subject.json'),
      seeds: ['7', '8'],
      plans: ['none', 'stale-reads', 'malformed'],
      jobs,
    })
    const timeless = trials.map((one) => ({ ...one, wallMs: 0 }))
    return JSON.stringify({ timeless, score, controls, by })
  }
  const one = await play(1)
  expect(await play(6)).toBe(one)
})
