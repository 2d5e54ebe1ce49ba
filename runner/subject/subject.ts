/** One request to the code under test; the same for every kind of subject. */
export interface SubjectRequest {
  method: string
  path: string
  body?: unknown
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
  kind: 'crashed' | 'timed-out' | 'bad-reply' | 'too-much-output' | 'not-started' | 'held-up'
  /** In a sentence. */
  why: string
}

/** What a trial gives its subject to find the twins with. */
export interface Surroundings {
  /** Settings of the official clients and `BACKLOT_<TWIN>_URL`. */
  env: Record<string, string>
  /** A `fetch` that ends at this trial's twins, for subjects in this process. */
  fetch: typeof fetch
  /** Ends everything when the run is interrupted. */
  signal: AbortSignal
}

/** The code under test, ready to be used by trials. */
export interface Subject {
  name: string
  kind: 'command' | 'module' | 'nothing'
  /** Whether it reaches the twins over HTTP, or by the `fetch` it is handed. */
  reach: 'http' | 'fetch'
  /** Makes it ready for one trial. */
  open: (surroundings: Surroundings) => Promise<SubjectSession>
  /** Ends whatever it still runs. */
  close: () => Promise<void>
}

/** A subject within one trial. */
export interface SubjectSession {
  /** `firstCall` is kept when the request has led to its first call of a twin. */
  send: (request: SubjectRequest, firstCall: Promise<void>) => Promise<SubjectReply>
  /** Leaves nothing behind. */
  end: () => Promise<void>
}
