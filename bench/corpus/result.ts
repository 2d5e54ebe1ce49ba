/** What became of one document. */
export interface DocumentResult {
  id: string
  /** Size of the file. */
  bytes: number
  /** `refused`: the importer said what is wrong with it; `crash`: it threw anything else. */
  outcome: 'loaded' | 'refused' | 'crash' | 'hang' | 'out-of-memory'
  /** The error, or where the process ended. */
  why?: string
  warnings: number
  operations: number
  /** From the text to a world that answers. */
  loadMs: number
  /** What the open world holds after loading, text and document let go. */
  heapBytes: number
  /** Everything. */
  totalMs: number
  calls: CallCounts
  lives: { lives: number; coherent: number; broken: string[] }
}

/** Replies by what they are. */
export interface CallCounts {
  calls: number
  /** By class: `2xx`. */
  statuses: Record<string, number>
  crashes: string[]
  /** Replies for whose status the document declares anything. */
  replies: number
  invalid: string[]
  /** Calls that the twin told to be beyond it (a loud 501): the document does not tell their effect. */
  notImplemented: number
  /** Replies to which the document declares nothing: refusals it is silent about, or no success at all. */
  undeclared: number
  /** Generated requests that were turned away as invalid. */
  turnedAway: string[]
  /** Calls that another operation of the document answered. */
  astray: string[]
}

/** Of a document that did not get that far. */
export function emptyResult(id: string): DocumentResult {
  const calls = {
    calls: 0,
    statuses: {},
    crashes: [],
    replies: 0,
    invalid: [],
    notImplemented: 0,
    undeclared: 0,
    turnedAway: [],
    astray: [],
  }
  return {
    id,
    bytes: 0,
    outcome: 'loaded',
    warnings: 0,
    operations: 0,
    loadMs: 0,
    heapBytes: 0,
    totalMs: 0,
    calls,
    lives: { lives: 0, coherent: 0, broken: [] },
  }
}
