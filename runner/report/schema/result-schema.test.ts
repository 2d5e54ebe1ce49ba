import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import type { RunResult } from '../result.ts'
import { closed } from '../testing/closed-schema.ts'
import { everyOutcome } from '../testing/hostile-run.ts'
import { hostileSweep } from '../testing/hostile-sweep.ts'
import { resultSchema } from './result-schema.ts'
import { sweepSchema } from './sweep-schema.ts'

const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true })
const strict = ajv.compile(closed({ ...resultSchema, $id: 'urn:backlot:closed' }) as object)
const lenient = ajv.compile(resultSchema)
const published = (name: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../../schema', name), 'utf8'))
const stored = (result: RunResult): unknown => JSON.parse(JSON.stringify(result))

describe('the schema of a sweep', () => {
  it('describes every field, and is kept in schema/sweep-1.json', () => {
    const closedSweep = ajv.compile(
      closed({ ...sweepSchema, $id: 'urn:backlot:closed-sweep' }) as object,
    )
    closedSweep(JSON.parse(JSON.stringify(hostileSweep)))
    expect(closedSweep.errors ?? []).toEqual([])
    expect(closedSweep({ ...hostileSweep, later: 1 })).toBe(false)
    expect(published('sweep-1.json')).toEqual(sweepSchema)
  })
})

describe('the schema of a result', () => {
  it('describes every field of a real result, with every outcome in it', async () => {
    const result = await everyOutcome()
    strict(stored(result))
    expect(strict.errors ?? []).toEqual([])
    const verdicts = new Set(result.trials.map(({ verdict }) => verdict))
    expect(verdicts).toEqual(new Set(['unsatisfied', 'inconclusive', 'satisfied']))
  })

  it('lets later fields pass, as readers must, and notices a field that is missing or of another kind', async () => {
    const result = stored(await everyOutcome()) as Record<string, unknown>
    expect(lenient({ ...result, later: 1 })).toBe(true)
    expect(strict({ ...result, later: 1 })).toBe(false)
    expect(lenient({ ...result, score: undefined })).toBe(false)
    expect(lenient({ ...result, trials: [{}] })).toBe(false)
    expect(lenient({ ...result, wallMs: 'long' })).toBe(false)
  })

  it('is what schema/result-1.json says', () => {
    const told = `It is not: node bin/backlot.js report --schema > schema/result-1.json; npx oxfmt schema`
    expect(published('result-1.json'), told).toEqual(resultSchema)
  })
})
