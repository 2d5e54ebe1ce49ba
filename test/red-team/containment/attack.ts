import type { SubjectProblem } from '../../../runner/subject/subject.ts'

/** What a hostile program is told of the world outside, as JSON in `RED_TEAM`. */
export interface Range {
  /** Sent wherever it gets to: what arrives outside tells who sent it. */
  mark: string
  /** Addresses of the machine outside; loopback only where no wall stands. */
  addresses: readonly string[]
  /** Listeners outside. */
  tcpPort: number
  udpPort: number
  /** Of the server that answers for the twins of all trials. */
  serverPort: number
  unixSocket: string
  abstractSocket: string
  /** A folder outside with `secret.txt` and `writable.txt`. */
  outside: string
  /** A world of another trial, and a token of it. */
  otherWorld: string
  otherToken: string
}

/** In what a program is written. */
export type Language = 'node' | 'python' | 'sh' | 'c'

/** A hostile program, and what must be seen of it. */
export interface Attack {
  /** What it tries, as a sentence's end: "a hostile subject … gets nowhere". */
  name: string
  by: Language
  /** Fills `said` with what came of each attempt: `in` when it got somewhere, else the error or the answer. */
  program: string
  /** What it must have heard, besides never `in`: proof that it tried. */
  hears?: Readonly<Record<string, unknown>>
  /** Lines of the journal, `how target`, which must be there among others. */
  seen?: readonly (string | RegExp)[] | ((range: Range) => readonly (string | RegExp)[])
  /** Why no attempt can be in the journal: then there must be no line at all. */
  unseen?: string
  /** How it ends when it gives no answer. */
  falls?: SubjectProblem['kind']
  /** Without a limit on processes it is not tried: it would harm this machine. */
  multiplies?: true
  /** It also spoils its world, which is a shortfall of its own. */
  spoils?: true
  /** It may as well be ended before it answers. */
  mayFall?: true
  /** The same program must get out where no wall stands; or why that is not tried. */
  control: 'gets out' | 'gets out as root' | `not tried: ${string}`
  timeoutMs?: number
}

/** Reasons that many share. */
export const refusedByKernel =
  'the kernel refuses the call before anything is sent, and keeps no record of it'
export const insideOnly = 'it ends inside its own berth, where there is nothing to reach'
export const leavesMachine = 'not tried: it would leave this machine' as const
export const harmsMachine = 'not tried: it would harm this machine' as const
