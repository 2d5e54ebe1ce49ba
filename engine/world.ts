import { agenda, deliveries, subscriptions, type Delivery, type Subscription } from './agenda.ts'
import { assert, wrong } from './assert.ts'
import { tokens } from './auth.ts'
import type { Call, Reply } from './call.ts'
import { cast as defaultCast, type Person } from './cast.ts'
import type { Change } from './changes.ts'
import {
  createChance,
  draw32,
  drawFraction,
  drawId,
  drawUuid,
  type Chance,
  type IdFormat,
} from './chance.ts'
import {
  advanceClock,
  createClock,
  forkClock,
  freezeClock,
  readClock,
  readDuration,
  type Clock,
} from './clock.ts'
import { counters } from './counters.ts'
import type { Depth } from './depth.ts'
import { FaultLine } from './fault-line.ts'
import { noFaults, type FaultPlan } from './faults.ts'
import { things } from './generic/things.ts'
import { Journal, type CallEntry } from './journal.ts'
import { buckets } from './limits.ts'
import { Past } from './past.ts'
import { answer } from './pipeline.ts'
import { emitEvent, reportDelivery, takeDue } from './post.ts'
import { createLayout, Rows } from './rows.ts'
import type { Table } from './table.ts'
import { nextDue, settleAgenda } from './due.ts'
import { openTwin, type Credentials, type OpenTwin } from './twin.ts'
import type { Between, ForkOptions, Snapshot, WorldOptions } from './world-options.ts'

const engineTables = [tokens, buckets, agenda, subscriptions, deliveries, counters, things]

/**
 * One running set of twins: rows, clock, chance, journal. `fork()` costs the same whatever the
 * world's size.
 */
export class World {
  readonly twins: ReadonlyMap<string, OpenTwin>
  readonly rows: Rows
  readonly cast: readonly Person[]
  journal: Journal
  minDepth: Depth
  limited: boolean
  faultLine: FaultLine
  /** Called when something was put on the agenda or is ready to go out; a pump outside listens. */
  onAgenda: (() => void) | undefined
  /** Called when a front has let a caller wait in real time, by how long, and when the call came in virtual ms. */
  onHeld: ((ms: number, at: number) => void) | undefined
  /** Stands between the subject and the twins, for those who break calls on purpose; a fork has none. */
  between: Between | undefined
  #settings: Record<string, Record<string, unknown>>
  #seed: string
  #chance: Chance | undefined
  /** Where chance stood in the world that this one was forked from. */
  #chanceBefore: Chance | undefined
  #clock: Clock
  #past = new Past()

  private constructor(
    twins: ReadonlyMap<string, OpenTwin>,
    rows: Rows,
    clock: Clock,
    options: Omit<WorldOptions, 'twins'>,
  ) {
    this.twins = twins
    this.rows = rows
    this.cast = options.cast ?? defaultCast
    this.journal = new Journal(options.journalMax)
    this.minDepth = options.minDepth ?? 'spec'
    this.limited = options.limits ?? false
    this.faultLine = new FaultLine(options.faults ?? noFaults)
    this.#settings = options.settings ?? {}
    this.#seed = options.seed ?? 'backlot'
    this.#clock = clock
  }

  /** Makes a base world and lets every twin seed it. */
  static create(options: WorldOptions): World {
    const twins = new Map<string, OpenTwin>()
    const tables: Table<never, never>[] = [...(engineTables as unknown as Table<never, never>[])]
    for (const definition of options.twins) {
      assert(!twins.has(definition.name), `the world has two twins named "${definition.name}"`)
      const twin = openTwin(definition)
      twins.set(definition.name, twin)
      tables.push(...definition.tables)
    }
    const world = new World(twins, Rows.create(createLayout(tables)), createClock(options), options)
    if (options.seeded !== false) {
      for (const twin of twins.values()) twin.definition.seed(world, world.cast)
    }
    world.rows.forgetChanges()
    return world
  }

  /** A world that begins as this one is now, with an empty journal. Neither sees the other's later writes. */
  fork(options: ForkOptions = {}): World {
    const fork = new World(this.twins, this.rows.fork(), forkClock(this.#clock, options), {
      seed: options.seed ?? `${this.#seed}/fork`,
      faults: options.faults ?? this.faultLine.plan,
      minDepth: options.minDepth ?? this.minDepth,
      limits: options.limits ?? this.limited,
      settings: options.settings ?? this.#settings,
      cast: this.cast,
      ...(options.journalMax === undefined ? {} : { journalMax: options.journalMax }),
    })
    fork.#chanceBefore = this.#chance === undefined ? this.#chanceBefore : { ...this.#chance }
    return fork
  }

  /** One call of the subject into a twin. */
  call(twin: string, call: Call): Reply {
    return this.play(twin, call).reply
  }

  /** Like `call`, with everything the journal knows about it. */
  play(twin: string, call: Call): CallEntry {
    if (this.between === undefined) return this.#play(twin, call)
    return this.between(twin, call, (name, sent) => this.#play(name, sent))
  }

  #play(twin: string, call: Call): CallEntry {
    this.#remember()
    this.#clock.at += this.#clock.stepMs
    this.settle()
    const entry = answer(this, this.#twin(twin), call, 'subject')
    this.#remember()
    return entry
  }

  /** A look of the scenario through the vendor's own API: sees everything, trips no limit and no fault, moves no clock. */
  look(twin: string, call: Call): Reply {
    const open = this.#twin(twin)
    return answer(this, open, call, 'scenario', open.definition.allSeeing(this)).reply
  }

  /** Virtual time, in ms since 1970. */
  now(): number {
    return readClock(this.#clock)
  }

  /** Moves time by ms or words (`31 days`) and lets what fell due happen. */
  advance(duration: number | string): void {
    const from = this.now()
    this.#remember(from)
    advanceClock(this.#clock, readDuration(duration))
    this.settle()
    // What fell due on the way is told as of its beginning: a stale read may be too fresh, never too old.
    this.#remember(from)
    this.onAgenda?.()
  }

  /** Whether time follows the wall, so that what is due later comes by itself. */
  get followsWall(): boolean {
    return this.#clock.wall !== undefined
  }

  /** Makes time stand still until it is advanced. */
  freeze(): void {
    freezeClock(this.#clock)
  }

  get seed(): string {
    return this.#seed
  }

  /** The stream of chance; behaviours draw from it through `random`, `newId` and `newUuid`. */
  get chance(): Chance {
    if (this.#chance !== undefined) return this.#chance
    // What the origin drew must not be drawn again, even under its own seed: ids would meet.
    const before = this.#chanceBefore
    const ground = before === undefined ? '' : `/${before.a}/${before.b}/${before.c}/${before.d}`
    return (this.#chance = createChance(this.#seed + ground))
  }

  /** From 0 to below 1. */
  random(): number {
    return drawFraction(this.chance)
  }

  newId(format: IdFormat): string {
    return drawId(this.chance, format)
  }

  newUuid(): string {
    return drawUuid(this.chance)
  }

  /** 32 random bits, for marks such as request ids. */
  bits(): number {
    return draw32(this.chance)
  }

  /** The next whole number of a series: `first`, then one more each time. */
  nextNumber(series: string, first = 1): number {
    const value = (this.rows.get(counters, series)?.value ?? first - 1) + 1
    this.rows.put(counters, { id: series, value })
    return value
  }

  /** An unsettled fact of a twin: this world's value, or the twin's own. */
  setting(twin: string, name: string): unknown {
    const own = this.#settings[twin]
    if (own !== undefined && Object.hasOwn(own, name)) return own[name]
    const { settings } = this.#twin(twin).definition
    assert(settings !== undefined && name in settings, `${twin} has no setting "${name}"`)
    return settings[name]
  }

  /** Makes credentials that belong to this world alone, or, of worlds of one seed, to those with this `mark`. */
  mint(twin: string, mark?: string): Credentials {
    const { definition } = this.#twin(twin)
    if (mark === undefined) return definition.mint(this)
    const chance = this.#chance
    this.#chance = createChance(`${this.#seed}/mint/${mark}`)
    const minted = definition.mint(this)
    this.#chance = chance
    return minted
  }

  /** Tells subscribers of an event, in virtual time. */
  emit(twin: string, type: string, payload: unknown): void {
    emitEvent(this, this.#twin(twin).definition.events, { twin, type, payload })
  }

  subscribe(subscription: Omit<Subscription, 'id'>): Subscription {
    const id = `sub${this.nextNumber('engine.subscriptions')}`
    return this.rows.insert(subscriptions, { ...subscription, id })
  }

  /** Puts something on the agenda: `effects[effect](world, data)` of the twin runs at that time. Returns its id. */
  schedule(twin: string, at: number, effect: string, data: unknown): string {
    const id = `due${this.nextNumber('engine.agenda')}`
    this.rows.insert(agenda, { id, at, twin, effect, data })
    this.onAgenda?.()
    return id
  }

  /** Takes something off the agenda again. */
  cancel(id: string): void {
    this.rows.remove(agenda, id)
  }

  /** Virtual time of the next appointment or delivery, if there is one. */
  nextDue(): number | undefined {
    return nextDue(this.rows)
  }

  /** Lets everything that is due happen, in order of time. */
  settle(): void {
    if (this.rows.count(agenda) > 0) settleAgenda(this)
  }

  /** Takes out the deliveries whose time has come; report each with `delivered`. */
  takeDeliveries(): Delivery[] {
    this.settle()
    return takeDue(this)
  }

  /** Says how a delivery went: the receiver's status, or why there was none. A failed one is tried again as the service would, unless it is `isFinal`. */
  delivered(delivery: Delivery, outcome: number | string, isFinal = false): void {
    reportDelivery(this, this.#twin(delivery.twin).definition.events, delivery, outcome, isFinal)
  }

  /** Rows as they stood at a time in the past, as far back as the world remembers. Only kept while a plan has stale reads. */
  rowsAsOf(at: number): Rows {
    return this.#past.asOf(at) ?? this.rows.fork()
  }

  /** Everything that differs from the world this one was forked from, and who wrote it. */
  changes(): Change[] {
    return this.rows.changes()
  }

  snapshot(): Snapshot {
    return {
      rows: this.rows.snapshot(),
      clock: { ...this.#clock, at: this.now(), wallAt: this.#clock.wall?.() ?? 0 },
      chance: this.#chance && { ...this.#chance },
      seed: this.#seed,
      faultLine: this.faultLine.copy(),
    }
  }

  /** Goes back to a snapshot of this world. The journal goes on: it tells what happened, not what is. */
  restore(snapshot: Snapshot): void {
    this.rows.restore(snapshot.rows)
    this.#clock = { ...snapshot.clock, wallAt: snapshot.clock.wall?.() ?? 0 }
    this.#chance = snapshot.chance && { ...snapshot.chance }
    this.#seed = snapshot.seed
    this.faultLine = snapshot.faultLine.copy()
    this.#past = new Past()
    this.onAgenda?.()
  }

  /** Lays another fault plan; counting begins anew. */
  setFaults(plan: FaultPlan): void {
    this.faultLine = new FaultLine(plan)
    this.#past = new Past()
    this.#remember()
  }

  #twin(name: string): OpenTwin {
    const has = () => [...this.twins.keys()].join()
    return this.twins.get(name) ?? wrong(`this world has no twin "${name}"; it has ${has()}`)
  }

  /** Keeps how the rows stand, for stale reads. */
  #remember(at?: number): void {
    if (this.faultLine.keepsPast) this.#past.remember(at ?? this.now(), this.rows)
  }
}
