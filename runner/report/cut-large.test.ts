import { expect, it } from 'vitest'
import { cutLarge } from './cut-large.ts'
import { everyOutcome } from './testing/hostile-run.ts'

const [, trial] = (await everyOutcome(1)).trials

it('leaves a trial of usual size as it is, to the very object', () => {
  expect(cutLarge(trial!)).toBe(trial)
})

it('keeps the beginning of what is enormous, and says how much is missing', () => {
  const list = Array.from({ length: 100_000 }, (_, i) => i)
  const { length } = JSON.stringify(list)
  const [request] = trial!.requests
  const [check] = trial!.checks
  const large = {
    ...trial!,
    requests: [{ ...request!, reply: { ...request!.reply, body: list } }],
    checks: [
      { ...check!, actual: '\ud83d\ude80'.repeat(50_000) },
      { ...check!, actual: null },
    ],
  }
  const cut = cutLarge(large)
  expect(cut.requests[0]!.reply.body).toMatch(/^\[0,1,2,/)
  expect(cut.requests[0]!.reply.body).toContain(`… (${length - 16_000} more characters)`)
  expect(cut.requests[0]!.request).toEqual(request!.request)
  expect((cut.checks[0]!.actual as string).isWellFormed()).toBe(true)
  expect(cut.checks[0]!.expected).toEqual(check!.expected)
  expect(JSON.stringify(cut).length).toBeLessThan(60_000)
  expect(cutLarge(cut)).toBe(cut)
})
