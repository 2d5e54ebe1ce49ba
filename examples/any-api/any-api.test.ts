import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runSubject } from '../../runner/run-subject.ts'
import { make } from './make.ts'

const root = join(import.meta.dirname, '../..')
mkdirSync(join(root, '.backlot'), { recursive: true })
const folder = mkdtempSync(join(root, '.backlot/any-api-'))
afterAll(() => rmSync(folder, { recursive: true }))
const here = relative(root, folder)

describe('an API that nobody wrote a twin for', () => {
  it('is recorded, learned, and verified against another day', async () => {
    const told = await make(`${here}/twin`, `${here}/recordings`)
    expect(told).toContain('13 operations learned from 1 recordings')
    expect(sharesOf(told, 'all')).toEqual({ status: 100, shape: 100, values: 100 })
    expect(sharesOf(told, 'renewLoan')).toEqual({ status: 100, shape: 100, values: 100 })
    const recording = readFileSync(`${folder}/recordings/session.har`, 'utf8')
    expect(recording).toContain('/members')
    expect(recording).not.toMatch(/desk-key-1|Ada Byron|ada@acme/)
  })

  it('is what a scenario can be played on', async () => {
    const { score, measuringNothing, broken, trials } = await runSubject({
      paths: [join(import.meta.dirname, 'scenarios')],
      subjectFile: join(import.meta.dirname, 'subject.json'),
      seeds: ['1', '2', '3'],
      plans: ['none'],
      jobs: 2,
    })
    expect(trials.flatMap(({ why }) => why)).toEqual([])
    expect(trials[0]!.twins).toEqual(['desk'])
    expect(score).toMatchObject({ scenarios: 1, satisfied: 3 })
    expect([measuringNothing, broken]).toEqual([[], []])
  })
})

/** One row of what `backlot verify` prints, in per cent. */
function sharesOf(told: string, row: string): Record<'status' | 'shape' | 'values', number> {
  const found = new RegExp(`^${row} .*`, 'm').exec(told)?.[0] ?? ''
  const [status = 0, , shape = 0, values = 0] = [...found.matchAll(/([\d.]+) %/g)].map((one) =>
    Number(one[1]),
  )
  return { status, shape, values }
}
