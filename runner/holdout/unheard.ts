/**
 * Runs something of which nobody but release managers may hear: what it writes to stdout and stderr goes
 * nowhere, and an exception that nobody catches ends the process without the lines of code that Node
 * would show. `say` writes to the real stderr.
 */
export async function unheard<T>(body: (say: (text: string) => void) => Promise<T>): Promise<T> {
  const streams = [process.stdout, process.stderr]
  const writes = streams.map((stream) => stream.write)
  const restore = (): void => streams.forEach((stream, i) => void (stream.write = writes[i]!))
  const say = (text: string): void => void writes[1]!.call(process.stderr, text)
  const onFault = (): void => {
    restore()
    process.stderr.write(`${failed}\n`)
    process.exit(3)
  }
  for (const stream of streams) stream.write = swallow
  process.on('uncaughtException', onFault)
  process.on('unhandledRejection', onFault)
  try {
    return await body(say)
  } finally {
    restore()
    process.off('uncaughtException', onFault)
    process.off('unhandledRejection', onFault)
  }
}

/** All that an author hears of a scoring that fails. */
export const failed =
  'The scoring failed; this is not the subject. Release managers see why in --full.'

function swallow(
  _chunk: unknown,
  encoding?: BufferEncoding | ((error?: Error | null) => void),
  done?: (error?: Error | null) => void,
): boolean {
  const told = typeof encoding === 'function' ? encoding : done
  if (told !== undefined) queueMicrotask(() => told())
  return true
}
