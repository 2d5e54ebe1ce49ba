import type { Call } from '../../engine/call.ts'
import type { Credentials } from '../../engine/twin.ts'

/** What a caller hears, whichever way it came in. Links to the caller's own origin read `ORIGIN`. */
export interface Answer {
  status: number
  headers: Record<string, string>
  body: string
}

/** Calls one after the other, each made with what the one before answered. */
export type Tour = (credentials: Credentials) => Generator<Call, void, Answer>

/** The body of a call, as every front is sent it. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** What an answer of JSON says. */
export function said<Value>(answer: Answer): Value {
  return JSON.parse(answer.body) as Value
}
