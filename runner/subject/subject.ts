import type { Admitted } from '../enter.ts'
import type { Berth, WallReport } from '../wall/wall.ts'

/** One request to the code under test; the same for every kind of subject. */
export interface SubjectRequest {
  method: string
  path: string
  body?: unknown
}

/** A request as a subject is handed it: a scenario's, or a service's that tells of an event. */
export interface SubjectCall extends SubjectRequest {
  /** Of an event: what the service sends besides, names in lower case. */
  headers?: Readonly<Record<string, string>>
  /** Of an event: the body as it was sent, since signatures are over its very bytes. */
  text?: string
}

/** What the code under test answered, and how it went. */
export interface SubjectReply {
  /** As the subject said; 0 when it gave no reply. */
  status: number
  /** As the subject said; undefined when it gave no reply. */
  body: unknown
  /** Why there was no reply. */
  problem?: SubjectProblem
  /** Of the process, where there is one and it has ended. */
  exitCode?: number
  /** The last of what it wrote to stderr. */
  stderr: string
}

/** A way in which a subject fails to answer. `not-started` and `held-up` are ours: the trial is inconclusive. */
export interface SubjectProblem {
  kind:
    | 'crashed'
    | 'timed-out'
    | 'bad-reply'
    | 'too-much-output'
    | 'endless-events'
    | 'not-started'
    | 'held-up'
  /** In a sentence. */
  why: string
}

/** What a trial gives its subject to find the twins with. */
export interface Surroundings {
  /** Settings of the official clients and `BACKLOT_<TWIN>_URL`. */
  env: Record<string, string>
  /** Lets a berth reach this trial's world; the settings it gives lead there from inside. */
  admit: (berth: Berth) => Admitted
  /** A `fetch` that ends at this trial's twins, for subjects in this process. */
  fetch: typeof fetch
  /** Ends everything when the run is interrupted. */
  signal: AbortSignal
  /** Where the subject itself is reached in this trial, and in no other: what is sent there is a request to it. */
  url: string
  /** Keep every other trial off what serves this one. */
  alone?: boolean
}

/** An address at which the subject hears of a service's events from the beginning of a trial. */
export interface InboundAddress {
  /** Below the subject's own URL. */
  path: string
  /** Event types; all when absent. */
  types?: readonly string[]
}

/** The code under test, ready to be used by trials. */
export interface Subject {
  name: string
  /** What kept it where it was put; absent where it runs in this process. */
  wall?: WallReport
  kind: 'command' | 'module' | 'service' | 'container' | 'nothing'
  /** Whether it reaches the twins over HTTP, or by the `fetch` it is handed. */
  reach: 'http' | 'fetch'
  /** Where it hears of events, by twin. */
  inbound?: Readonly<Record<string, InboundAddress>>
  /** It may still be at work when it has answered: so many ms without a call mean that it is done. Default: 0. */
  settleMs?: number
  /** Its settings are the same in every trial, because it reads them only once. */
  fixed?: boolean
  /** Makes it ready for one trial. */
  open: (surroundings: Surroundings) => Promise<SubjectSession>
  /** Ends whatever it still runs. */
  close: () => Promise<void>
}

/** A subject within one trial. */
export interface SubjectSession {
  /** `firstCall` is kept when the request has led to its first call of a twin. */
  send: (request: SubjectCall, firstCall: Promise<void>) => Promise<SubjectReply>
  /** Kept when it has had its turn: what it began before has gone out. */
  turn?: () => Promise<void>
  /** Other origins that lead to it, such as the port that it listens on. */
  origins?: readonly string[]
  /** Where an inbound address stands in this trial. Default: as it is. */
  inboundPath?: (path: string) => string
  /**
   * Whether what serves it went down while other trials were on it as well. Who is to blame shows
   * when each is played again alone.
   */
  isBystander?: () => boolean
  /** Leaves nothing behind. */
  end: () => Promise<void>
}
