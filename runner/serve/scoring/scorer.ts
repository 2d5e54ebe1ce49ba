import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from '../../../engine/usage-error.ts'
import { scoreHoldout, type HoldoutScore } from '../../holdout/score-holdout.ts'
import { openSet } from '../../holdout/seal/open-set.ts'
import { endAllProcesses } from '../../subject/process.ts'
import type { ScorerSaid, ScoringTask } from './protocol.ts'

// The process that holds the plaintext: it is told one task, says one score, and is gone.
process.once('message', (task: ScoringTask) => void work(task))
// The server is gone, however it went: what was played is of use to nobody.
process.on('disconnect', () => {
  endAllProcesses()
  process.exit(1)
})

async function work(task: ScoringTask): Promise<void> {
  const said: ScorerSaid = await score(task).then(
    (score) => ({ kind: 'scored', score }),
    // A stack could hold a case's text; our own mistakes are told by their kind.
    (error: Error) => ({
      kind: 'failed',
      message:
        error instanceof UsageError ? error.message : `Backlot itself failed (${error.name}).`,
    }),
  )
  process.send!(said, () => process.exit(0))
}

async function score(task: ScoringTask): Promise<HoldoutScore> {
  const { folder, scratch, set, keyFile, knownKey, publicPaths, trials, plans, jobs } = task
  const { wall, secret } = task
  const copy = join(scratch, 'subject')
  await cp(folder, copy, { recursive: true, verbatimSymlinks: true })
  return scoreHoldout({
    subjectFile: join(copy, 'subject.json'),
    set: await openSet({ folder: set, keyFile, anyMode: knownKey }),
    publicPaths,
    trials,
    plans,
    jobs,
    wall,
    secret,
  })
}
