import type { Call, Reply } from './call.ts'
import type { Depth } from './depth.ts'
import type { Fault } from './faults.ts'

/** Who made a call: the code under test, or the scenario that looks at it. */
export type Actor = 'subject' | 'scenario'

/** One call and its reply. */
export interface CallEntry {
  kind: 'call'
  /** Place in the journal, from 1. */
  n: number
  /** Virtual time in ms. */
  at: number
  by: Actor
  twin: string
  /** The vendor's operation id; absent when no operation was found. */
  op?: string | undefined
  depth: Depth
  call: Call
  reply: Reply
  /** Who the caller turned out to be. */
  caller?: string | undefined
  /** The kind of refusal that the reply words. */
  refusal?: string | undefined
  /** The fault that struck. */
  fault?: Fault | undefined
  /** Where our own reply left the contract. */
  divergences?: Divergence[] | undefined
  /** A stack, when the twin itself broke. */
  crash?: string | undefined
}

/** A spot where a reply of ours does not conform to the contract. */
export interface Divergence {
  pointer: string
  rule: string
  message: string
}

/** Something the service told its subscribers. */
export interface EventEntry {
  kind: 'event'
  n: number
  at: number
  twin: string
  type: string
  payload: unknown
  /** The fault that struck its delivery. */
  fault?: Fault
}

/** One attempt to hand an event to a receiver. */
export interface DeliveryEntry {
  kind: 'delivery'
  n: number
  at: number
  twin: string
  type: string
  url: string
  attempt: number
  /** Status of the receiver's answer, or why there was none. */
  outcome: number | string
  fault?: Fault
}

/** An attempt of the subject to reach anything that is not a twin. */
export interface EscapeEntry {
  kind: 'escape'
  n: number
  at: number
  target: string
  how: string
  /** The beginning of what would have left, where it was heard. */
  sent?: string
}

export type Entry = CallEntry | EventEntry | DeliveryEntry | EscapeEntry

/** Everything that happened in a world, in order. Holds the last `entriesMax` entries and counts what it let go. */
export class Journal {
  /** How many old entries were let go. */
  dropped = 0
  /** Told of each entry as it comes in; what a call caused comes before the call itself. */
  onEntry: ((entry: Entry) => void) | undefined
  readonly entriesMax: number
  #entries: Entry[] = []
  #n = 0

  constructor(entriesMax = 1_000_000) {
    this.entriesMax = entriesMax
  }

  /** Takes the next number, for an entry that is to come: a call takes its own before the events that it causes. */
  number(): number {
    return ++this.#n
  }

  /** The number that was taken last; 0 while there is none. */
  get last(): number {
    return this.#n
  }

  /** Adds an entry in the place that its number gives it. */
  add(entry: Entry): void {
    const entries = this.#entries
    let at = entries.length
    while (at > 0 && entries[at - 1]!.n > entry.n) at--
    if (at === entries.length) entries.push(entry)
    else entries.splice(at, 0, entry)
    this.onEntry?.(entry)
    // Twice the bound before cutting, so that the cost of a cut is spread over as many entries.
    if (this.#entries.length >= this.entriesMax * 2) {
      this.dropped += this.#entries.length - this.entriesMax
      this.#entries = this.#entries.slice(-this.entriesMax)
    }
  }

  /** All entries held, oldest first. */
  get entries(): readonly Entry[] {
    return this.#entries
  }

  /** The calls of the subject, narrowed to a twin and an operation where given. */
  calls(twin?: string, op?: string, by: Actor | 'anyone' = 'subject'): CallEntry[] {
    return this.#entries.filter(
      (one): one is CallEntry =>
        one.kind === 'call' &&
        (by === 'anyone' || one.by === by) &&
        (twin === undefined || one.twin === twin) &&
        (op === undefined || one.op === op),
    )
  }

  /** The events of a twin, narrowed to a type where given. */
  events(twin?: string, type?: string): EventEntry[] {
    return this.#entries.filter(
      (one): one is EventEntry =>
        one.kind === 'event' &&
        (twin === undefined || one.twin === twin) &&
        (type === undefined || one.type === type),
    )
  }

  /** Empties the journal; numbers go on. */
  clear(): void {
    this.#entries = []
  }
}
