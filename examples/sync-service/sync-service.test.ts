import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runSubject } from '../../runner/run-subject.ts'
import { wallForOwnCode } from '../../runner/wall/choose.ts'
import { isFromSlack } from './signatures.ts'

async function play(plans: string[], jobs: number, seeds = ['1']) {
  return runSubject({
    paths: ['sync'],
    subjectFile: join(import.meta.dirname, 'subject.json'),
    seeds,
    plans,
    jobs,
    wall: (await wallForOwnCode()).word,
  })
}

describe('the sync service', () => {
  it('keeps both sides in step, also when events come twice or in another order', async () => {
    const result = await play(['none', 'duplicate-events', 'reordered-events'], 6, ['1', '2'])
    expect(result.trials.flatMap(({ id, why }) => why.map(({ text }) => [id, text]))).toEqual([])
    expect(result.score).toMatchObject({ scenarios: 4, satisfied: 24 })
    expect([result.measuringNothing, result.broken]).toEqual([[], []])
    const struck = result.trials.filter(({ plan }) => plan.name === 'duplicate-events')
    expect(struck.filter(({ plan }) => plan.struck > 0).length).toBeGreaterThanOrEqual(4)
  })

  it('is played to the same bytes, one trial at a time or many', async () => {
    const timeless = async (jobs: number) => {
      const { trials } = await play(['duplicate-events'], jobs)
      return JSON.stringify(trials.map((one) => ({ ...one, wallMs: 0 })))
    }
    expect(await timeless(4)).toBe(await timeless(1))
  })

  it('believes no event that is old', () => {
    const stamp = String(Math.floor(Date.now() / 1000) - 600)
    const headers = { 'x-slack-request-timestamp': stamp, 'x-slack-signature': 'v0=00' }
    expect(isFromSlack('{}', headers, 'secret')).toBe(false)
  })
})
