import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { History } from '../history/history.ts'
import type { RunResult } from '../report/result.ts'
import { CommandLine, greetedScenario, greeterModule, steady } from '../testing/command-line.ts'

const line = new CommandLine()
const historyFile = join(line.folder, '.backlot/history.db')
const asked = ['--trials', '30', '--faults', 'none,lost-after-write', '--json'] as const

beforeAll(() => {
  line.write('greeted.ts', greetedScenario())
  line.write('again.ts', greetedScenario('Greeted again'))
  // Fifty milliseconds each: time enough to be cut off in the middle.
  line.write('slow.mjs', greeterModule('await new Promise((go) => setTimeout(go, 50))'))
  line.write('quick.mjs', greeterModule())
})
afterAll(() => line.end())

function run(subject: string, ...rest: string[]) {
  return line.backlot('run', 'greeted.ts', 'again.ts', '--subject', subject, ...rest)
}

/** How many trials the last run has in the history, seen from outside while it is played. */
function playedSoFar(): number {
  if (!existsSync(historyFile)) return 0
  const history = History.open(historyFile)
  const played = history.runs()[0]?.played ?? 0
  history.close()
  return played
}

async function cutOff(signal: NodeJS.Signals, ...args: string[]): Promise<number> {
  const before = existsSync(historyFile) ? openRuns().length : 0
  const child = line.start(...args)
  const ended = line.listen(child)
  while (openRuns().length === before || playedSoFar() < 5) {
    await new Promise((go) => setTimeout(go, 20))
  }
  const seen = playedSoFar()
  child.kill(signal)
  await ended
  expect(playedSoFar()).toBeGreaterThanOrEqual(seen)
  return playedSoFar()
}

function openRuns() {
  if (!existsSync(historyFile)) return []
  const history = History.open(historyFile)
  const runs = history.runs()
  history.close()
  return runs
}

const slowRun = ['run', 'greeted.ts', 'again.ts', '--subject', 'slow.mjs', ...asked]

describe('a run that was cut off', () => {
  it.each(['SIGKILL', 'SIGINT'] as const)(
    'by %s has lost no finished trial, and goes on to the result of one that was not',
    async (signal) => {
      const kept = await cutOff(signal, ...slowRun, '--jobs', '2')
      expect(kept).toBeGreaterThanOrEqual(5)
      expect(kept).toBeLessThan(120)
      expect(openRuns()[0]).toMatchObject({ finishedAt: undefined, planned: 120 })

      const resumed = await line.backlot('run', '--resume', '--json', '--jobs', '5')
      const whole = await line.backlot(...slowRun, '--jobs', '6', '--no-history')
      expect(resumed.err).toBe('')
      expect(resumed.code).toBe(whole.code)
      const [one, other] = [resumed, whole].map(({ out }) => JSON.parse(out) as RunResult)
      expect(one!.trials).toHaveLength(120)
      expect(steady(one!)).toEqual(steady(other!))
      expect(openRuns()[0]).toMatchObject({ played: 120, finishedAt: expect.any(String) })
    },
  )

  it('ends at its gate with the same trials, wherever it was cut off', async () => {
    const gated = ['run', 'greeted.ts', 'again.ts', '--subject', 'slow.mjs', '--trials', '70']
    gated.push('--gate', '0.9', '--json')
    await cutOff('SIGKILL', ...gated, '--jobs', '2', '--no-mutants')
    const resumed = await line.backlot('run', '--resume', '--json', '--jobs', '9')
    const whole = await line.backlot(...gated, '--no-history', '--no-mutants', '--jobs', '5')
    const [one, other] = [resumed, whole].map(({ out }) => JSON.parse(out) as RunResult)
    expect(one!.gate).toMatchObject({ passed: true, how: 'evidence' })
    expect(steady(one!)).toEqual(steady(other!))
    // What was played beyond the end is let go.
    expect(openRuns()[0]!.played).toBe(one!.trials.length)
  })

  it('does not go on with another subject, twice, or at all where none is unfinished', async () => {
    const none = await line.backlot('run', '--resume')
    expect(none).toMatchObject({ code: 2, err: expect.stringMatching(/No run is unfinished\./) })
    const ended = await line.backlot('run', '--resume=1')
    expect(ended).toMatchObject({ code: 2, err: expect.stringMatching(/Run 1 has ended\./) })
    const gone = await line.backlot('run', '--resume', '99')
    expect(gone).toMatchObject({ code: 2, err: expect.stringMatching(/There is no run 99\./) })
    const more = await line.backlot('run', '--resume', '--trials', '9')
    expect(more).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^--trials: A run that goes/),
    })

    await cutOff('SIGKILL', ...slowRun)
    line.write('slow.mjs', greeterModule('await new Promise((go) => setTimeout(go, 51))'))
    const changed = await line.backlot('run', '--resume')
    expect(changed.err).toMatch(
      /can't go on: since it began, the subject changed\. Start a new run/,
    )
    expect(changed.code).toBe(2)
  })
})

describe('backlot history', () => {
  it('lists runs, shows one again, and forgets', async () => {
    const { out } = await line.backlot('history')
    expect(out).toMatch(/^run {2}begun \(UTC\) {2,}subject {2}trials {2}/)
    expect(out).toMatch(/^1 .* slow +120\/120 .* ended/m)
    expect(out).toMatch(/unfinished$/m)
    const listed = JSON.parse((await line.backlot('history', '--json')).out) as { id: number }[]
    expect(listed.map(({ id }) => id)).toEqual([4, 3, 2, 1])
    expect(listed[3]).toMatchObject({ state: 'ended', subject: { name: 'slow' }, played: 120 })

    const shown = await line.backlot('history', 'show', '1', '--report', 'kept.json')
    expect(shown.out).toMatch(/^slow \(module\): 120 trials of 2 scenarios/)
    expect(line.readResult('kept.json').trials).toHaveLength(120)
    expect((await line.backlot('history', 'show', '4')).out).toMatch(/unfinished\n\d+ satisfied/)

    expect((await line.backlot('history', 'forget', '--keep', '1')).out).toBe(
      '3 runs forgotten, 1 kept\n',
    )
    expect(openRuns().map(({ id }) => id)).toEqual([4])
    expect((await line.backlot('history', 'sow')).err).toMatch(/Did you mean "show"/)
  })

  it('holds a run against the last one of the same subject', async () => {
    const first = await run('quick.mjs', '--trials', '10')
    expect(first.out).not.toContain('last run')
    expect((await run('quick.mjs', '--trials', '10')).out).toMatch(
      /last run +as run \d+ of [\d-]+: no difference in any of 20 trials/,
    )
    line.write('quick.mjs', greeterModule('if (body.channel) return { status: 200 }'))
    const { out, code } = await run('quick.mjs', '--trials', '10', '--json')
    expect(code).toBe(1)
    expect((JSON.parse(out) as RunResult).comparison).toMatchObject({
      verdict: 'worse',
      difference: -1,
      test: 'mcnemar',
      trials: 20,
      won: [],
      lost: { length: 20 },
    })
    expect((await run('quick.mjs', '--trials', '3', '--seed', '100')).out).toMatch(/can't be told/)
  })
})

describe('--no-history', () => {
  it('leaves nothing behind', async () => {
    const other = new CommandLine()
    other.write('greeted.ts', greetedScenario())
    other.write('quick.mjs', greeterModule())
    const args = ['run', 'greeted.ts', '--subject', 'quick.mjs', '--json']
    const { out, code } = await other.backlot(...args, '--no-history')
    expect(code).toBe(0)
    expect(JSON.parse(out)).not.toHaveProperty('history')
    expect(existsSync(join(other.folder, '.backlot'))).toBe(false)
    const kept = await other.backlot(...args, '--history', 'mine.db')
    expect(kept).toMatchObject({ code: 0, err: '' })
    expect(existsSync(join(other.folder, 'mine.db'))).toBe(true)
    expect((await other.backlot('history')).err).toMatch(/history\.db: There is no history/)
    other.end()
  })
})
