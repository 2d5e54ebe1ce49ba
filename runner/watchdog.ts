import { url as debugged } from 'node:inspector'
import { Worker } from 'node:worker_threads'

/** So long may code in this process keep the event loop to itself: a scenario, or a module subject. */
const HOLD_MS = 15_000
const BEAT_MS = 500

/**
 * Breaks endless loops in this process. A thread beside watches a counter that the event loop keeps
 * moving; when it stands still, what runs is terminated: its promise never settles, the limits of
 * trial and request take it from there, and the run goes on. Returns what ends the watch.
 */
export function watchEventLoop(holdMs = HOLD_MS): () => void {
  // At a breakpoint the loop stands still as well.
  if (debugged() !== undefined) return () => {}
  const beats = new Int32Array(new SharedArrayBuffer(4))
  const beat = setInterval(() => Atomics.add(beats, 0, 1), BEAT_MS).unref()
  const worker = new Worker(watcher, { eval: true, workerData: { beats, holdMs, BEAT_MS } })
  worker.unref()
  worker.on('error', () => {})
  return () => {
    clearInterval(beat)
    void worker.terminate()
  }
}

/** Runs in a thread of its own, as text because it must start from source and from the build alike. */
const watcher = `
const { Session } = require('node:inspector')
const { workerData: { beats, holdMs, BEAT_MS } } = require('node:worker_threads')
let [last, stoodMs] = [-1, 0]
setInterval(() => {
  const now = Atomics.load(beats, 0)
  stoodMs = now === last ? stoodMs + BEAT_MS : 0
  last = now
  if (stoodMs < holdMs) return
  stoodMs = 0
  const session = new Session()
  session.connectToMainThread()
  session.post('Runtime.terminateExecution', () => session.disconnect())
}, BEAT_MS)
`
