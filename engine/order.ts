import { authenticate } from './stages/authenticate.ts'
import { behave } from './stages/behave.ts'
import { checkInput } from './stages/check-input.ts'
import { conform } from './stages/conform.ts'
import { faultAfter } from './stages/fault-after.ts'
import { faultBefore } from './stages/fault-before.ts'
import { limit } from './stages/limit.ts'
import { match } from './stages/match.ts'
import { readInput } from './stages/read-input.ts'
import { stamp } from './stages/stamp.ts'
import type { ClosingStage, Stage } from './exchange.ts'

/** From call to reply. The first reply or refusal ends it. A twin whose service checks in another order passes its own list. */
export const before: readonly Stage[] = [
  match,
  authenticate,
  limit,
  readInput,
  checkInput,
  faultBefore, // nothing happened
  behave,
]

/** What every reply passes, refusals too; `record` follows in the pipeline itself, so that no list can leave it out. */
export const after: readonly ClosingStage[] = [
  conform,
  stamp,
  faultAfter, // it happened, but the answer suffers
]
