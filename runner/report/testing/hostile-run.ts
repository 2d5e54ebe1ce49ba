import { board } from '../../../test/small-twin.ts'
import { Bases } from '../../bases.ts'
import { findPlan } from '../../fault-plans.ts'
import { playRun } from '../../schedule.ts'
import { scenario } from '../../scenario.ts'
import { nothingSubject } from '../../subject/nothing.ts'
import { callBoard, subjectOf } from '../../testing/board-stage.ts'
import { toResult, type RunResult } from '../result.ts'

/** Markup, the ends of every kind of quotation, control characters, half a pair, and what turns the direction of text. */
export const hostile =
  `<script>alert(1)</script>"'&]]>-->\u202e\u0007\u001b[2J\ud83d\ud83d\ude80` +
  `\`\`\`|</style></textarea><img src=x onerror=alert(2)>\${7*7}{{7*7}}`

/** A run whose every name is hostile: of scenario, check, step, subject; and what the subject sends, says and writes. */
export async function hostileRun(seeds: number, bodySize = 100): Promise<RunResult> {
  const bad = scenario(hostile, { twins: ['board'], tags: [hostile] }, async (kit) => {
    const { step, check, subject, journal } = kit
    await step(hostile, () => subject.post(`/${hostile}`, { hostile }))
    check(hostile, { [hostile]: hostile, same: 1 }, { [hostile]: 'nice', same: 1 })
    check('told once, not twice', journal.calls('board', 'createNote').length, 1)
  })
  const good = scenario('Good', { twins: ['board'], tags: ['plain'] }, async (kit) => {
    kit.changes.allow('board.notes[+]')
    kit.check('it answered', (await kit.subject.run()).status, 200)
  })
  const subject = subjectOf(async (_request, world) => {
    const post = () => callBoard(world, 'POST', '/notes', { title: 'x', extra: hostile })
    await post().catch(post)
    return { status: 200, body: hostile + 'x'.repeat(bodySize) }
  })
  const run = {
    scenarios: [
      { id: 'bad/one', file: 'bad/one.ts', scenario: bad },
      { id: 'good', file: 'good.ts', scenario: good },
    ],
    bases: new Bases(() => Promise.resolve(board as never)),
    jobs: 2,
  }
  const plans = [await findPlan('none'), await findPlan('lost-after-write')]
  const list = Array.from({ length: seeds }, (_, i) => String(i + 1))
  const { trials } = await playRun({ ...run, seeds: list, plans, subject })
  const controls = await playRun({
    ...run,
    seeds: ['1'],
    plans: [plans[0]!],
    subject: nothingSubject,
  })
  return toResult({
    startedAt: '2026-01-05T09:00:00.000Z',
    wallMs: 1234,
    version: '0.0.0',
    subject: { ...subject, name: hostile },
    subjectFile: `it's ${hostile}.json`,
    run: { seeds: list, plans: plans.map(({ name }) => name), jobs: 2, minDepth: 'spec' },
    trials,
    controls: controls.trials,
    broken: [],
    unplayed: 0,
  })
}

/** The same run with a trial of every verdict, a broken scenario, and one that measures nothing. */
export async function everyOutcome(seeds = 2, bodySize = 100): Promise<RunResult> {
  const result = await hostileRun(seeds, bodySize)
  const [first, ...rest] = result.trials
  const why = [
    { kind: 'ours' as const, text: `the twin crashed in ${hostile}`, key: 'c', exchanges: [1] },
  ]
  return {
    ...result,
    unplayed: 3,
    broken: [
      {
        id: 'broken/one',
        what: hostile,
        where: { file: `${hostile}.ts`, line: 3 },
        fix: 'Mend it.',
      },
    ],
    trials: [{ ...first!, verdict: 'inconclusive', why }, ...rest],
  }
}
