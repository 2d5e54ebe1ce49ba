import { endAllProcesses } from './subject/process.ts'

/**
 * Runs something that Ctrl-C shall end in good order: the first one aborts the signal, so that what
 * has been done is still written; the second ends everything at once.
 */
export async function interruptible<T>(body: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const onSignal = (): void => {
    if (controller.signal.aborted) {
      endAllProcesses()
      process.exit(130)
    }
    process.stderr.write('\nEnding; what has been played is kept. Ctrl-C again ends at once.\n')
    controller.abort(new Error('interrupted'))
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  try {
    return await body(controller.signal)
  } finally {
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
  }
}

/** Ends this process once all is said: what code under test has left running in it must not keep it. */
export function leaveWhenSaid(): void {
  process.stdout.write('', () => void setTimeout(() => process.exit(), 200).unref())
}
