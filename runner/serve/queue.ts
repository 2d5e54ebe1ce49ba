import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { defaultKeyFile } from '../holdout/seal/keys.ts'
import { note } from './audit.ts'
import type { Database } from './database/database.ts'
import { playScoring } from './scoring/play-scoring.ts'
import type { ScorerSaid } from './scoring/protocol.ts'
import type { Submission } from './submissions.ts'
import { begin, conclude, type Begun, type Rules } from './turn.ts'

/** So often it is looked whether something was left lying: after trouble with the database, say. */
const LOOK_MS = 30_000

/** What a queue works with. */
export interface QueueOptions {
  database: Database
  rules: Rules
  /** Folders of the submissions, by ticket. */
  folders: string
  scratch: string
  /** Trouble that is nobody's answer: for the log of whoever runs the service. */
  onError: (error: unknown) => void
}

/**
 * Takes submissions in turn and has each scored in a process of its own. Whatever is decided is in the
 * database before anything follows from it, so that the queue may be cut off anywhere: a scoring that was
 * under way begins again, with the question that it paid for.
 */
export class Queue {
  readonly #options: QueueOptions
  readonly #ending = new AbortController()
  readonly #working = new Set<Promise<void>>()
  readonly #underWay = new Set<string>()
  #busy = 0
  #calls = 0
  #look: NodeJS.Timeout | undefined

  constructor(options: QueueOptions) {
    this.#options = options
  }

  /** Takes up what an earlier server left, and begins. */
  async start(): Promise<void> {
    await this.#takeUp()
    this.#look = setInterval(() => {
      void this.#takeUp().then(() => this.wake(), this.#options.onError)
    }, LOOK_MS)
    this.#look.unref()
    this.wake()
  }

  /** Something may have to be done: a submission came, or a worker is free. */
  wake(): void {
    this.#calls++
    const { workers = 1 } = this.#options.rules.config
    if (this.#busy >= workers || this.#ending.signal.aborted) return
    this.#busy++
    const work = this.#work()
    this.#working.add(work)
    void work.finally(() => this.#working.delete(work))
  }

  /** Ends what is under way; it begins again with the next server. */
  async stop(): Promise<void> {
    clearInterval(this.#look)
    this.#ending.abort()
    await Promise.all(this.#working)
  }

  /** Submissions that are called running, and that nobody runs. */
  async #takeUp(): Promise<void> {
    await this.#options.database.transaction(async (sql) => {
      const running = await sql.all<Submission>("SELECT * FROM submissions WHERE state = 'running'")
      for (const { ticket } of running) {
        if (this.#underWay.has(ticket)) continue
        await sql.run("UPDATE submissions SET state = 'waiting' WHERE ticket = ?", [ticket])
        await note(sql, { who: 'service', what: 'scoring-interrupted', on: ticket })
      }
    })
  }

  /** One worker: scores until nothing waits that could be begun. */
  async #work(): Promise<void> {
    try {
      for (let seen = -1; seen !== this.#calls && !this.#ending.signal.aborted;) {
        seen = this.#calls
        while (await this.#step()) {
          // Others may begin what had to wait for this one.
          this.wake()
        }
      }
    } catch (error) {
      this.#options.onError(error)
    } finally {
      this.#busy--
    }
  }

  /** One turn; false when there is none. */
  async #step(): Promise<boolean> {
    if (this.#ending.signal.aborted) return false
    const { database, rules } = this.#options
    const step = await database.transaction(async (sql) => {
      const begun = await begin(sql, rules)
      if (typeof begun === 'object' && 'submission' in begun)
        this.#underWay.add(begun.submission.ticket)
      return begun
    })
    if (step === 'empty') return false
    if ('settled' in step) return this.#forget(step.settled)
    const { ticket } = step.submission
    try {
      await this.#score(step)
    } finally {
      this.#underWay.delete(ticket)
    }
    return true
  }

  async #score(begun: Begun): Promise<void> {
    const { database, rules, folders } = this.#options
    const { ticket } = begun.submission
    const { source } = begun.submission
    const said = await this.#play(join(folders, ticket), source.startsWith('image '))
    // What was cut off by our own end counts for nothing: it is begun again.
    if (this.#ending.signal.aborted) return
    await database.transaction((sql) => conclude(sql, rules, begun, whatCame(said, begun)))
    await this.#forget(ticket)
  }

  /** The files of a submission that is done. */
  async #forget(ticket: string): Promise<true> {
    await rm(join(this.#options.folders, ticket), { recursive: true, force: true })
    return true
  }

  #play(folder: string, isImage: boolean): Promise<ScorerSaid> {
    const { rules, scratch } = this.#options
    const { config } = rules
    const { holdout, scenarios, trials = 1, faults = ['none'], jobs = 2, wall } = config
    const task = {
      folder,
      set: holdout.set,
      keyFile: holdout.key ?? defaultKeyFile(),
      knownKey: holdout.knownKey ?? false,
      publicPaths: scenarios,
      trials,
      plans: faults,
      jobs,
      // A container is a wall of its own.
      wall: isImage ? undefined : wall,
      secret: randomBytes(32).toString('hex'),
    }
    const timeoutMs = config.scoringMs ?? 30 * 60_000
    return playScoring(task, { scratch, timeoutMs, signal: this.#ending.signal })
  }
}

function whatCame(said: ScorerSaid, { question }: Begun): Parameters<typeof conclude>[3] {
  if (said.kind === 'failed') return { problem: said.message }
  if (said.score.set.digest === question.set) return { score: said.score }
  return { problem: 'The set was changed meanwhile.' }
}
