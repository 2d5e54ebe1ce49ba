import { UsageError } from '../../../engine/usage-error.ts'
import { beginning, checkChain, follow } from './chain.ts'
import { climb, ladderFor, type Ladder } from './ladder.ts'
import type { LedgerRow, LedgerStore } from './ledger-store.ts'

/** Who asks, and about what. */
export interface Question {
  /** What is developed: all who ask about it share one ladder. */
  project: string
  /** SHA-256 of the set's manifest. */
  set: string
  author: string
  /** SHA-256 of the subject. */
  subject: string
}

/** How many questions there are. */
export interface Allowance {
  /** Sealed cases of the set, from which the ladder's step follows. */
  cases: number
  /** About one project and set in all. */
  questions: number
  /** By one author of these; all when absent. */
  perAuthor?: number
}

/** What a scoring comes to: the only thing that is ever taken from it. */
export interface Outcome {
  /** Satisfaction, a fraction; null when the scoring was inconclusive. */
  score: number | null
  /** Whether a policy held; null when there is none. */
  accepted: boolean | null
}

/** What an author is told, and all of it. */
export interface Answer {
  /**
   * `accepted`, `rejected` (by a policy) and `improved` (without one): a step above the best so far.
   * `unchanged`: it is not. `inconclusive`: our fault. `refused`: no question is left.
   */
  verdict: 'accepted' | 'rejected' | 'improved' | 'unchanged' | 'inconclusive' | 'refused'
  /** The best score that was told, a whole number of steps of the ladder; null before the first. */
  score: number | null
  questionsLeft: number
}

/** A question that was entered and is paid for. */
export interface Ticket extends Question {
  number: number
}

type Entry = { at: string } & (
  | ({ kind: 'asked' } & Question & Pick<Allowance, 'cases' | 'questions'>)
  | { kind: 'answered'; question: number; answer: Answer }
)

/**
 * Every question that was asked about holdouts, and what was told. It holds nothing that its author
 * was not told, so that it may lie where the author can read it; who can write it can be found out,
 * but for one who puts an old copy in its place: `head` is to be noted where only release managers write.
 */
export class Ledger {
  readonly #store: LedgerStore
  readonly #now: () => Date
  readonly #entries: Entry[] = []
  #last: Pick<LedgerRow, 'number' | 'hash'> = beginning

  private constructor(store: LedgerStore, now: () => Date) {
    this.#store = store
    this.#now = now
  }

  /** Opens a ledger and holds it against its hashes. Throws a UsageError that names the row that was tampered with. */
  static async open(store: LedgerStore, now = (): Date => new Date()): Promise<Ledger> {
    const ledger = new Ledger(store, now)
    await ledger.#catchUp()
    return ledger
  }

  /** Number and hash of the last row. */
  get head(): { number: number; hash: string } {
    const { number, hash } = this.#last
    return { number, hash }
  }

  /** What was told about this subject before, on the same set: told again, it costs nothing. Inconclusive answers are none. */
  async recall(question: Question): Promise<Answer | undefined> {
    await this.#catchUp()
    const told = this.#told(question).find(({ asked }) => asked.subject === question.subject)
    return told?.answer
  }

  /**
   * Enters a question before anything is played, so that an attempt that is broken off is paid for;
   * undefined when none is left.
   */
  async ask(question: Question, allowance: Allowance): Promise<Ticket | undefined> {
    const { project, set, author, subject } = question
    const { cases, questions } = allowance
    const row = await this.#write(() => {
      if (this.#left(question, allowance) <= 0) return undefined
      const at = this.#now().toISOString()
      return { at, kind: 'asked', project, set, author, subject, cases, questions }
    })
    return row && { project, set, author, subject, number: row.number }
  }

  /**
   * What is told of a scoring, entered before anybody hears it. A subject that somebody else asked
   * about meanwhile gets the answer that was given first; a ticket is answered once.
   */
  async answer(ticket: Ticket, allowance: Allowance, outcome: Outcome): Promise<Answer> {
    let answer: Answer | undefined
    await this.#write(() => {
      answer = this.#answerTo(ticket) ?? this.#earlier(ticket)
      if (answer !== undefined) return undefined
      answer = this.#judge(ticket, allowance, outcome)
      return { at: this.#now().toISOString(), kind: 'answered', question: ticket.number, answer }
    })
    return answer!
  }

  /** Who asked how often, by project and set: for release managers. */
  async usage(): Promise<
    { project: string; set: string; author: string; questions: number; best: number | null }[]
  > {
    await this.#catchUp()
    const rows = new Map<
      string,
      { project: string; set: string; author: string; questions: number }
    >()
    for (const entry of this.#entries) {
      if (entry.kind !== 'asked') continue
      const { project, set, author } = entry
      const key = JSON.stringify([project, set, author])
      const row = rows.get(key) ?? { project, set, author, questions: 0 }
      rows.set(key, { ...row, questions: row.questions + 1 })
    }
    return [...rows.values()].map((row) => ({ ...row, best: this.#best(row) }))
  }

  /** What is told when no question is left. */
  async refusal(question: Question): Promise<Answer> {
    await this.#catchUp()
    return { verdict: 'refused', score: this.#best(question), questionsLeft: 0 }
  }

  close(): Promise<void> {
    return this.#store.close()
  }

  #judge(ticket: Ticket, allowance: Allowance, { score, accepted }: Outcome): Answer {
    const best = this.#best(ticket)
    const questionsLeft = Math.max(0, this.#left(ticket, allowance))
    if (score === null) return { verdict: 'inconclusive', score: best, questionsLeft }
    // The question is paid for already; the ladder only has to say how much of the score is told.
    const { rung } = climb(this.#ladderOf(ticket, allowance), { best, asked: 0 }, score)
    // A verdict on its own would be a bit per question, and bits add up: it goes with a new rung only.
    const told = accepted === null ? 'improved' : accepted ? 'accepted' : 'rejected'
    return {
      verdict: rung.kind === 'improved' ? told : 'unchanged',
      score: rung.best,
      questionsLeft,
    }
  }

  #ladderOf({ number }: Ticket, { cases, questions }: Allowance): Ladder {
    const asked = this.#entries[number - 1]
    return ladderFor(asked?.kind === 'asked' ? asked.cases : cases, questions)
  }

  #left(question: Question, { questions, perAuthor = questions }: Allowance): number {
    const asked = this.#entries.filter(
      (one) => one.kind === 'asked' && isSame(one, question),
    ) as Extract<Entry, { kind: 'asked' }>[]
    const own = asked.filter(({ author }) => author === question.author)
    return Math.min(questions - asked.length, perAuthor - own.length)
  }

  #best(question: Pick<Question, 'project' | 'set'>): number | null {
    return this.#told(question).at(-1)?.answer.score ?? null
  }

  #answerTo({ number }: Ticket): Answer | undefined {
    for (const one of this.#entries) {
      if (one.kind === 'answered' && one.question === number) return one.answer
    }
    return undefined
  }

  #earlier(ticket: Ticket): Answer | undefined {
    return this.#told(ticket).find(({ asked }) => asked.subject === ticket.subject)?.answer
  }

  /** Conclusive answers about a project and set, in order. */
  #told(question: Pick<Question, 'project' | 'set'>): { asked: Question; answer: Answer }[] {
    return this.#entries.flatMap((entry) => {
      if (entry.kind !== 'answered' || entry.answer.verdict === 'inconclusive') return []
      const asked = this.#entries[entry.question - 1]
      return asked?.kind === 'asked' && isSame(asked, question)
        ? [{ asked, answer: entry.answer }]
        : []
    })
  }

  /** Writes what `make` says after everything that others wrote; nothing when it says undefined. Returns the row. */
  async #write(make: () => Entry | undefined): Promise<LedgerRow | undefined> {
    for (;;) {
      await this.#catchUp()
      const entry = make()
      if (entry === undefined) return undefined
      const row = follow(this.#last, JSON.stringify(entry))
      if (!(await this.#store.append(row))) continue
      this.#take([row])
      return row
    }
  }

  async #catchUp(): Promise<void> {
    const rows = await this.#store.read(this.#last.number)
    // Another call of this process may have taken them while the store was read.
    const fresh = rows.filter(({ number }) => number > this.#last.number)
    checkChain(this.#store.place, this.#last, fresh)
    this.#take(fresh)
  }

  #take(rows: readonly LedgerRow[]): void {
    for (const row of rows) {
      if (row.number !== this.#last.number + 1) continue
      this.#entries.push(readEntry(row, this.#store.place))
      this.#last = row
    }
  }
}

function isSame(
  a: Pick<Question, 'project' | 'set'>,
  b: Pick<Question, 'project' | 'set'>,
): boolean {
  return a.project === b.project && a.set === b.set
}

function readEntry({ number, body }: LedgerRow, file: string): Entry {
  const entry = JSON.parse(body) as Entry
  if (entry.kind === 'asked' || entry.kind === 'answered') return entry
  throw new UsageError(`Row ${number} of the ledger was written by a later Backlot.`, { file })
}
