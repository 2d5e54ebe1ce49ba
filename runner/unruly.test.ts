import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { playTrial } from './play.ts'
import type { Scenario } from './scenario.ts'
import { StoryLimit } from './story-limit.ts'
import { watchStrays } from './stray.ts'
import { blamingStalls } from './subject/stalls.ts'
import { nothingSubject } from './subject/nothing.ts'
import type { SubjectFunction } from './subject/module.ts'
import type { SubjectReply } from './subject/subject.ts'
import { boardScenario, boardWorld, subjectOf, trialOf } from './testing/board-stage.ts'
import { watchEventLoop } from './watchdog.ts'

const base = boardWorld()
let stop: () => void
beforeAll(() => (stop = watchStrays()))
afterAll(() => stop())

function play(scenario: Scenario, handle?: SubjectFunction, storyMs?: number) {
  const subject = handle === undefined ? nothingSubject : subjectOf(handle)
  return playTrial(trialOf(scenario), { base, subject, storyMs })
}

describe('a scenario that misbehaves', () => {
  it('is told what it forgot to await', async () => {
    const step = boardScenario(({ step, subject, check }) => {
      void step('later', () => subject.run())
      check('too early', true)
    })
    await expect(play(step, () => wait(50))).rejects.toThrow(/^Nobody awaited the step "later"/)
    const request = boardScenario(({ subject, check }) => {
      void subject.post('/x')
      check('too early', true)
    })
    await expect(play(request, () => wait(50))).rejects.toThrow(
      /^Nobody awaited the answer to POST "\/x".*Write await before it\.$/,
    )
  })

  it('is ended when it never ends by itself', async () => {
    const endless = boardScenario(() => new Promise(() => {}))
    await expect(play(endless, undefined, 60)).rejects.toThrow('came to no end within 0.06 s')
  })

  it('may wait for its subject as long as that takes', async () => {
    const patient = boardScenario(async ({ subject, check }) => {
      check('answered', (await subject.run()).status, 200)
    })
    expect((await play(patient, () => wait(150), 100)).verdict).toBe('satisfied')
  })

  it('stops at what is thrown where nobody catches it', async () => {
    const stray = boardScenario(async ({ subject, check }) => {
      check('a check', true)
      setTimeout(() => {
        throw new Error('in a timer')
      }, 5)
      await subject.run()
      await wait(50)
    })
    const { verdict, why } = await play(stray, () => wait(20))
    expect(verdict).toBe('inconclusive')
    expect(why[0]!.text).toMatch(/the scenario stopped: Error: in a timer/)
  })

  it('may ask for what is not there, and is told what is', async () => {
    const asking = (body: Parameters<typeof boardScenario>[0]) => play(boardScenario(body))
    const maker = asking(({ given }) =>
      (given.board as never as Record<string, () => void>)['noet']!(),
    )
    await expect(maker).rejects.toThrow('board makes no "noet". Did you mean "note"?')
    const twin = asking(({ given }) => (given as never as Record<string, unknown>)['jira'])
    await expect(twin).rejects.toThrow('The scenario has no twin "jira" among its twins.')
    const word = asking((kit) => (kit as never as Record<string, unknown>)['chek'])
    await expect(word).rejects.toThrow(
      'A scenario is handed no "chek", and has no such twin. Did you mean "check"?',
    )
  })
})

describe('a check', () => {
  const checks = async (body: Parameters<typeof boardScenario>[0]) =>
    (await play(boardScenario(body))).checks.map(({ ok, expected }) => [ok, expected])

  it('fails where its predicate stumbles over what the subject left behind', async () => {
    const [[ok, expected] = []] = await checks(({ check }) => {
      check('three', undefined, (list: unknown[]) => list.length === 3)
    })
    expect(ok).toBe(false)
    expect(expected).toMatch(/list\.length === 3.*which threw TypeError/)
  })

  it('takes what JSON can not carry', async () => {
    const ring: Record<string, unknown> = {}
    ring['self'] = ring
    const seen = await checks(({ check }) => {
      check('ring', ring, ring)
      check('big', 10n, 10n)
      check('big and small', 10n, 10)
      check('not a number', Number.NaN, 1)
    })
    expect(seen.map(([ok]) => ok)).toEqual([true, true, false, false])
    expect(() => JSON.stringify(seen)).not.toThrow()
  })

  it('finds with a pattern that has a memory what it found before', async () => {
    const pattern = /a/g
    const seen = await checks(({ check }) => {
      check('once', 'a', pattern)
      check('again', 'a', pattern)
    })
    expect(seen.map(([ok]) => ok)).toEqual([true, true])
  })
})

describe('a module subject that misbehaves', () => {
  const asks = boardScenario(async ({ subject, check }) => {
    check('answered', (await subject.run()).status, 200)
  })

  it.each<[string, SubjectFunction, RegExp]>([
    [
      'throws in a timer',
      () =>
        new Promise(() =>
          setTimeout(() => {
            throw new Error('stray')
          }, 5),
        ),
      /the subject threw: Error: stray/,
    ],
    [
      'leaves a rejection behind',
      () => new Promise(() => void Promise.reject(new Error('left'))),
      /the subject threw: Error: left/,
    ],
    ['answers with a status that is none', () => ({ status: -5 }), /something other than/],
    ['answers with what JSON can not carry', () => ({ body: 10n }), /JSON can't carry/],
    [
      'answers with too deep a nest',
      () => ({ body: JSON.parse('['.repeat(5000) + ']'.repeat(5000)) as unknown }),
      /nested more than 200 deep/,
    ],
  ])('is unsatisfactory when it %s', async (_what, handle, message) => {
    const { verdict, why } = await play(asks, handle)
    expect(verdict).toBe('unsatisfied')
    expect(why[0]!.text).toMatch(message)
  })
})

describe('our own event loop', () => {
  it('is freed from an endless loop, and the rest goes on', async () => {
    const end = watchEventLoop(1000)
    let passes = 0
    const spinning = (async () => {
      await wait(50)
      while (true) passes++
    })()
    const limit = new StoryLimit(100)
    await expect(Promise.race([spinning, limit.over])).rejects.toThrow('came to no end')
    expect(passes).toBeGreaterThan(0)
    end()
  })

  it('takes the blame for a timeout during which it stood still', async () => {
    const late: SubjectReply = {
      status: 0,
      body: undefined,
      stderr: '',
      problem: { kind: 'timed-out', why: 'gave no answer within 10 ms' },
    }
    expect(await blamingStalls(wait(60).then(() => late))).toEqual(late)
    const stalled = wait(40).then(() => {
      const until = performance.now() + 1200
      while (performance.now() < until);
      return wait(60).then(() => late)
    })
    const { problem } = await blamingStalls(stalled)
    expect(problem!.kind).toBe('held-up')
    expect(problem!.why).toMatch(/^gave no answer within 10 ms, but Backlot itself stood still/)
  })
})
