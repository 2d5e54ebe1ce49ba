import { setTimeout as wait } from 'node:timers/promises'
import { percent } from '../../report/words.ts'
import { plainExcess, type Ladder } from './ladder.ts'
import type { Answer } from './ledger.ts'

/** Every answer as JSON has so many characters, whatever it says. */
const JSON_CHARS = 160
/** And each line of one in words. */
const LINE_CHARS = 64

/** The chance with which a told score exceeds the truth by more than is said. */
const DELTA = 0.05

/** An answer as JSON: always of the same length. */
export function answerAsJson({ verdict, score, questionsLeft }: Answer, ladder: Ladder): string {
  const rounded = score === null ? null : Math.round(score * 10_000) / 10_000
  const mayExceedBy = { most: excessOf(ladder), chance: DELTA }
  const told = JSON.stringify({ verdict, score: rounded, questionsLeft, mayExceedBy })
  return `${told.padEnd(JSON_CHARS)}\n`
}

/** An answer in words: always of the same length. */
export function answerInWords({ verdict, score, questionsLeft }: Answer, ladder: Ladder): string {
  const lines = [
    `verdict         ${verdict}`,
    `best so far     ${score === null ? 'none' : percent(score)}`,
    `questions left  ${questionsLeft}`,
    `the truth       with ${percent(1 - DELTA)}, at most ${percent(excessOf(ladder))} lower`,
  ]
  return lines.map((line) => `${line.padEnd(LINE_CHARS)}\n`).join('')
}

/** By how much told scores may exceed the truth for authors who do not fit to the answers; it follows from what everybody knows. */
function excessOf(ladder: Ladder): number {
  return Math.min(1, Math.ceil(plainExcess(ladder, DELTA) * 1000) / 1000)
}

/** 0: told and accepted, or there is no policy. 1: not accepted, or refused. 3: inconclusive. */
export function exitCodeOfAnswer({ verdict }: Answer, hasPolicy: boolean): number {
  if (verdict === 'inconclusive') return 3
  if (verdict === 'accepted' || verdict === 'improved') return 0
  return verdict === 'unchanged' && !hasPolicy ? 0 : 1
}

/**
 * When an answer may be given, in ms since the question: the first of `gridMs`, twice that, four times
 * that … which is not over. A subject that is slow on purpose says one bit by doubling the time, and no more.
 */
export function answerTime(elapsedMs: number, gridMs: number): number {
  let at = gridMs
  while (at < elapsedMs) at *= 2
  return at
}

/** Waits until an answer may be given; an interruption ends the wait, and nothing is to be told then. */
export async function waitForAnswerTime(
  begunAt: number,
  gridMs: number,
  signal: AbortSignal,
): Promise<void> {
  if (gridMs === 0) return
  const at = answerTime(performance.now() - begunAt, gridMs)
  const left = begunAt + at - performance.now()
  await wait(Math.max(0, left), undefined, { signal }).catch(() => {})
}
