import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { runSubject } from '../../runner/run-subject.ts'
import type { RunResult } from '../../runner/report/result.ts'
import { wallForOwnCode } from '../../runner/wall/choose.ts'

/*
 * The whole way once: two public cases, played by the service, by the one in a hurry and by the one
 * that does nothing, each a process of its own that reaches the twins over HTTP.
 */
const told = 'offboarding/told-once'
const guest = 'offboarding/guest-account-goes-too'

const { word: wall } = await wallForOwnCode()

function play(subject: string, plans: string[]): Promise<RunResult> {
  const subjectFile = fileURLToPath(new URL(`../${subject}/subject.json`, import.meta.url))
  return runSubject({ paths: [told, guest], subjectFile, seeds: ['1'], plans, jobs: 2, wall })
}

function verdicts({ trials }: RunResult): Record<string, string> {
  return Object.fromEntries(trials.map((one) => [one.id, one.verdict]))
}

function reasons({ trials }: RunResult, id: string): string {
  return JSON.stringify(trials.find((one) => one.id === id)?.why)
}

// Two processes load the official clients first, which takes seconds on a busy machine.
const patiently = { timeout: 60_000 }

describe('the service', patiently, () => {
  it('satisfies, also when answers are lost or stale', async () => {
    const result = await play('offboarding', ['none', 'lost-after-write', 'stale-reads'])
    expect(new Set(Object.values(verdicts(result)))).toEqual(new Set(['satisfied']))
    expect(result.trials).toHaveLength(6)
  })
})

describe('the service in a hurry', () => {
  let result: RunResult
  beforeAll(async () => {
    result = await play('offboarding-naive', ['none'])
  }, patiently.timeout)

  it('falls short', () => {
    expect(verdicts(result)).toEqual({
      [`${told}@1`]: 'unsatisfied',
      [`${guest}@1`]: 'unsatisfied',
    })
  })

  it('is told why', () => {
    expect(reasons(result, `${told}@1`)).toContain('one message')
    expect(reasons(result, `${guest}@1`)).toContain('it is deactivated')
  })
})

describe('the one that does nothing', patiently, () => {
  it('satisfies nobody', async () => {
    const result = await play('do-nothing', ['none'])
    expect(new Set(Object.values(verdicts(result)))).toEqual(new Set(['unsatisfied']))
  })
})
