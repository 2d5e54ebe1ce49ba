import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openDemoSet, tellHoldout } from './demo-holdout.ts'
import { wilson, type Score } from './score.ts'

const folder = join(import.meta.dirname, '..', 'holdout')

it('has a set that opens with a key which says in its first line that it is no secret', async () => {
  const [first] = readFileSync(join(folder, 'demonstration.key'), 'utf8').split('\n')
  expect(first).toMatch(/^# .*DEMONSTRATION KEY, KNOWN TO EVERYBODY/)
  const set = (await openDemoSet())!
  expect(set.scenarios).toHaveLength(8)
  expect(set.manifest.note).toContain('known to everybody')
  expect(set.scenarios.every(({ scenario }) => scenario.options.twins.length > 0)).toBe(true)
})

it('tells public and sealed scores side by side, and what the author would hear', async () => {
  const score = (yes: number, no: number): Score => ({
    satisfied: yes,
    unsatisfied: no,
    inconclusive: 0,
    scenarios: yes + no,
    satisfaction: yes / (yes + no),
    interval: { ...wilson(yes, yes + no), method: 'wilson' },
  })
  const gap = { value: 0.5, low: -0.1, high: 0.9, significant: false }
  const shown = [{ subject: 'desk', public: score(4, 0), holdout: score(2, 2), gap }]
  expect(tellHoldout(shown, (await openDemoSet())!))
    .toBe(`The holdout: 8 sealed cases that their authors never saw (an example; its key is known to everybody):
  desk  public 100 % (51–100 %)  holdout 50 % (15–85 %)  public − holdout 50 points (−10 to 90)
  Their authors would be told the best score so far in steps of 50 %, and nothing else: docs/holdout.md.
`)
})
