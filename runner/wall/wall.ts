import type { Socket } from 'node:net'
import type { Readable, Writable } from 'node:stream'
import type { OpenWorld, Worlds } from '../../fronts/worlds.ts'

/** What can stand between the code under test and the world outside; the last two are no walls against hostile code. */
export type WallName = 'lane' | 'container' | 'environment' | 'none'

/** What a report says of the wall that stood. */
export interface WallReport {
  name: WallName
  /** In a sentence: what it holds, and what it does not. */
  about: string
  /** Hostile code gets out, and nobody hears of it. */
  unsafe: boolean
  /** Attempts to reach something that no trial could be found for; each trial has its own besides. */
  strays: EscapeAttempt[]
}

/** What keeps code under test where it is put. One for a run; its berths are opened as they are needed. */
export interface Wall extends WallReport {
  /** Throws a UsageError when a program could not run behind it, given what it may read. */
  check?: (program: Program, readable: readonly string[]) => void
  /** Makes an isolated place. Throws a UsageError when it can't be had on this machine. */
  open: (options: BerthOptions) => Promise<Berth>
  /** Closes every berth that is still open. */
  close: () => Promise<void>
}

/** What a berth is made for. */
export interface BerthOptions {
  /** Folders that may be read in there, at their own paths; the subject's own comes first. */
  readable: readonly string[]
  limits?: Limits
  /** Whether several worlds are to be reached from it at once: then addresses tell them apart. Default: false. */
  shared?: boolean
}

/** What one berth may use up. Every one has a default (`defaultLimits`). */
export interface Limits {
  /** Of all processes together where control groups can be made; else of each, and roughly. */
  memoryMb?: number
  /** Processes and threads at once. */
  processes?: number
  /** Open files of each process. */
  files?: number
  /** The largest file that may be written. */
  fileMb?: number
  /** Home and temporary folder together. */
  diskMb?: number
  /** Processor time of each process; none by default, since a service may live long. */
  seconds?: number
}

/**
 * An isolated place that holds one program at a time: started anew, kept warm, or serving. Several
 * trials may use it one after the other, and at once where it is shared.
 */
export interface Berth {
  /** Lets what runs here reach a world from now on. With a single one, the vendors' own hosts lead there. */
  admit: (open: OpenWorld, server: WallServer) => Admission
  /** How a program is to be started so that it runs in here. */
  wrap: (program: Program) => Launch
  /** A connection to a port that the program listens on: webhooks, requests to a service. Rejects as `net.connect` fails. */
  dial: (port: number) => Promise<Socket>
  /** Empties home and temporary folder; nothing may run meanwhile. */
  sweep: () => Promise<void>
  /** Ends what the berth holds open. Whoever started a program ends it first. */
  close: () => Promise<void>
}

/** The run's server on this machine, and the worlds that it answers for. */
export interface WallServer {
  url: string
  worlds: Worlds
}

/** A world's leave to be reached from a berth. */
export interface Admission {
  /** The address by which a client finds a twin of this world from inside the berth. */
  urlOf: (twin: string) => string
  /** Takes the leave back, when every attempt to get out has been journaled. The second call does nothing. */
  leave: () => Promise<void>
}

/** A program as its author would start it. */
export interface Program {
  command: readonly string[]
  /** Absolute path. */
  cwd: string
  /** Its settings, besides what every program has (PATH, HOME, TMPDIR, LANG, TZ). */
  env: Readonly<Record<string, string>>
}

/** A program as it is really started. */
export interface Launch {
  command: readonly string[]
  cwd: string
  /** Its whole environment. */
  env: Record<string, string>
  /** Written to the file descriptors from 3 on, each then closed. */
  inputs?: readonly Buffer[]
  /** Starts it where it is no process of ours. Default: as one of this machine. */
  start?: () => RunningProgram
}

/** A program that runs, wherever that is. */
export interface RunningProgram {
  stdin: Writable
  stdout: Readable
  stderr: Readable
  /** To it and all that it started; when it has ended, nothing is done. */
  signal: (name: 'SIGTERM' | 'SIGKILL') => void
  /** Kept when it is gone, and all that it said has been read. Never rejects. */
  ended: Promise<ProgramEnd>
}

/** How a program ended of itself, or why it never began. */
export interface ProgramEnd {
  code: number | null
  signal: string | null
  reason?: 'not-started' | 'out-of-memory'
  /** Of the reason, in words. */
  detail?: string
}

/** An attempt to reach something that is not a twin. */
export interface EscapeAttempt {
  /** As a URL where there is one: `tcp://203.0.113.80:22`, `https://evil.example/x`. */
  target: string
  /** What was done: `POST`, `connect`, `lookup`, `send`. */
  how: string
  /** The beginning of what would have left. */
  sent?: string
}

/** Just what a report says of a wall. */
export function reportWall({ name, about, unsafe, strays }: WallReport): WallReport {
  return { name, about, unsafe, strays: [...strays] }
}

/** What is reported of runs that were played behind several walls: the weakest, and every stray. */
export function weakestWall(walls: readonly WallReport[]): WallReport | undefined {
  const order: WallName[] = ['none', 'environment', 'container', 'lane']
  const weakest = [...walls].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name))[0]
  if (weakest === undefined) return undefined
  return { ...reportWall(weakest), strays: walls.flatMap(({ strays }) => strays) }
}

/** What is reported where code under test runs in this process. */
export const noWall: WallReport = {
  name: 'none',
  about: 'The subject ran inside this process: nothing kept it there.',
  unsafe: true,
  strays: [],
}
