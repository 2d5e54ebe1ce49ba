/**
 * A promise that tells when somebody waits for it. A subclass, because `await` asks a plain promise
 * without calling its `then`.
 */
export class Heeded<T> extends Promise<T> {
  /** What comes of it is a plain promise. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise
  }

  #onHeeded: (() => void) | undefined

  /** The same as a promise that calls `onHeeded` when its outcome is first asked for. */
  static of<T>(promise: Promise<T>, onHeeded: () => void): Promise<T> {
    const heeded = new Heeded<T>((resolve, reject) => void promise.then(resolve, reject))
    // Whether it fails is told at the end of the scenario, whoever waits for it.
    Promise.prototype.then.call(heeded, undefined, () => {})
    heeded.#onHeeded = onHeeded
    return heeded
  }

  // oxlint-disable-next-line unicorn/no-thenable -- This is a promise.
  override then<A = T, B = never>(
    onKept?: ((value: T) => A | PromiseLike<A>) | null,
    onBroken?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#onHeeded?.()
    return super.then(onKept, onBroken)
  }
}
