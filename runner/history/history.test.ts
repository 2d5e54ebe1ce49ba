import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, it } from 'vitest'
import { UsageError } from '../../engine/usage-error.ts'
import { findPlan } from '../fault-plans.ts'
import { planTrials } from '../plan-trials.ts'
import { unseen } from '../play-one.ts'
import { toResult } from '../report/result.ts'
import { boardScenario } from '../testing/board-stage.ts'
import type { TrialResult, Verdict } from '../trial-result.ts'
import { because } from '../verdict.ts'
import { compareWithLast } from './compare-with-last.ts'
import { History, type RunStart } from './history.ts'
import { findUnfinished, KeptRun } from './keep-run.ts'

const folder = mkdtempSync(join(tmpdir(), 'history-'))
afterAll(() => rmSync(folder, { recursive: true }))
let files = 0
const open = () => History.open(join(folder, `deep/${files++}/history.db`))

const start: RunStart = {
  startedAt: '2026-11-21T10:00:00.000Z',
  subject: { name: 'desk', kind: 'module' },
  digest: 'abc',
  versions: { backlot: '1.0.0', node: 'v24.0.0' },
  planned: 3,
  request: { paths: ['x'] },
  sources: { a: '1' },
}

const scenarios = [{ id: 'a', file: 'a.ts', scenario: boardScenario(() => {}) }]
const planned = planTrials({ scenarios, plans: [await findPlan('none')], seeds: ['1', '2', '3'] })

function trialsOf(...verdicts: Verdict[]): TrialResult[] {
  return verdicts.map((verdict, i) =>
    unseen(planned[i]!, verdict, because('check', `${verdict} – naïve ✓`)),
  )
}

function resultOf(
  trials: TrialResult[],
  rest: { unplayed?: number; shard?: { index: number; of: number } } = {},
) {
  const { shard, unplayed = 0 } = rest
  const run = { scenarios: ['a'], seeds: ['1', '2', '3'], plans: ['none'], jobs: 1 }
  return toResult({
    startedAt: start.startedAt,
    wallMs: 5,
    version: '1.0.0',
    subject: start.subject,
    subjectFile: 's.json',
    sources: { subject: 'abc', scenarios: { a: '1' }, plans: {} },
    run: { ...run, minDepth: 'spec' as const, ...(shard === undefined ? {} : { shard }) },
    trials,
    controls: [],
    broken: [],
    unplayed,
  })
}

describe('History', () => {
  it('gives back what it was given, from another connection too', () => {
    const history = open()
    const run = history.startRun(start)
    const trials = trialsOf('satisfied', 'unsatisfied', 'inconclusive')
    for (const trial of trials) history.addTrial(run, trial)
    const other = History.open(history.file)
    expect(other.trials(run)).toEqual(trials)
    expect(other.verdicts(run).map(({ verdict }) => verdict)).toEqual([
      'satisfied',
      'unsatisfied',
      'inconclusive',
    ])
    expect(other.run(run)).toMatchObject({
      ...start,
      id: run,
      played: 3,
      finishedAt: undefined,
      result: undefined,
      player: { pid: process.pid },
    })
    history.finishRun(run, '2026-11-21T10:01:00.000Z', resultOf(trials))
    const [record] = other.runs()
    expect(record).toMatchObject({
      finishedAt: '2026-11-21T10:01:00.000Z',
      player: { pid: undefined },
    })
    expect(record!.result).toMatchObject({ score: { satisfied: 1, unsatisfied: 1 } })
    expect(record!.result).not.toHaveProperty('trials')
    expect(() => history.addTrial(run, trials[0]!)).toThrow(/UNIQUE/)
  })

  it('lets go of trials that do not count once a run is whole, and of none before', () => {
    const history = open()
    const run = history.startRun(start)
    const trials = trialsOf('satisfied', 'satisfied', 'satisfied')
    for (const trial of trials) history.addTrial(run, trial)
    history.finishRun(run, 'now', resultOf(trials.slice(0, 1), { unplayed: 1 }))
    expect(history.verdicts(run)).toHaveLength(3)
    expect(history.run(run)!.finishedAt).toBeUndefined()
    history.finishRun(run, 'now', resultOf(trials.slice(0, 1)))
    expect(history.verdicts(run).map(({ id }) => id)).toEqual(['a@1'])
  })

  it('forgets runs with their trials', () => {
    const history = open()
    const [one, two] = [history.startRun(start), history.startRun(start)]
    for (const run of [one, two]) history.addTrial(run, trialsOf('satisfied')[0]!)
    history.forget([one])
    expect(history.runs().map(({ id }) => id)).toEqual([two])
    expect(history.trials(one)).toEqual([])
    expect(history.startRun(start)).toBe(two + 1)
  })

  it('refuses files that are something else', () => {
    const text = join(folder, 'text.db')
    writeFileSync(text, 'This is no database, and long enough to be taken for one.'.repeat(20))
    expect(() => History.open(text)).toThrow(UsageError)
    const other = join(folder, 'other.db')
    new DatabaseSync(other).exec('CREATE TABLE things (id)')
    expect(() => History.open(other)).toThrow(/This is a database of something else/)
    const later = open()
    new DatabaseSync(later.file).exec('PRAGMA user_version = 9')
    expect(() => History.open(later.file)).toThrow(/written by a later Backlot/)
    expect(() => History.open('/proc/none/history.db')).toThrow(
      /The history can't be used: .*--no-history/,
    )
  })

  it('keeps thousands of trials small, and Node’s warning from our users', () => {
    const script = `
      import { History } from ${JSON.stringify(join(import.meta.dirname, 'history.ts'))}
      const history = History.open(process.argv[1])
      const run = history.startRun(${JSON.stringify(start)})
      const trial = ${JSON.stringify(trialsOf('satisfied')[0])}
      for (let i = 0; i < 2000; i++) history.addTrial(run, { ...trial, id: 'a@' + i })
      console.error(history.verdicts(run).length)
      history.close()
    `
    const file = join(folder, 'many.db')
    const args = ['--input-type=module-typescript', '--eval', script, file]
    const { stderr } = spawnSync(process.execPath, args)
    expect(String(stderr)).toBe('2000\n')
    expect(statSync(file).size).toBeLessThan(2000 * 700)
  })
})

describe('a kept run', () => {
  it('is gone on with by nobody else while it is played, nor once it has ended', () => {
    const history = open()
    expect(() => findUnfinished(history)).toThrow(/No run is unfinished/)
    const run = history.startRun(start)
    expect(() => findUnfinished(history, run)).toThrow(/is still being played, by process/)
    history.finishRun(run, 'now', resultOf([], { unplayed: 3 }))
    expect(findUnfinished(history).id).toBe(run)
    expect(() => findUnfinished(history, run + 1)).toThrow(/There is no run/)
  })

  it('refuses what has changed since, and names it', () => {
    const history = open()
    const run = history.startRun(start)
    history.addTrial(run, trialsOf('satisfied')[0]!)
    const record = history.run(run)!
    expect([...new KeptRun(history, start, record).played.keys()]).toEqual(['a@1'])
    const changed = { ...start, digest: 'other', sources: { a: '2', b: '1' } }
    expect(() => new KeptRun(history, changed, record)).toThrow(
      /since it began, the subject, a, b changed/,
    )
    const later = { ...start, versions: { ...start.versions, backlot: '2' } }
    expect(() => new KeptRun(history, later, record)).toThrow(/Backlot changed/)
  })
})

describe('the comparison with the last run', () => {
  it('is with the last whole run of the same subject, without scenarios that were rewritten', () => {
    const history = open()
    const add = (
      subject: string,
      trials: TrialResult[],
      rest = {},
      sources = { a: '1' },
    ): number => {
      const run = history.startRun({
        ...start,
        sources,
        subject: { ...start.subject, name: subject },
      })
      for (const trial of trials) history.addTrial(run, trial)
      history.finishRun(run, 'now', resultOf(trials, rest))
      return run
    }
    const good = add('desk', trialsOf('satisfied', 'satisfied', 'satisfied'))
    add('other', trialsOf('unsatisfied'))
    add('desk', trialsOf('unsatisfied'), { unplayed: 2 })
    add('desk', trialsOf('unsatisfied'), { shard: { index: 1, of: 3 } })
    const bad = resultOf(trialsOf('unsatisfied', 'unsatisfied', 'unsatisfied'))
    expect(compareWithLast(history, 99, bad)).toMatchObject({
      with: { run: good, satisfaction: 1, digest: 'abc' },
      difference: -1,
      lost: ['a@1', 'a@2', 'a@3'],
      rewritten: [],
    })
    expect(compareWithLast(history, good, bad)).toBeUndefined()
    expect(compareWithLast(history, 99, resultOf([], { unplayed: 1 }))).toBeUndefined()
    add('desk', trialsOf('satisfied'), {}, { a: '2' })
    expect(compareWithLast(history, 99, bad)).toMatchObject({ difference: null, rewritten: ['a'] })
  })
})
