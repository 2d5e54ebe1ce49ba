/**
 * Does something with other time and chance than it was done with before: whoever reads the
 * machine's clock or draws from `Math.random` comes to something else the second time.
 */
export async function inOtherTime<T>(turn: 0 | 1, body: () => Promise<T>): Promise<T> {
  const { Date: RealDate, Math: math } = globalThis
  const { random } = math
  const shiftMs = turn * 40 * 86_400_000 + turn * 12_345_678
  globalThis.Date = new Proxy(RealDate, {
    construct: (of, args: [], target) =>
      Reflect.construct(of, args.length === 0 ? [RealDate.now() + shiftMs] : args, target) as Date,
    get: (of, name, self) =>
      name === 'now' ? () => RealDate.now() + shiftMs : (Reflect.get(of, name, self) as unknown),
  })
  math.random = otherRandom(turn)
  try {
    return await body()
  } finally {
    globalThis.Date = RealDate
    math.random = random
  }
}

/** Another row of numbers for each turn (a linear congruence: Knuth's constants for 2^32). */
function otherRandom(turn: number): () => number {
  let state = 7 + turn
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
