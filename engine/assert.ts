/** Thrown when Backlot itself is wrong: a broken rule inside the engine or a twin. Exit code 3. */
export class AssertionError extends Error {
  override name = 'AssertionError'
}

/** Stops at our own mistakes. Throws `AssertionError` with the message when the condition does not hold. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message)
}

/** Stops at our own mistake. On hot paths, where building the message of an `assert` that holds would cost. */
export function wrong(message: string): never {
  throw new AssertionError(message)
}
