import { UsageError } from '../../engine/usage-error.ts'
import type { Kit, Look, Looker } from '../scenario.ts'
import type { SubjectReply } from '../subject/subject.ts'
import { toPredicate } from './comparators.ts'
import { follow, Scope, unknown } from './evaluate.ts'
import { escapePattern } from './pattern.ts'
import type { Each, Sight, StepOf, StoryStep, Text } from './story.ts'
import type { Source } from './tree.ts'
import { Filling, type Value } from './value.ts'

/** What a story finds with a look. */
export interface Seen {
  value: unknown
  /** Of a look through the vendor's API. */
  status?: unknown
}

/** What looks into the journal. */
export type JournalSight = Extract<Sight, { kind: 'calls' | 'events' | 'deliveries' }>

const playedMax = 100_000

/** What a story can name before its first step. */
export function openScope({ vary }: Kit<string>): Scope {
  const scope = new Scope()
  scope.set('vary', vary)
  return scope
}

/** Plays a story that is written in YAML with what any scenario is handed. */
export class StoryPlayer {
  protected readonly source: Source
  protected readonly kit: Kit<string>
  /** Whether the subject was asked: from then on, what is seen is its doing. */
  protected acted = false
  #played = 0

  constructor(source: Source, kit: Kit<string>) {
    this.source = source
    this.kit = kit
  }

  /** Plays steps one after the other. Throws a UsageError with its place where the file is wrong. */
  async play(steps: readonly StoryStep[], scope = new Scope()): Promise<void> {
    for (const step of steps) {
      if (++this.#played > playedMax) {
        throw this.source.mistake(`The story has more than ${playedMax} steps.`, step.at)
      }
      await this.#playOne(step, scope)
    }
  }

  async #playOne(step: StoryStep, scope: Scope): Promise<void> {
    switch (step.kind) {
      case 'person':
        return scope.set(step.name, this.#makePerson(step, scope))
      case 'let':
        for (const [name, value] of step.entries) scope.set(name, this.fill(value, scope))
        return
      case 'given':
        return keep(scope, step.as, this.#give(step, scope))
      case 'look':
        return keep(scope, step.as, this.found(step.sight, this.lookAround(step.sight, scope)))
      case 'allow':
        for (const word of step.words) this.allow(word, scope)
        return
      case 'ask':
        return this.ask(step, scope)
      case 'check':
        return this.check(step, scope)
      case 'advance':
        return this.#advance(step, scope)
      case 'settle':
        return this.settle(step.within && (this.fill(step.within, scope) as string))
      case 'step': {
        const sentence = this.text(step.sentence, scope)
        return this.kit.step(sentence, () => this.play(step.steps, scope))
      }
      case 'each':
        for (const inner of this.#eachOf(step.each, scope)) await this.play(step.steps, inner)
    }
  }

  /** What a step that only looks has found. */
  protected found(_sight: Sight, { value }: Seen): unknown {
    return value
  }

  protected settle(within: string | undefined): Promise<void> {
    return this.kit.settled(within)
  }

  protected async ask(step: StepOf<'ask'>, scope: Scope): Promise<void> {
    const { method, path, body } = step
    const sent = body && this.fill(body, scope)
    const target = path === undefined ? '/' : this.text(path, scope)
    this.acted = true
    const reply = await this.kit.step(
      this.text(step.sentence, scope),
      (): Promise<SubjectReply> => {
        const { subject } = this.kit
        if (method === 'RUN') return subject.run(sent)
        if (method === 'GET') return subject.get(target)
        return subject[lower(method)](target, sent)
      },
    )
    keep(scope, step.as, reply)
  }

  protected check(step: StepOf<'check'>, scope: Scope): void {
    const seen = this.lookAround(step.sight, scope)
    const sentence = this.text(step.sentence, scope)
    for (const { name, wanted } of step.tests) {
      const expected = name === 'matches' ? this.#pattern(wanted, scope) : this.fill(wanted, scope)
      const [actual, test] = name === 'status' ? [seen.status, 'equals'] : [seen.value, name]
      const words = step.tests.length === 1 ? sentence : `${sentence} (${name})`
      this.filling(scope).at(wanted.at, () =>
        this.kit[step.must ? 'must' : 'check'](
          words,
          actual ?? null,
          toPredicate(test, expected ?? null),
        ),
      )
    }
  }

  protected lookAround(sight: Sight, scope: Scope): Seen {
    if (sight.kind === 'value') {
      const value = this.fill(sight.value, scope)
      return { value: this.#below(value, sight, scope) }
    }
    if (sight.kind === 'look') {
      const { status, body } = this.look(sight, this.address(sight, scope), scope)
      return { status, value: this.#below(body, sight, scope) }
    }
    return { value: this.#below(this.entries(sight), sight, scope) }
  }

  protected look(
    sight: Extract<Sight, { kind: 'look' }>,
    address: string,
    scope: Scope,
  ): Pick<Look, 'status' | 'body'> {
    const body = sight.body && this.fill(sight.body, scope)
    const looker = (this.kit as unknown as Record<string, Looker>)[sight.twin]!
    return sight.method === 'GET' ? looker.get(address) : looker[lower(sight.method)](address, body)
  }

  protected entries(sight: JournalSight): unknown {
    const { journal } = this.kit
    if (sight.kind === 'calls') return journal.calls(sight.twin, sight.op)
    return journal[sight.kind](sight.twin, sight.type)
  }

  protected allow(word: Text, scope: Scope): void {
    const text = this.text(word, scope)
    this.filling(scope).at(word.scalar, () => this.kit.changes.allow(text))
  }

  /** Path and query of a look; what is filled in is encoded, so that it can't break out. */
  protected address(sight: Extract<Sight, { kind: 'look' }>, scope: Scope): string {
    const path = this.text(sight.address, scope, (value) => encodeURIComponent(plain(value)))
    const query = sight.query && this.fill(sight.query, scope)
    if (typeof query !== 'object' || query === null) return path
    const pairs = Object.entries(query).flatMap(([name, value]) =>
      [value]
        .flat()
        .filter((one) => one !== undefined && one !== null)
        .map((one): [string, string] => [name, plain(one)]),
    )
    const mark = path.includes('?') ? '&' : '?'
    return pairs.length === 0 ? path : `${path}${mark}${new URLSearchParams(pairs).toString()}`
  }

  /** A text of the story. Throws an Error when it leads to what is not there. */
  protected text(
    { template, scalar }: Text,
    scope: Scope,
    spell?: (value: unknown) => string,
  ): string {
    const text = this.filling(scope).fillText(template, scalar, spell)
    return text === unknown ? '' : text
  }

  protected fill(value: Value, scope: Scope): unknown {
    return this.filling(scope).fill(value)
  }

  /** What stands for a field that is not there: nothing, since the subject may have left it out. */
  protected missing(_holder: unknown, _name: string, _at: number): unknown {
    return undefined
  }

  protected filling(scope: Scope): Filling {
    const missing = (holder: unknown, name: string, at: number) => this.missing(holder, name, at)
    return new Filling(this.source, { scope, chance: this.kit, missing })
  }

  #below(value: unknown, { path, at }: Sight, scope: Scope): unknown {
    const around = { scope, chance: this.kit, missing: () => undefined }
    return this.filling(scope).at(at, () => follow(value, path, around))
  }

  #makePerson(step: StepOf<'person'>, scope: Scope): unknown {
    const known = step.known && this.fill(step.known, scope)
    const count = step.count && this.fill(step.count, scope)
    if (known === unknown || count === unknown) return unknown
    const make = () => this.kit.person(known as object | undefined)
    if (count === undefined) return make()
    if (typeof count !== 'number' || !(count >= 0 && count <= 1000)) {
      throw this.source.mistake('A count of people is a number up to 1000.', step.count!.at)
    }
    return Array.from({ length: count }, make)
  }

  #give(step: StepOf<'given'>, scope: Scope): unknown {
    if (step.each === undefined) return this.#giveOne(step, scope)
    return [...this.#eachOf(step.each, scope)].map((inner) => this.#giveOne(step, inner))
  }

  #giveOne(step: StepOf<'given'>, scope: Scope): unknown {
    const props = step.props === undefined ? {} : this.fill(step.props, scope)
    if (props === unknown) return unknown
    const given = this.kit.given as unknown as Given
    try {
      return given[step.twin]![step.maker]!(props)
    } catch (error) {
      throw this.#toMistake(error, step)
    }
  }

  /** What a maker refuses is the author's mistake, unless the subject may have brought it about. */
  #toMistake(error: unknown, { props, at }: StepOf<'given'>): unknown {
    const entries = props?.kind === 'map' ? props.entries : []
    if (error instanceof UsageError) {
      const entry = entries.find(([name]) => name === error.where.field)
      const place = entry?.[1].at ?? props?.at ?? at
      return this.source.mistake(error.what, place, {
        fix: error.fix,
        ...(entry === undefined ? {} : { field: entry[0] }),
      })
    }
    return error
  }

  #advance(step: StepOf<'advance'>, scope: Scope): void {
    const by = this.fill(step.by, scope)
    if (by === unknown) return
    this.filling(scope).at(step.by.at, () => this.kit.advance(by as string))
  }

  *#eachOf({ name, in: list }: Each, scope: Scope): Iterable<Scope> {
    const members = this.fill(list, scope)
    const known = members === unknown ? [unknown] : members
    // What the subject left out has no members.
    if (known === undefined && this.acted) return
    if (!Array.isArray(known)) {
      throw this.source.mistake('"in" needs a list.', list.at, { fix: 'Write in: "${range(3)}".' })
    }
    for (const member of known) {
      const inner = new Scope(scope)
      inner.set(name, member)
      yield inner
    }
  }

  /** What is filled into a pattern stands for itself. */
  #pattern(wanted: Value, scope: Scope): unknown {
    if (wanted.kind !== 'text') return this.fill(wanted, scope)
    return this.text(wanted, scope, (value) => escapePattern(plain(value)))
  }
}

type Given = Readonly<Record<string, Readonly<Record<string, (props: unknown) => unknown>>>>

function keep(scope: Scope, as: string | undefined, value: unknown): void {
  if (as !== undefined) scope.set(as, value)
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

function lower<Method extends string>(method: Method): Lowercase<Method> {
  return method.toLowerCase() as Lowercase<Method>
}
