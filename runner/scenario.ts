import type { Depth } from '../engine/depth.ts'
import type { World } from '../engine/world.ts'
import type { TwinName, TwinOf } from '../twins/index.ts'
import type { JournalCall, JournalDelivery, JournalEvent } from './journal-view.ts'
import type { StoryChance } from './story-chance.ts'

export type { Someone } from './story-chance.ts'
import type { SubjectReply } from './subject/subject.ts'
import type { Drawn, Variations } from './vary.ts'

/** What a scenario says about itself. */
export interface ScenarioOptions<
  Name extends string = string,
  Vary extends Variations = Variations,
> {
  /**
   * The services that the story needs: `okta`, or any other with a name and where its twin is made
   * from, as seen from the scenario's file: `desk=./twin` (what `backlot learn` wrote, or an OpenAPI document).
   */
  twins: readonly Name[]
  /** What the subject may spend. */
  budget?: Budget
  tags?: readonly string[]
  /**
   * What is drawn anew for every trial: `{ guests: { from: 1, to: 3 }, twist: ['none', 'namesake'] }` is
   * `kit.vary.guests`, a number, and `kit.vary.twist`, one of the list.
   */
  vary?: Vary
  /** A trial that leans on anything shallower is inconclusive. */
  minDepth?: Depth
  /** One or two sentences for the reader of a report. */
  about?: string
}

/** The most of each; what is left out may be spent freely. */
export interface Budget {
  calls?: number
  /** Calls of operations that change something. */
  writes?: number
  /** Virtual: waits count, the machine's speed does not. */
  seconds?: number
  /** Of bodies, there and back. */
  bytes?: number
  /** Of language models, in and out, as their twins' answers say. */
  tokens?: number
  /** US dollars by the run's price list. */
  usd?: number
}

/** A user story with checks on what the world looks like afterwards. */
export interface Scenario {
  kind: 'scenario'
  name: string
  options: ScenarioOptions
  play: (kit: Kit<string>) => unknown
}

/**
 * Declares a scenario: the only export of its file, as the default.
 *
 * @example
 * export default scenario('A leaver keeps no access', { twins: ['okta'] }, async (kit) => {
 *   const { given, subject, step, check, okta } = kit
 *   const leaver = given.okta.user({ status: 'ACTIVE' })
 *   await step('HR reports the leaver', () =>
 *     subject.post('/hr/leavers', { email: leaver.profile.email }))
 *   check('The account is closed', okta.get(`/api/v1/users/${leaver.id}`).body.status, 'DEPROVISIONED')
 * })
 */
export function scenario<
  const Name extends TwinName | (string & {}),
  const Vary extends Variations = Record<never, never>,
>(
  name: string,
  options: ScenarioOptions<Name, Vary>,
  play: (kit: Kit<NameIn<Name>, Vary>) => unknown,
): Scenario {
  return { kind: 'scenario', name, options, play: play as Scenario['play'] }
}

/** `desk` of `desk=./twin`. */
type NameIn<Word extends string> = Word extends `${infer Name}=${string}` ? Name : Word

/** Everything a scenario is handed. Besides these, one `Looker` per twin, under the twin's name. */
export type Kit<Name extends string, Vary extends Variations = Record<never, never>> = KitBase<
  Name,
  Vary
> & { readonly [N in Name]: Looker }

export interface KitBase<
  Name extends string,
  Vary extends Variations = Record<never, never>,
> extends StoryChance {
  /** Makes what the story starts from: `given.okta.user({ status: 'ACTIVE' })` returns the row. */
  readonly given: { readonly [N in Name]: Makers<N> }
  /** The code under test. */
  readonly subject: SubjectCaller
  /** A sentence of the story, and what happens in it. */
  step: <T>(sentence: string, body: () => T | Promise<T>) => Promise<T>
  /** Compares, counts, and goes on. `expected` may be a value, a pattern or a predicate; `true` when left out. */
  check: Comparison
  /** Like `check`, but a failure ends the trial: what follows would make no sense. */
  must: Comparison
  /** What the subject did. */
  readonly journal: JournalLook
  /** What time it is in the story, in ms since 1970: `new Date(now())`. */
  readonly now: () => number
  /**
   * Waits until every event that is due has been delivered to the subject, and the subject has fallen
   * silent. With a length of time, lets that much virtual time pass, and delivers on the way whatever
   * falls due: `settled('10 minutes')`.
   */
  settled: (within?: number | string) => Promise<void>
  /** Lets virtual time pass: `advance('31 days')`. */
  advance: (duration: number | string) => void
  readonly changes: ChangesWords
  /** What was drawn for this trial of each variation among the options. */
  readonly vary: Drawn<Vary>
}

export interface Comparison {
  <T>(sentence: string, actual: T, expected: (actual: T) => unknown): boolean
  (sentence: string, actual: unknown, expected?: unknown): boolean
}

/** A look at the world through the vendor's own API: sees everything, trips no limit and no fault. */
export interface Looker {
  get: <T = FreeJson>(path: string) => Look<T>
  post: <T = FreeJson>(path: string, body?: unknown) => Look<T>
  put: <T = FreeJson>(path: string, body?: unknown) => Look<T>
  patch: <T = FreeJson>(path: string, body?: unknown) => Look<T>
  delete: <T = FreeJson>(path: string) => Look<T>
}

/** What a look showed. */
export interface Look<T = FreeJson> {
  status: number
  body: T
  headers: Record<string, string | string[]>
}

/** JSON of a shape that the author knows better than the compiler: read as freely as what `JSON.parse` returns. */
export type FreeJson = ReturnType<typeof JSON.parse>

export interface SubjectCaller {
  get: (path: string) => Promise<SubjectReply>
  post: (path: string, body?: unknown) => Promise<SubjectReply>
  put: (path: string, body?: unknown) => Promise<SubjectReply>
  patch: (path: string, body?: unknown) => Promise<SubjectReply>
  delete: (path: string, body?: unknown) => Promise<SubjectReply>
  /** For subjects that do one thing: the same as `post('/', input)`. */
  run: (input?: unknown) => Promise<SubjectReply>
}

export interface JournalLook {
  calls: (twin?: string, op?: string) => JournalCall[]
  /** What the services had to tell, whether somebody listened or not. */
  events: (twin?: string, type?: string) => JournalEvent[]
  /** Attempts to tell somebody. */
  deliveries: (twin?: string, type?: string) => JournalDelivery[]
}

export interface ChangesWords {
  /**
   * Accounts for changes of the subject; every other one fails the trial. `okta.users[00u1].status`
   * is one field, `okta.users[00u1]` a row, `jira.comments[+]` new rows, `jira.comments[*]` any,
   * `slack.messages[+channel=C1]` new rows with that field.
   */
  allow: (...words: string[]) => void
}

type Makers<Name extends string> = Name extends TwinName
  ? { readonly [M in keyof TwinOf<Name>['given']]: Maker<TwinOf<Name>['given'][M]> }
  : FreeJson

type Maker<G> = G extends (world: World, props: infer Props) => infer Row
  ? Record<never, never> extends Props
    ? (props?: Props) => Row
    : (props: Props) => Row
  : never
