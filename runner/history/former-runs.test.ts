import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { report } from '../commands/report.ts'
import { readResult } from '../report/read-result.ts'
import type { RunResult } from '../report/result.ts'
import { everyOutcome } from '../report/testing/hostile-run.ts'
import { findFormerRuns } from './former-runs.ts'
import { History } from './history.ts'

const folder = mkdtempSync(join(tmpdir(), 'former-'))
const file = join(folder, 'history.db')
const history = History.open(file)
const outcome = await everyOutcome()
const subject = { ...outcome.subject, name: 'tame' }
const whole: RunResult = { ...outcome, subject, unplayed: 0 }
afterAll(() => {
  history.close()
  rmSync(folder, { recursive: true })
})

/** Keeps a run that ended on this day of January. */
function keep(day: number, change: Partial<RunResult> = {}): number {
  const result = { ...whole, ...change }
  const startedAt = `2026-01-0${day}T09:00:00.000Z`
  const { versions } = result
  const start = {
    startedAt,
    subject: result.subject,
    versions,
    digest: 'x',
    planned: 8,
    request: {},
    sources: {},
  }
  const id = history.startRun(start)
  for (const trial of result.trials) history.addTrial(id, trial)
  history.finishRun(id, startedAt, result)
  return id
}

const first = keep(1)
keep(2, { subject: { ...whole.subject, name: 'another' } })
keep(3, { run: { ...whole.run, plans: ['none'] } })
keep(4, { unplayed: 2 })
const second = keep(5, { score: { ...whole.score, satisfied: 9, satisfaction: 0.9 } })
const last = keep(6)

describe('former runs', () => {
  it('are whole ones of the same subject, scenarios and plans, oldest first', () => {
    expect(findFormerRuns(history, last, whole)).toEqual([
      { startedAt: '2026-01-01T09:00:00.000Z', score: whole.score },
      {
        startedAt: '2026-01-05T09:00:00.000Z',
        score: expect.objectContaining({ satisfaction: 0.9 }),
      },
    ])
    expect(findFormerRuns(history, second, whole)).toHaveLength(1)
    expect(findFormerRuns(history, first, whole)).toEqual([])
  })
})

describe('backlot report', () => {
  it('takes a run of the history by its number, or the last one', async () => {
    const out = join(folder, 'second.json')
    expect(await report([String(second), '--history', file, '--out', out])).toBe(0)
    const read = await readResult(out)
    expect(read.score.satisfaction).toBe(0.9)
    expect(read.trials).toHaveLength(whole.trials.length)
    expect(await report(['--history', file, '--out', out])).toBe(0)
    expect((await readResult(out)).score).toEqual(whole.score)
    await expect(report(['99', '--history', file])).rejects.toThrow('There is no run 99')
    await expect(report(['--history', join(folder, 'none.db')])).rejects.toThrow('no history')
  })
})
