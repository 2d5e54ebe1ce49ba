import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runSubject } from '../../runner/run-subject.ts'

it('satisfies its scenarios, also where answers are lost and readings are old', async () => {
  const { score, measuringNothing, broken, trials } = await runSubject({
    paths: ['incident', 'accounts', 'triage', 'joiners', 'questions'],
    subjectFile: join(import.meta.dirname, 'subject.json'),
    seeds: ['1', '2'],
    plans: ['none', 'lost-after-write', 'stale-reads'],
    jobs: 4,
  })
  expect(trials.filter((one) => one.verdict !== 'satisfied').map(({ why }) => why)).toEqual([])
  expect(score).toMatchObject({ scenarios: 8, satisfied: 48 })
  expect([measuringNothing, broken]).toEqual([[], []])
})
