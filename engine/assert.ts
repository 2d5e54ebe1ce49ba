/** Thrown when Backlot itself is wrong: a broken rule inside the engine or a twin. Exit code 3. */
export class AssertionError extends Error {
  override name = 'AssertionError'
}

/** Stops at our own mistakes. Throws `AssertionError` with the message when the condition does not hold. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message)
}
