import { setImmediate as breathe, setTimeout as wait } from 'node:timers/promises'
import type { CallEntry, Journal } from '../../engine/journal.ts'

/** After a refusal or a fault, a client waits before it tries again: so long is it given besides. */
const RETRY_MS = 400
/** Of those who say in other words when to come back. */
const LIMITED_MS = 1500
const RETRY_AFTER_MS_MAX = 10_000

/**
 * Waits until a subject that may go on after its answer has fallen silent: no call for `settleMs`,
 * and longer where its last call gives it a reason to wait.
 */
export async function untilQuiet(journal: Journal, settleMs: number): Promise<void> {
  if (settleMs === 0) {
    // What a function left to the next turn of the loop still belongs to its answer.
    await breathe()
    return
  }
  for (;;) {
    const seen = journal.last
    const last = journal.entries.at(-1)
    const isOwn = last?.kind === 'call' && last.by === 'subject'
    await wait(settleMs + (isOwn ? patienceFor(last) : 0))
    if (journal.last === seen) return
  }
}

/** How long a client may wait after such an answer before it calls again, in ms. */
export function patienceFor({ reply, fault }: CallEntry): number {
  const { status, headers, transport } = reply
  const asked = Number(headers['retry-after']) * 1000
  const lateMs = transport?.delayMs ?? 0
  if (asked > 0) return Math.min(asked, RETRY_AFTER_MS_MAX) + RETRY_MS
  if (status === 429) return LIMITED_MS
  return lateMs + (fault !== undefined || status >= 500 ? RETRY_MS : 0)
}
