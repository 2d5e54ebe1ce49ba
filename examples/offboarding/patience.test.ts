import { describe, expect, it } from 'vitest'
import { Patience, troubleOf, type PatienceOptions, type Trouble } from './patience.ts'

class Said extends Error {
  readonly trouble: Trouble
  constructor(trouble: Trouble) {
    super(trouble.kind)
    this.trouble = trouble
  }
}
const refused = new Said({ kind: 'refused', afterMs: 3000 })
const unclear = new Said({ kind: 'unclear' })
const final = new Said({ kind: 'final' })

function patient(options: PatienceOptions = {}) {
  const waits: number[] = []
  const wait = (ms: number): Promise<unknown> => Promise.resolve(waits.push(ms))
  const patience = new Patience((error) => (error as Said).trouble ?? { kind: 'unclear' }, {
    wait,
    ...options,
  })
  return { patience, waits }
}

/** A call that fails as listed and then answers how often it was made. */
function failing(...failures: Error[]): () => Promise<number> {
  let calls = 0
  return () => {
    const failure = failures[calls++]
    return failure === undefined ? Promise.resolve(calls) : Promise.reject(failure)
  }
}

describe('repeat', () => {
  it('waits twice as long each time, and as long as it is asked to', async () => {
    const { patience, waits } = patient()
    expect(await patience.repeat(failing(unclear, unclear, refused))).toBe(4)
    expect(waits).toEqual([50, 100, 3000])
  })

  it('takes a final no for an answer', async () => {
    const { patience, waits } = patient()
    await expect(patience.repeat(failing(final))).rejects.toBe(final)
    expect(waits).toEqual([])
  })

  it('gives up in the end', async () => {
    const { patience, waits } = patient({ attemptsMax: 3 })
    await expect(patience.repeat(failing(unclear, unclear, unclear))).rejects.toBe(unclear)
    expect(waits).toHaveLength(2)
  })

  it('never waits longer than it may', async () => {
    const { patience, waits } = patient({ waitMsMax: 1000 })
    await patience.repeat(failing(refused))
    expect(waits).toEqual([1000])
  })

  it('takes silence for a lost answer', async () => {
    const { patience } = patient({ answerMsMax: 5 })
    let calls = 0
    const silentOnce = (): Promise<number> =>
      ++calls === 1 ? new Promise(() => {}) : Promise.resolve(calls)
    expect(await patience.repeat(silentOnce)).toBe(2)
  })
})

describe('once', () => {
  /** A write whose first answer is `failure`, and which happens or not. */
  function write(failure: Error, happens: boolean) {
    let written = 0
    let asked = 0
    const act = (): Promise<void> => {
      const isFirst = asked++ === 0
      if (!isFirst || happens) written++
      return isFirst ? Promise.reject(failure) : Promise.resolve()
    }
    return { act, hasHappened: () => Promise.resolve(written > 0), times: () => written }
  }

  it.each([
    ['whose answer was lost', unclear, true],
    ['that did not get through', unclear, false],
    ['that was refused for now', refused, false],
  ])('writes once a write %s', async (_, failure, happens) => {
    const one = write(failure, happens)
    await patient().patience.once(one.act, one.hasHappened)
    expect(one.times()).toBe(1)
  })

  it('is content with a no to what has happened', async () => {
    await patient().patience.once(failing(final), () => Promise.resolve(true))
  })

  it('passes on a no to what has not', async () => {
    const act = failing(final)
    await expect(patient().patience.once(act, () => Promise.resolve(false))).rejects.toBe(final)
  })
})

describe('troubleOf', () => {
  it.each([
    [429, { kind: 'refused', afterMs: 1000 }],
    [500, { kind: 'unclear', afterMs: 1000 }],
    [503, { kind: 'unclear', afterMs: 1000 }],
    [404, { kind: 'final' }],
  ])('takes %i as HTTP means it', (status, trouble) => {
    expect(troubleOf(status, 1000)).toEqual(trouble)
  })
})
