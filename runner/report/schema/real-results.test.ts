import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, describe, expect, it } from 'vitest'
import { History } from '../../history/history.ts'
import { runSubject, type RunRequest } from '../../run-subject.ts'
import { sweepSubject } from '../../sweep/sweep.ts'
import { greetedScenario, greeterModule } from '../../testing/command-line.ts'
import { closed } from '../testing/closed-schema.ts'
import { resultSchema } from './result-schema.ts'
import { sweepSchema } from './sweep-schema.ts'

const folder = mkdtempSync(join(tmpdir(), 'real-'))
const at = (name: string): string => join(folder, name)
const history = History.open(at('history.db'))
afterAll(() => {
  history.close()
  rmSync(folder, { recursive: true })
})
writeFileSync(
  at('greeted.ts'),
  greetedScenario('Greeted', "tags: ['greeting'], budget: { calls: 9, seconds: 9 }"),
)
writeFileSync(at('broken.ts'), 'export default 1')
writeFileSync(at('greeter.mjs'), greeterModule())

const request: RunRequest = {
  paths: [at('greeted.ts'), at('broken.ts')],
  subjectFile: at('greeter.mjs'),
  seeds: ['1', '2'],
  plans: ['none', 'lost-after-write', 'malformed'],
  jobs: 1,
  history,
  budget: { calls: 1000 },
  gate: { at: 0.5, alpha: 0.05, beta: 0.05 },
}

/** What a value has that its schema does not tell. */
function untold(schema: Record<string, unknown>, value: unknown): unknown {
  const validate = new Ajv2020({ strict: false, allErrors: true }).compile(closed(schema) as object)
  validate(JSON.parse(JSON.stringify(value)))
  return validate.errors ?? []
}

describe('what a run writes', () => {
  it('is told by its schema to the last field: history, comparison, gate, spending, wall, what is broken', async () => {
    await runSubject(request)
    const result = await runSubject(request)
    expect(untold(resultSchema, result)).toEqual([])
    expect(Object.keys(result)).toEqual(
      expect.arrayContaining([
        'history',
        'comparison',
        'former',
        'gate',
        'spending',
        'sources',
        'wall',
      ]),
    )
    expect(result.broken).toHaveLength(1)
  })

  it('is told when it is a part of a run, too', async () => {
    const { history: _history, gate: _gate, ...rest } = request
    const result = await runSubject({ ...rest, shard: { index: 1, of: 2 } })
    expect(untold(resultSchema, result)).toEqual([])
    expect(result.run.shard).toEqual({ index: 1, of: 2 })
  })
})

describe('what a sweep writes', () => {
  it('is told by its schema to the last field', async () => {
    const { subjectFile } = request
    const failures = ['lost-after-write', 'down']
    const asked = { paths: [at('greeted.ts')], subjectFile, seeds: ['1'], jobs: 1, most: 1 }
    const sweep = await sweepSubject({ ...asked, failures, withOperations: true })
    expect(untold(sweepSchema, sweep)).toEqual([])
    expect(sweep.rows.length).toBeGreaterThan(0)
  })
})
