/** Keys that are remembered at most; the one that was quiet the longest is forgotten. */
const KEYS_MAX = 20_000

/** Lets each key do so much at a time: a bucket of `burst` that fills again with `perMinute`. */
export class RateLimit {
  readonly #burst: number
  readonly #perMs: number
  readonly #buckets = new Map<string, { left: number; at: number }>()

  constructor({ burst, perMinute }: { burst: number; perMinute: number }) {
    this.#burst = burst
    this.#perMs = perMinute / 60_000
  }

  /** Takes one; 0 when there was one, else the seconds until there is. */
  take(key: string, now = performance.now()): number {
    const wait = this.wait(key, now)
    if (wait === 0) this.#buckets.get(key)!.left -= 1
    return wait
  }

  /** The seconds until one can be taken; takes none. */
  wait(key: string, now = performance.now()): number {
    const bucket = this.#buckets.get(key) ?? { left: this.#burst, at: now }
    const left = Math.min(this.#burst, bucket.left + (now - bucket.at) * this.#perMs)
    this.#buckets.delete(key)
    this.#buckets.set(key, { left, at: now })
    if (this.#buckets.size > KEYS_MAX) {
      const [oldest] = this.#buckets.keys()
      this.#buckets.delete(oldest!)
    }
    return left >= 1 ? 0 : Math.ceil((1 - left) / this.#perMs / 1000)
  }
}
