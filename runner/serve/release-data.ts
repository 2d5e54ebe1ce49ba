import type { Decision } from '../gate/decide.ts'
import type { FullScoring } from '../holdout/feedback/ask.ts'
import { Ledger, type Answer } from '../holdout/feedback/ledger.ts'
import { ladderFor, plainExcess } from '../holdout/feedback/ladder.ts'
import { readManifest } from '../holdout/seal/manifest.ts'
import { readAudit, verifyAudit, type AuditCheck, type AuditLine } from './audit.ts'
import type { Database, Sql } from './database/database.ts'
import { ledgerOn } from './database/ledger-on.ts'
import type { Figures } from './figures.ts'
import { find, listSubmissions, type Submission } from './submissions.ts'
import type { Rules } from './turn.ts'

/** The latest entries of the audit log that are shown. */
const AUDIT_LINES = 200

/** A submission as release managers see it. */
export interface ReleaseSubmission extends Omit<Submission, 'answer'> {
  /** What its author is told, once the time has come. */
  answer: Answer | null
  /** The figures of its scoring, when one was played for it. */
  figures: DecidedFigures | null
}

/** Figures, and what the policy said of them. */
export interface DecidedFigures extends Figures {
  decision: Decision | null
}

/** Everything that release managers decide by. Nothing of it is for authors. */
export interface ReleaseData {
  project: string
  /** Of the set as it is now. */
  set: { digest: string; root: string; count: number; tags: Record<string, number>; sealed: string }
  /** Fraction by which a told score may be too high, with a chance of 5 %, when nobody fits to the answers. */
  excess: number
  allowance: { questions: number; perAuthor: number | null }
  /** Who asked how often, by project and set. */
  usage: { project: string; set: string; author: string; questions: number; best: number | null }[]
  ledger: { rows: number; head: string }
  /** The newest first. */
  submissions: ReleaseSubmission[]
  /** The latest scoring that the policy accepted. */
  accepted: { ticket: string; figures: DecidedFigures } | null
  audit: AuditCheck & { latest: AuditLine[] }
}

/** Puts together what release managers see. Throws a UsageError when the ledger was tampered with. */
export async function releaseData(
  database: Database,
  { config, place }: Omit<Rules, 'vault'>,
): Promise<ReleaseData> {
  const { manifest, digest } = await readManifest(config.holdout.set)
  const { root, count, tags, sealed } = manifest
  const ledger = await Ledger.open(ledgerOn(database, place))
  const submissions: ReleaseSubmission[] = []
  for (const one of await listSubmissions(database)) {
    const answer = one.answer === null ? null : (JSON.parse(one.answer) as Answer)
    submissions.push({ ...one, answer, figures: await readFigures(database, one.ticket) })
  }
  const accepted = submissions.find(({ figures }) => figures?.decision?.verdict === 'accepted')
  const { questions, questionsPerAuthor: perAuthor = null } = config
  return {
    project: config.project,
    set: { digest, root, count, tags, sealed },
    excess: plainExcess(ladderFor(count, questions)),
    allowance: { questions, perAuthor },
    usage: await ledger.usage(),
    ledger: { rows: ledger.head.number, head: ledger.head.hash },
    submissions,
    accepted:
      accepted === undefined ? null : { ticket: accepted.ticket, figures: accepted.figures! },
    audit: {
      ...(await verifyAudit(database)),
      latest: await readAudit(database, AUDIT_LINES),
    },
  }
}

/** All of one scoring, trials included; undefined when none was played for this ticket. */
export async function fullScoring(
  sql: Sql,
  { vault }: Pick<Rules, 'vault'>,
  ticket: string,
): Promise<{ submission: Submission; score: FullScoring; decision: Decision | null } | undefined> {
  const submission = await find(sql, ticket)
  const [row] = await sql.all<{ score: string; decision: string | null }>(
    'SELECT score, decision FROM scores WHERE ticket = ?',
    [ticket],
  )
  if (submission === undefined || row === undefined) return undefined
  const decision = row.decision === null ? null : (JSON.parse(row.decision) as Decision)
  return { submission, score: await vault.open<FullScoring>(row.score), decision }
}

async function readFigures(sql: Sql, ticket: string): Promise<ReleaseSubmission['figures']> {
  const [row] = await sql.all<{ figures: string; decision: string | null }>(
    'SELECT figures, decision FROM scores WHERE ticket = ?',
    [ticket],
  )
  if (row === undefined) return null
  const decision = row.decision === null ? null : (JSON.parse(row.decision) as Decision)
  return { ...(JSON.parse(row.figures) as Figures), decision }
}
