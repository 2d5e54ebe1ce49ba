import type { Call, Reply } from '../../engine/call.ts'
import type { Recorded } from '../../engine/learn/recorded.ts'

/** What a recording is held against: a twin, a baseline, a live service. */
export interface Target {
  name: string
  /** What happened in one session is still so in the next. */
  isLasting?: true
  /** Begins one recording afresh: seeded with what the recording shows to have existed before. */
  open: (entries: readonly Recorded[]) => Session
}

/** One recording against a target. */
export interface Session {
  /** Recorded values whose counterpart is known from the start. */
  pairs: readonly (readonly [string, string])[]
  /** Numbers of the exchanges whose own replies gave to the seed: getting those right proves little. */
  seeding: ReadonlySet<number>
  answer: (call: Call, recorded: Recorded) => Answer | Promise<Answer>
  /** What happened in the recording but could not be played: brings the world to where the recording was. */
  follow?: (recorded: Recorded) => readonly (readonly [string, string])[]
}

/** A target's reply, and the operation that it took the call for. */
export interface Answer {
  reply: Reply
  op?: string | undefined
}
