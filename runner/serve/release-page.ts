import { makeRelease } from '../release/make-release.ts'
import { renderRelease } from '../release/page.ts'
import type { FormerScoring } from '../release/release-data.ts'
import type { Decision } from '../gate/decide.ts'
import { Ledger } from '../holdout/feedback/ledger.ts'
import type { Database, Sql } from './database/database.ts'
import { ledgerOn } from './database/ledger-on.ts'
import type { Figures } from './figures.ts'
import { fullScoring } from './release-data.ts'
import type { Rules } from './turn.ts'

/** So many earlier scorings are drawn. */
const FORMER_MAX = 100

/** The page of one scoring, for release managers alone; undefined when none was played for this ticket. */
export async function releasePage(
  database: Database,
  { policy, place, vault }: Rules,
  { ticket, now }: { ticket: string; now: Date },
): Promise<string | undefined> {
  const found = await fullScoring(database, { vault }, ticket)
  if (found === undefined) return undefined
  const { submission, score, decision } = found
  const earlier = await scoringsBefore(database, submission.number)
  const last = earlier.findLast((one) => one.decision?.verdict === 'accepted')
  const accepted = last && (await fullScoring(database, { vault }, last.ticket))
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
  ticket: string
  figures: Figures
  decision: Decision | undefined
}

/** Oldest first. */
async function scoringsBefore(sql: Sql, number: number): Promise<Earlier[]> {
  const rows = await sql.all<{ ticket: string; figures: string; decision: string | null }>(
    `SELECT scores.ticket, scores.figures, scores.decision FROM scores
     JOIN submissions ON submissions.ticket = scores.ticket
     WHERE submissions.number < ? ORDER BY submissions.number DESC LIMIT ?`,
    [number, FORMER_MAX],
  )
  return rows.reverse().map(({ ticket, figures, decision }) => ({
    ticket,
    figures: JSON.parse(figures) as Figures,
    decision: decision === null ? undefined : (JSON.parse(decision) as Decision),
  }))
}

function toFormer({ figures, decision }: Earlier): FormerScoring {
  const { startedAt, holdout, public: seen, set } = figures
  const verdict = decision?.verdict
  return { startedAt, holdout, public: seen, set: set.digest, ...(verdict && { verdict }) }
}
