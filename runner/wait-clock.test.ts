import { describe, expect, it } from 'vitest'
import { World } from '../engine/world.ts'
import { WaitClock } from './wait-clock.ts'

function clockAt() {
  const at = { ms: 1000 }
  // Every reading in a turn of its own.
  const turns = (tell: () => void): void => tell()
  return { at, clock: new WaitClock(() => at.ms, turns) }
}

describe('WaitClock', () => {
  it('shows a wait in whole half seconds and jitter as nothing', () => {
    const { at, clock } = clockAt()
    clock.begin()
    expect(clock.wall()).toBe(0)
    at.ms += 140
    expect(clock.wall()).toBe(0)
    at.ms += 1083
    expect(clock.wall()).toBe(1000)
    at.ms += 470
    expect(clock.wall()).toBe(1000)
  })

  it('forgives a timer that fires a little early', () => {
    const { at, clock } = clockAt()
    clock.begin()
    clock.wall()
    at.ms += 998.7
    expect(clock.wall()).toBe(1000)
  })

  it('never adds up what is too short to be a wait', () => {
    const { at, clock } = clockAt()
    clock.begin()
    for (let i = 0; i < 100; i++) {
      at.ms += 400
      expect(clock.wall()).toBe(0)
    }
  })

  it('does not count how long a subject takes to start, nor what passes between requests', () => {
    const { at, clock } = clockAt()
    clock.begin()
    at.ms += 3000
    expect(clock.wall()).toBe(0)
    clock.end()
    at.ms += 5000
    expect(clock.wall()).toBe(0)
    clock.begin()
    at.ms += 2000
    expect(clock.wall()).toBe(0)
  })

  it('does not count what we compute ourselves, within one turn', () => {
    const turns: (() => void)[] = []
    const at = { ms: 0 }
    const clock = new WaitClock(
      () => at.ms,
      (tell) => turns.push(tell),
    )
    clock.begin()
    clock.wall()
    at.ms += 2600
    expect(clock.wall()).toBe(0)
    turns.pop()!()
    at.ms += 700
    expect(clock.wall()).toBe(500)
    expect(turns).toHaveLength(1)
  })

  it('does not count how long a process takes to leave', () => {
    const { at, clock } = clockAt()
    clock.begin()
    clock.wall()
    at.ms += 2100
    clock.end()
    expect(clock.wall()).toBe(0)
  })

  it('leaves out what a front kept a caller waiting, and the world counts it to the millisecond', () => {
    const { at, clock } = clockAt()
    const world = World.create({ twins: [], wall: clock.wall })
    clock.attend(world)
    clock.begin()
    const from = world.now()
    // The machine's timer was half a second late.
    at.ms += 1783
    world.onHeld!(1270, from)
    expect(world.now() - from).toBe(1270)
    at.ms += 1010
    expect(world.now() - from).toBe(2270)
  })

  it('lets time pass once where several callers were kept waiting together', () => {
    const { at, clock } = clockAt()
    const world = World.create({ twins: [], wall: clock.wall })
    clock.attend(world)
    clock.begin()
    const from = world.now()
    at.ms += 700
    world.onHeld!(700, from)
    world.onHeld!(700, from)
    at.ms += 40
    expect(world.now() - from).toBe(700)
  })
})
