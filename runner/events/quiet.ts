import { setImmediate as breathe, setTimeout as wait } from 'node:timers/promises'
import type { CallEntry, Journal } from '../../engine/journal.ts'

/** After a refusal or a fault, a client waits before it tries again: Slack's own up to two seconds, then four, besides what it was asked to. */
const RETRY_MS = 2200
/** What a refusal asks for in other words than `Retry-After`. */
const LIMITED_MS = 1000
const PATIENCE_MS_MAX = 15_000
/** One that never falls silent, such as a poller, is waited for no longer. */
const SILENCE_MS_MAX = 30_000
/** So often in a row must nothing have come. */
const ROUNDS = 3
/** What a turn takes on a busy machine, a call takes a few times: a connection, our answer, the next one. */
const TURNS = 6
const BUSY_MS_MAX = 1000

/**
 * Waits until a subject that may go on after its answer has fallen silent: no call for `settleMs`,
 * and longer where its last call gives it a reason to wait. `turn` is kept when the subject has had
 * its turn since: on a busy machine, silence alone says little.
 */
export async function untilQuiet(
  journal: Journal,
  settleMs: number,
  turn: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const until = performance.now() + SILENCE_MS_MAX
  let busyMs = 0
  for (let quiet = 0; quiet < ROUNDS && performance.now() < until; quiet++) {
    const seen = journal.last
    // What a function left to the next turns of the loop still belongs to its answer.
    const waitMs = settleMs / ROUNDS + busyMs + (quiet === 0 ? patienceAfter(journal) : 0)
    const begun = performance.now()
    if (settleMs > 0) await wait(waitMs)
    await turn()
    await breathe()
    const lateMs = performance.now() - begun - waitMs
    if (settleMs > 0) busyMs = Math.min(BUSY_MS_MAX, Math.max(0, lateMs) * TURNS)
    if (journal.last !== seen) quiet = -1
  }
}

/** How long a client may still wait before it calls again, in ms: longer with every refusal in a row. */
function patienceAfter({ entries }: Journal): number {
  let waitMs = 0
  let inARow = 0
  for (let i = entries.length - 1; i >= 0; i--) {
    const entry = entries[i]!
    if (entry.kind !== 'call') continue
    if (entry.by !== 'subject') break
    const asked = askedToWait(entry)
    if (asked === undefined) break
    waitMs ||= asked
    inARow++
  }
  if (inARow === 0) return lateMs(entries.at(-1))
  return Math.min(PATIENCE_MS_MAX, waitMs + RETRY_MS * 2 ** (inARow - 1))
}

/** Faults after which no client has to try again. */
const harmless: ReadonlySet<string> = new Set(['delay', 'latency', 'slow', 'stale'])

/** What an answer that makes a client wait asks for, in ms; undefined for any other. */
function askedToWait({ reply, fault }: CallEntry): number | undefined {
  const { status, headers } = reply
  const isStruck = fault !== undefined && !harmless.has(fault.action.kind)
  if (!isStruck && status !== 429 && status < 500) return undefined
  const seconds = Number(headers['retry-after'])
  if (seconds > 0) return seconds * 1000
  return status === 429 ? LIMITED_MS : 1
}

function lateMs(entry: Journal['entries'][number] | undefined): number {
  return entry?.kind === 'call' ? (entry.reply.transport?.delayMs ?? 0) : 0
}
