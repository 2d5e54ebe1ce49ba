import { makeRelease } from '../release/make-release.ts'
import { renderRelease } from '../release/page.ts'
import type { FormerScoring } from '../release/release-data.ts'
import type { FullScoring } from '../holdout/feedback/ask.ts'
import type { Decision } from '../gate/decide.ts'
import { Ledger } from '../holdout/feedback/ledger.ts'
import type { Database, Sql } from './database/database.ts'
import { ledgerOn } from './database/ledger-on.ts'
import { fullScoring } from './release-data.ts'
import type { Rules } from './turn.ts'

/** So many earlier scorings are drawn. */
const FORMER_MAX = 100

/** The page of one scoring, for release managers alone; undefined when none was played for this ticket. */
export async function releasePage(
  database: Database,
  { policy, place }: Rules,
  { ticket, now }: { ticket: string; now: Date },
): Promise<string | undefined> {
  const found = await fullScoring(database, ticket)
  if (found === undefined) return undefined
  const { submission, score, decision } = found
  const earlier = await scoringsBefore(database, submission.number)
  const accepted = earlier.findLast((one) => one.decision?.verdict === 'accepted')
  const ledger = await Ledger.open(ledgerOn(database, place))
  const usage = await ledger.usage()
  return renderRelease(
    makeRelease({
      score,
      now,
      decision: decision ?? undefined,
      floor: policy?.policy.minSatisfaction,
      former: earlier.map(toFormer),
      accepted: accepted?.score,
      questions: usage.filter(({ project }) => project === score.asked.project),
    }),
  )
}

interface Earlier {
  score: FullScoring
  decision: Decision | undefined
}

/** Oldest first. */
async function scoringsBefore(sql: Sql, number: number): Promise<Earlier[]> {
  const rows = await sql.all<{ score: string; decision: string | null }>(
    `SELECT scores.score, scores.decision FROM scores
     JOIN submissions ON submissions.ticket = scores.ticket
     WHERE submissions.number < ? ORDER BY submissions.number DESC LIMIT ?`,
    [number, FORMER_MAX],
  )
  return rows.reverse().map(({ score, decision }) => ({
    score: JSON.parse(score) as FullScoring,
    decision: decision === null ? undefined : (JSON.parse(decision) as Decision),
  }))
}

function toFormer({ score, decision }: Earlier): FormerScoring {
  const { startedAt, holdout, public: seen, set } = score
  const verdict = decision?.verdict
  return { startedAt, holdout, public: seen, set: set.digest, ...(verdict && { verdict }) }
}
