import { hostname } from 'node:os'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { RunResult } from '../report/result.ts'
import type { TrialResult, Verdict } from '../trial-result.ts'
import { openDatabase } from './database.ts'

/** A run as it begins. */
export interface RunStart {
  startedAt: string
  subject: { name: string; kind: string }
  /** Of the subject's files, where they can be told. */
  digest: string | undefined
  versions: { backlot: string; node: string }
  /** How many trials it will play. */
  planned: number
  /** What was asked, as JSON carries it: enough to go on. */
  request: unknown
  /** Digests of scenarios and plan files. */
  sources: Readonly<Record<string, string>>
}

/** A run as the history knows it. */
export interface RunRecord extends RunStart {
  id: number
  finishedAt: string | undefined
  /** Which process plays it, or played it last. */
  player: { host: string; pid: number | undefined }
  /** How many of its trials are in the history. */
  played: number
  /** What it found, without its trials; absent while it has not ended. */
  result: RunSummary | undefined
}

/** A result without its trials. */
export type RunSummary = Omit<RunResult, 'trials'>

/** How one trial ended. */
export interface TrialVerdict {
  id: string
  scenario: string
  verdict: Verdict
}

type Row = Record<string, string | number | null>

const runColumns = `runs.*, (SELECT count(*) FROM trials WHERE trials.run = runs.id) AS played`

/** What was played in a folder, run by run and trial by trial: an SQLite file that outlives a crash. */
export class History {
  readonly file: string
  readonly #database: DatabaseSync
  readonly #addTrial: StatementSync

  private constructor(file: string) {
    this.file = file
    this.#database = openDatabase(file)
    this.#addTrial = this.#database.prepare(
      'INSERT INTO trials (run, id, scenario, seed, plan, verdict, wallMs, result) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    )
  }

  /** Opens a history file, or makes it. Throws a UsageError when it can't be used. */
  static open(file: string): History {
    return new History(file)
  }

  /** Enters a run; returns its number. */
  startRun(run: RunStart): number {
    const { startedAt, subject, digest, versions, planned, request, sources } = run
    const { lastInsertRowid } = this.#database
      .prepare(
        `INSERT INTO runs (startedAt, subject, kind, digest, backlot, node, host, pid, planned, request, sources)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        startedAt,
        subject.name,
        subject.kind,
        digest ?? null,
        versions.backlot,
        versions.node,
        hostname(),
        process.pid,
        planned,
        JSON.stringify(request),
        JSON.stringify(sources),
      )
    return Number(lastInsertRowid)
  }

  /** Enters that this process goes on with a run. */
  resumeRun(id: number): void {
    const set = 'UPDATE runs SET host = ?, pid = ?, finishedAt = NULL, result = NULL WHERE id = ?'
    this.#database.prepare(set).run(hostname(), process.pid, id)
  }

  /** Keeps a finished trial, in a transaction of its own. */
  addTrial(run: number, trial: TrialResult): void {
    const { id, scenario, seed, plan, verdict, wallMs } = trial
    const text = zstdCompressSync(JSON.stringify(trial))
    this.#addTrial.run(run, id, scenario, seed, plan.name, verdict, wallMs, text)
  }

  /** Enters what a run found, and lets go of trials that do not count because it had its answer before them. */
  finishRun(id: number, finishedAt: string, result: RunResult): void {
    const { trials, ...summary } = result
    const counted = new Set(trials.map((trial) => trial.id))
    const isWhole = result.unplayed === 0
    this.#together(() => {
      const drop = this.#database.prepare('DELETE FROM trials WHERE run = ? AND id = ?')
      for (const trial of this.verdicts(id)) {
        if (isWhole && !counted.has(trial.id)) drop.run(id, trial.id)
      }
      this.#database
        .prepare('UPDATE runs SET finishedAt = ?, result = ?, pid = NULL WHERE id = ?')
        .run(isWhole ? finishedAt : null, JSON.stringify(summary), id)
    })
  }

  /** All runs, the latest first. */
  runs(): RunRecord[] {
    const rows = this.#database.prepare(`SELECT ${runColumns} FROM runs ORDER BY id DESC`).all()
    return (rows as Row[]).map(toRecord)
  }

  /** One run, where there is one of this number. */
  run(id: number): RunRecord | undefined {
    const row = this.#database.prepare(`SELECT ${runColumns} FROM runs WHERE id = ?`).get(id)
    return row === undefined ? undefined : toRecord(row as Row)
  }

  /** The trials of a run, in the order in which they ended. */
  trials(run: number): TrialResult[] {
    const rows = this.#database
      .prepare('SELECT result FROM trials WHERE run = ? ORDER BY rowid')
      .all(run) as { result: Uint8Array }[]
    return rows.map(({ result }) => JSON.parse(String(zstdDecompressSync(result))) as TrialResult)
  }

  /** How the trials of a run ended, without what happened in them. */
  verdicts(run: number): TrialVerdict[] {
    return this.#database
      .prepare('SELECT id, scenario, verdict FROM trials WHERE run = ? ORDER BY rowid')
      .all(run) as unknown as TrialVerdict[]
  }

  /** Forgets runs with their trials, and gives the room back. */
  forget(ids: readonly number[]): void {
    this.#together(() => {
      const drop = this.#database.prepare('DELETE FROM runs WHERE id = ?')
      for (const id of ids) drop.run(id)
    })
    this.#database.exec('VACUUM')
  }

  close(): void {
    this.#database.close()
  }

  #together(body: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      body()
      this.#database.exec('COMMIT')
    } catch (error) {
      this.#database.exec('ROLLBACK')
      throw error
    }
  }
}

function toRecord(row: Row): RunRecord {
  const text = (name: string): string => String(row[name])
  const optional = (name: string): string | undefined =>
    row[name] === null ? undefined : text(name)
  return {
    id: Number(row['id']),
    startedAt: text('startedAt'),
    finishedAt: optional('finishedAt'),
    subject: { name: text('subject'), kind: text('kind') },
    digest: optional('digest'),
    versions: { backlot: text('backlot'), node: text('node') },
    player: { host: text('host'), pid: row['pid'] === null ? undefined : Number(row['pid']) },
    planned: Number(row['planned']),
    played: Number(row['played']),
    request: JSON.parse(text('request')) as unknown,
    sources: JSON.parse(text('sources')) as Record<string, string>,
    result: row['result'] === null ? undefined : (JSON.parse(text('result')) as RunSummary),
  }
}
