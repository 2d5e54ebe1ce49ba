import type { RunResult } from './result.ts'

/** Pieces of about so many characters: few writes, and none that is as long as the whole. */
const PIECE_LENGTH = 1_000_000

/**
 * A result as JSON, the very text of `JSON.stringify`, in pieces: a run of some ten thousand trials of many
 * calls is longer than a string can be.
 */
export function* jsonPieces({ trials, ...rest }: RunResult): Generator<string> {
  let piece = `${JSON.stringify(rest).slice(0, -1)},"trials":[`
  for (const [i, trial] of trials.entries()) {
    piece += (i === 0 ? '' : ',') + JSON.stringify(trial)
    if (piece.length < PIECE_LENGTH) continue
    yield piece
    piece = ''
  }
  yield `${piece}]}`
}
