import { AsyncLocalStorage } from 'node:async_hooks'

/** Where an error that nobody catches is taken. */
export type OnStray = (error: unknown) => void

const owner = new AsyncLocalStorage<OnStray>()
let watching = 0

/** Runs something whose stray errors (a throw in a timer, a promise that nobody awaits) go to `onStray`. */
export function owning<T>(onStray: OnStray, body: () => T): T {
  return owner.run(onStray, body)
}

/**
 * Goes on in a turn of the event loop of its own: an endless loop that is broken takes along whatever
 * stands on the stack below it and waits in the queue of promises beside it.
 */
export function alone(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Takes stray errors to who owns them instead of ending the process; returns what stops it. */
export function watchStrays(): () => void {
  if (watching++ === 0) {
    process.on('uncaughtException', take)
    process.on('unhandledRejection', take)
  }
  return () => {
    if (--watching > 0) return
    process.off('uncaughtException', take)
    process.off('unhandledRejection', take)
  }
}

function take(error: unknown): void {
  const onStray = owner.getStore()
  if (onStray !== undefined) return onStray(error)
  // Somebody else listens, such as a test runner: then it is theirs.
  if (process.listenerCount('uncaughtException') > 1) return
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(`Backlot itself failed; this is our mistake.\n${stack}\n`)
  process.exit(3)
}
