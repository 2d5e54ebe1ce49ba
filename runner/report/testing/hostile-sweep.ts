import { meanings, type SweepOutcome } from '../../sweep/classify.ts'
import type { SweepCell, SweepResult } from '../../sweep/sweep.ts'
import { hostile } from './hostile-run.ts'

const cell = (outcome: SweepOutcome): SweepCell => {
  const trial = `bad/one@1+${hostile}`
  return { outcome, trial, why: hostile, trials: [{ trial, outcome }] }
}
const outcomes = Object.keys(meanings) as SweepOutcome[]

/** A matrix with every outcome in it, whose every name is hostile. */
export const hostileSweep: SweepResult = {
  format: 'backlot.sweep/1',
  versions: { backlot: '0.0.0', node: 'v24' },
  subject: { name: hostile, kind: 'module', file: `${hostile}.json` },
  run: { scenarios: [hostile], seeds: ['1'], most: 2 },
  failures: outcomes.map((_, i) => ({ name: `failure-${i} ${hostile}`, about: hostile })),
  rows: [
    { twin: 'board', cells: outcomes.map(cell) },
    { twin: 'board', op: hostile, writes: true, cells: outcomes.map(() => null) },
  ],
  counts: Object.fromEntries(outcomes.map((one) => [one, 1])) as SweepResult['counts'],
  meanings,
  notSwept: [{ scenario: hostile, trial: hostile, why: hostile }],
  trials: 8,
  unplayed: 1,
}
