import { describe, expect, it } from 'vitest'
import { ladderFor } from './ladder.ts'
import type { Answer } from './ledger.ts'
import { answerAsJson, answerInWords, answerTime, exitCodeOfAnswer } from './tell-answer.ts'

const verdicts = [
  'accepted',
  'rejected',
  'improved',
  'unchanged',
  'inconclusive',
  'refused',
] as const
const answers: Answer[] = verdicts.flatMap((verdict) =>
  [null, 0, 1 / 3, 2 / 3, 1].flatMap((score) =>
    [0, 7, 999_999].map((questionsLeft) => ({ verdict, score, questionsLeft })),
  ),
)

describe('an answer', () => {
  it('has one length, whatever it says, for a set of any size', () => {
    for (const cases of [1, 8, 100, 1_000_000]) {
      const ladder = ladderFor(cases, 50)
      expect(new Set(answers.map((one) => answerAsJson(one, ladder).length)).size).toBe(1)
      expect(new Set(answers.map((one) => answerInWords(one, ladder).length)).size).toBe(1)
      for (const one of answers)
        expect(JSON.parse(answerAsJson(one, ladder))).toMatchObject({ verdict: one.verdict })
    }
  })

  it('states by how much it may exceed the truth, and how likely that is', () => {
    expect(answerInWords(answers[0]!, ladderFor(100, 50))).toContain(
      'with 95 %, at most 18.6 % lower',
    )
  })

  it('comes at a few times only', () => {
    expect(
      [0, 1, 59_999, 60_000, 60_001, 130_000, 900_000].map((ms) => answerTime(ms, 60_000) / 60_000),
    ).toEqual([1, 1, 1, 1, 2, 4, 16])
  })

  it('ends with a code that says no more than its verdict', () => {
    const codes = verdicts.map((verdict) => {
      const one = { verdict, score: null, questionsLeft: 1 }
      return [exitCodeOfAnswer(one, true), exitCodeOfAnswer(one, false)]
    })
    expect(codes).toEqual([
      [0, 0],
      [1, 1],
      [0, 0],
      [1, 0],
      [3, 3],
      [1, 1],
    ])
  })
})
