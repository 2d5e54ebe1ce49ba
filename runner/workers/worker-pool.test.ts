import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findPlan } from '../fault-plans.ts'
import { loadScenarios } from '../load-scenarios.ts'
import { planTrials } from '../plan-trials.ts'
import type { Outcome } from '../play-one.ts'
import type { RunResult } from '../report/result.ts'
import { CommandLine, greetedScenario, greeterModule, steady } from '../testing/command-line.ts'
import { wantsWorkers, WorkerPool } from './worker-pool.ts'

const line = new CommandLine()
const never = new AbortController().signal

beforeAll(() => {
  line.write('greeted.ts', greetedScenario())
  line.write('quick.mjs', greeterModule())
  // What befalls a trial depends on its channel, hence on its seed.
  const sum = 'const sum = [...body.channel].reduce((sum, one) => sum + one.charCodeAt(0), 0)'
  line.write('exits.mjs', greeterModule(`${sum}\n  if (sum % 40 === 0) process.exit(3)`))
  line.write('loops.mjs', greeterModule(`${sum}\n  while (sum % 4 === 0);`))
  line.write('loops.json', '{ "kind": "module", "module": "./loops.mjs", "timeoutMs": 1500 }')
})
afterAll(() => line.end())

function run(subject: string, jobs: number) {
  const asked = ['--trials', '110', '--faults', 'none,flaky', '--jobs', String(jobs)]
  return line.backlot('run', 'greeted.ts', '--subject', subject, ...asked, '--no-history', '--json')
}

async function planOf(seeds: number) {
  const loaded = await loadScenarios([join(line.folder, 'greeted.ts')])
  // Not by where this folder happens to lie: seeds are drawn from the name.
  const scenarios = loaded.scenarios.map((one) => ({ ...one, id: 'greeted' }))
  const plans = [await findPlan('none')]
  const names = Array.from({ length: seeds }, (_, i) => String(i + 1))
  return planTrials({ scenarios, plans, seeds: names })
}

function poolOf(subject: string, jobs: number, holdMs?: number): WorkerPool {
  const base = { plans: ['none'], minDepth: undefined, prices: undefined, countsBytes: false }
  const subjectFile = join(line.folder, subject)
  return new WorkerPool({ ...base, subjectFile, ...(holdMs === undefined ? {} : { holdMs }) }, jobs)
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((go) => setTimeout(go, 30))
}

function verdicts(outcomes: readonly Outcome[]): (string | undefined)[] {
  return outcomes.map((one) => (one === undefined || 'error' in one ? undefined : one.verdict))
}

describe('trials in workers', () => {
  it('give the same bytes as trials in one process', async () => {
    const [one, many] = await Promise.all([run('quick.mjs', 1), run('quick.mjs', 3)])
    expect([one!.err, many!.err, many!.code]).toEqual(['', '', one!.code])
    const bytes = [one!, many!].map(({ out }) =>
      JSON.stringify(steady(JSON.parse(out) as RunResult)),
    )
    expect(bytes[1]).toBe(bytes[0])
  })

  it('lose one trial, and no other, to a module that ends its process', async () => {
    const [two, three] = await Promise.all([run('exits.mjs', 2), run('exits.mjs', 3)])
    const results = [two!, three!].map(({ out }) => JSON.parse(out) as RunResult)
    expect(steady(results[1]!)).toEqual(steady(results[0]!))
    const dead = results[0]!.trials.filter(({ why }) =>
      why.some(({ key }) => /ended its/.test(key)),
    )
    expect(dead.length).toBeGreaterThan(0)
    expect(dead.length).toBeLessThan(40)
    expect(dead[0]).toMatchObject({
      verdict: 'unsatisfied',
      why: [
        { kind: 'answer', text: expect.stringMatching(/it ended its process with exit code 3/) },
      ],
    })
    const clean = results[0]!.trials.filter(
      (one) => !dead.includes(one) && one.plan.name === 'none',
    )
    expect(clean.every(({ verdict }) => verdict === 'satisfied')).toBe(true)
    expect(results[0]!.trials).toHaveLength(220)
  })

  it('break endless loops, and go on', async () => {
    const planned = await planOf(6)
    const pool = poolOf('loops.json', 2, 700)
    const outcomes = await Promise.all(planned.map((one) => pool.play(one, never)))
    await pool.close()
    const said = verdicts(outcomes)
    expect(said.filter((one) => one === 'satisfied').length).toBeGreaterThan(0)
    const looped = outcomes.filter((_one, i) => said[i] === 'unsatisfied')
    expect(looped.length).toBeGreaterThan(0)
    expect(looped[0]).toMatchObject({
      why: [{ key: 'no answer: timed-out' }, { text: 'not so: greeted once' }],
    })
    expect(looped.length + said.filter((one) => one === 'satisfied').length).toBe(6)
  })

  it('end at once when they are told to, with no outcome', async () => {
    const planned = await planOf(50)
    const controller = new AbortController()
    const pool = poolOf('quick.mjs', 2)
    const outcomes = Promise.all(planned.map((one) => pool.play(one, controller.signal)))
    controller.abort()
    await pool.close()
    expect(verdicts(await outcomes).every((one) => one === undefined)).toBe(true)
  })

  it.skipIf(process.platform !== 'linux')('do not outlive a runner that is killed', async () => {
    line.write('slow.mjs', greeterModule('await new Promise((go) => setTimeout(go, 100))'))
    const asked = ['--subject', 'slow.mjs', '--trials', '300', '--jobs', '2', '--no-history']
    const child = line.start('run', 'greeted.ts', ...asked, '--json')
    const ended = line.listen(child)
    const workers = (): number[] =>
      String(spawnSync('ps', ['-o', 'pid=', '--ppid', String(child.pid)]).stdout)
        .split('\n')
        .flatMap((one) => Number(one) || [])
    await until(() => workers().length === 2)
    const pids = workers()
    child.kill('SIGKILL')
    await ended
    await until(() => pids.every((pid) => !existsSync(`/proc/${pid}`)))
  })

  it('say why no worker could begin', async () => {
    const [one] = await planOf(1)
    const pool = poolOf('gone.mjs', 2)
    await expect(pool.play(one!, never)).rejects.toThrow(/A worker could not begin: .*gone\.mjs/)
    await pool.close()
  })
})

describe('wantsWorkers', () => {
  it('wants them for many trials of a module only', () => {
    const much = { jobs: 2, trials: 1000 }
    expect(wantsWorkers({ kind: 'module' }, much)).toBe(true)
    expect(wantsWorkers({ kind: 'command' }, much)).toBe(false)
    expect(wantsWorkers({ kind: 'module' }, { ...much, jobs: 1 })).toBe(false)
    expect(wantsWorkers({ kind: 'module' }, { ...much, trials: 10 })).toBe(false)
  })
})
