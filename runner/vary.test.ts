import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { noFaults } from '../engine/faults.ts'
import { Bases } from './bases.ts'
import { playTrial } from './play.ts'
import { checkScenario } from './check-scenario.ts'
import { scenario, type Scenario } from './scenario.ts'
import { nothingSubject } from './subject/nothing.ts'
import { drawVariations } from './vary.ts'
import { loadStoryText } from './yaml-scenario/load.ts'

const play = async (one: Scenario, seed: string) => {
  const base = await new Bases().of(one.options.twins)
  const trial = { scenarioId: 'varied', scenario: one, seed, plan: noFaults }
  return playTrial(trial, { base, subject: nothingSubject })
}

const varied = scenario(
  'A room for everybody',
  { twins: ['slack'], vary: { guests: { from: 1, to: 9 }, twist: ['none', 'namesake'] } },
  ({ check, vary }) => {
    const guests: number = vary.guests
    const twist: 'none' | 'namesake' = vary.twist
    check('drawn', `${guests} ${twist}`, 'never')
  },
)

it('draws the same from the same seed, and all of it over the seeds', async () => {
  const of = (seed: string) => drawVariations({ n: { from: 2, to: 4 }, word: ['a', 'b'] }, seed)
  expect(of('1')).toEqual(of('1'))
  const all = Array.from({ length: 100 }, (_, i) => of(`seed ${i}`))
  expect(new Set(all.map(({ n }) => n))).toEqual(new Set([2, 3, 4]))
  expect(new Set(all.map(({ word }) => word))).toEqual(new Set(['a', 'b']))
})

it('draws one the same whether there are others or not', () => {
  const alone = drawVariations({ n: { from: 1, to: 1000 } }, 'seed')
  expect(drawVariations({ m: ['a', 'b'], n: { from: 1, to: 1000 } }, 'seed')).toMatchObject(alone)
})

it('hands what was drawn to a story, another for another seed', async () => {
  const seen = await Promise.all(['1', '2', '3', '4', '5'].map((seed) => play(varied, seed)))
  const told = seen.map(({ checks }) => checks[0]!.actual)
  expect(new Set(told).size).toBeGreaterThan(1)
  expect((await play(varied, '1')).checks[0]!.actual).toBe(told[0])
})

const yaml = (step: string): string =>
  `scenario: A room\ntwins: [slack]\nvary: { guests: { from: 3, to: 3 }, twist: [namesake] }\nsteps:\n  - ${step}\n`

it('is named in YAML as well', async () => {
  const text = yaml(
    "then: it is so\n    value: '${vary.guests} ${vary.twist}'\n    equals: 3 namesake",
  )
  const { verdict, why } = await play(await loadStoryText('a.yaml', text), '1')
  expect([verdict, why]).toEqual(['satisfied', []])
})

it('grows the case that docs/holdout.md shows', async () => {
  const doc = readFileSync(join(import.meta.dirname, '../docs/holdout.md'), 'utf8')
  const [, text] = /```yaml grown\n([^]*?)```/.exec(doc)!
  const { verdict, why } = await play(await loadStoryText('grown.yaml', text!), '3')
  expect([verdict, why]).toEqual(['satisfied', []])
})

it('says what does not vary, and which variation is none', async () => {
  const misspelt = loadStoryText('a.yaml', yaml("let: { n: '${vary.guest}' }"))
  await expect(misspelt).rejects.toThrow(/"guest"|guest/)
  const wrong = (vary: object): unknown =>
    checkScenario({ ...varied, options: { twins: ['slack'], vary } }, 'a.ts', '')
  expect(() => wrong({ n: [] })).toThrow('The variation "n" has nothing to draw from.')
  expect(() => wrong({ n: { from: 3, to: 1 } })).toThrow('The variation "n" ends before it begins.')
  expect(() => wrong({ n: 3 })).toThrow(
    'The variation "n" is neither a list nor a range of whole numbers.',
  )
})
