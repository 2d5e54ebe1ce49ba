import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { probeForTests } from '../../../runner/testing/lane-stage.ts'
import type { Attack, Range } from './attack.ts'
import { attacks } from './attacks/all.ts'
import { Arena, type Cage, type Outcome } from './arena.ts'
import type { LaneMeans } from '../../../runner/wall/lane/tools.ts'
import { machineState, processesIn, rulesIn } from './outside-view.ts'

const probe = await probeForTests()
const isRoot = process.getuid?.() === 0
const needed: Partial<Record<Attack['by'], string>> = {
  python: '/usr/bin/python3',
  c: '/usr/bin/gcc',
}

/** Lanes are made by a user namespace, or by root without one: then the program has root's number. */
const means: LaneMeans[] = !('tools' in probe) || probe.means === 'root' ? ['root'] : ['users']
if (isRoot && means[0] === 'users') means.push('root')

describe.skipIf(!('tools' in probe)).each(means)('in a lane by %s, a hostile subject', (one) => {
  const idle: Cage[] = []
  let arena: Arena
  let machine: Record<string, string>

  beforeAll(async () => {
    machine = machineState()
    arena = await Arena.open(one)
  })
  afterAll(() => arena.close())

  for (const attack of attacks) {
    const missing = missingFor(attack)
    const test = missing === undefined ? it.concurrent : it.skip
    const name = missing === undefined ? attack.name : `${attack.name} (${missing})`
    // A machine that stands still is to blame when a subject runs out of time; then it is tried again.
    test(name, { retry: attack.falls === 'timed-out' ? 2 : 0 }, async ({ expect, skip }) => {
      const cage = idle.pop() ?? (await arena.openCage())
      if (attack.multiplies === true && !arena.countsProcesses) {
        idle.push(cage)
        skip('processes are not counted here')
      }
      const outcome = await arena.play(attack, cage)
      expect(outcome.breaches, 'it got out').toEqual([])
      holdVerdict(attack, outcome)
      holdJournal(attack, outcome, arena.rangeFor())
      await holdClean(arena, cage)
      await expect.poll(() => processesIn(cage.pid)).toEqual([cage.pid])
      // One that is not clean is used no more, so that one hole is told once.
      idle.push(cage)
    })
  }

  it('leaves the machine as it was', () => {
    expect(machineState()).toEqual(machine)
    expect(arena.otherJournal).toEqual([])
  })
})

describe.skipIf(!('tools' in probe))('without a wall, the same subject gets somewhere:', () => {
  let arena: Arena
  beforeAll(async () => {
    arena = await Arena.open()
  })
  afterAll(() => arena.close())

  for (const attack of attacks) {
    if (attack.control.startsWith('not tried')) continue
    const missing = missingFor(attack) ?? needsRoot(attack)
    const test = missing === undefined ? it.concurrent : it.skip
    test(attack.name, async ({ expect }) => {
      const { breaches, reply } = await arena.playWithoutWall(attack)
      expect(breaches, JSON.stringify(reply)).not.toEqual([])
    })
  }
})

function missingFor({ by }: Attack): string | undefined {
  const program = needed[by]
  return program === undefined || existsSync(program) ? undefined : `needs ${program}`
}

function needsRoot({ control }: Attack): string | undefined {
  return control === 'gets out as root' && !isRoot ? 'needs root' : undefined
}

/** It is judged, and we are not to blame. */
function holdVerdict(
  { falls, mayFall, hears, seen, spoils }: Attack,
  { reply, result }: Outcome,
): void {
  const why = JSON.stringify([result.why, reply])
  expect(result.verdict, why).not.toBe('inconclusive')
  if (falls !== undefined) expect(reply.problem?.kind, why).toBe(falls)
  else if (mayFall !== true) expect(reply.problem, why).toBeUndefined()
  if (hears !== undefined && reply.problem === undefined)
    expect(reply.body, why).toMatchObject(hears)
  const isBad = [falls, seen, spoils, reply.problem].some((one) => one !== undefined)
  expect(result.verdict, why).toBe(isBad ? 'unsatisfied' : 'satisfied')
}

function holdJournal({ seen, unseen }: Attack, { escapes }: Outcome, range: Range): void {
  if (unseen !== undefined) return expect(escapes, unseen).toEqual([])
  const wanted = typeof seen === 'function' ? seen(range) : seen!
  const lacking = wanted.filter((one) => !escapes.some((line) => fits(line, one)))
  expect(lacking, `not in the journal: ${escapes.slice(0, 60).join('\n')}`).toEqual([])
}

function fits(line: string, wanted: string | RegExp): boolean {
  return typeof wanted === 'string' ? line === wanted : wanted.test(line)
}

/** The next subject there does its work, and finds nothing; nor does anybody who looks from outside. */
async function holdClean(arena: Arena, cage: Cage): Promise<void> {
  const next = await arena.playInnocent(cage)
  expect(next.reply.body, 'the next one sees something').toEqual(cage.asItWas)
  expect(next.escapes, 'the next one is blamed').toEqual([])
  expect(next.result.verdict, JSON.stringify(next.result.why)).toBe('satisfied')
  expect(rulesIn(cage.pid), 'rules are changed').toBe(cage.rulesAsTheyWere)
}
