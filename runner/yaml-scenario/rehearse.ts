import { didYouMean } from '../../engine/nearest.ts'
import { noFaults } from '../../engine/faults.ts'
import type { World } from '../../engine/world.ts'
import { Bases } from '../bases.ts'
import { createIdleKit } from '../idle-kit.ts'
import type { Kit, Look } from '../scenario.ts'
import { placeTwin } from '../twin-word.ts'
import { WaitClock } from '../wait-clock.ts'
import { EvaluationError, unknown, type Scope } from './evaluate.ts'
import { nearestOperation, nearestPath } from './near-operation.ts'
import { openScope, StoryPlayer, type JournalSight, type Seen } from './play-story.ts'
import type { Story } from './read-story.ts'
import type { Sight, StepOf, Text } from './story.ts'
import type { Source } from './tree.ts'
import { placeIn } from './value.ts'

/** Shared by all rehearsals of a process: a base world is built once for each set of twins. */
const bases = new Bases()

/**
 * Plays a story without a subject, so that what is wrong with it shows when it is loaded: makers,
 * fields, names, operations, words of change. What only the subject could bring about stays
 * unknown. Throws a UsageError with the place in the file.
 */
export async function rehearse({ source, options, steps }: Story): Promise<void> {
  const base = await bases.of(options.twins.map((word) => placeTwin(word, source.file)))
  const clock = new WaitClock()
  const world = base.fork({ seed: 'rehearsal', faults: noFaults, wall: clock.wall, stepMs: 1 })
  const { kit } = createIdleKit(world, clock, options.vary)
  await new Rehearsal(source, kit, world).play(steps, openScope(kit))
}

class Rehearsal extends StoryPlayer {
  readonly #world: World

  constructor(source: Source, kit: Kit<string>, world: World) {
    super(source, kit)
    this.#world = world
  }

  protected override async ask(step: StepOf<'ask'>, scope: Scope): Promise<void> {
    if (step.body !== undefined) this.fill(step.body, scope)
    if (step.path !== undefined) this.text(step.path, scope)
    this.text(step.sentence, scope)
    this.acted = true
    if (step.as !== undefined) scope.set(step.as, unknown)
  }

  /** Nothing is delivered; time passes. */
  protected override settle(within: string | undefined): Promise<void> {
    if (within !== undefined) this.kit.advance(within)
    return Promise.resolve()
  }

  /** Nothing is compared: who has not acted yet can't have fallen short. */
  protected override check(step: StepOf<'check'>, scope: Scope): void {
    this.lookAround(step.sight, scope)
    this.text(step.sentence, scope)
    for (const { wanted } of step.tests) this.fill(wanted, scope)
  }

  protected override lookAround(sight: Sight, scope: Scope): Seen {
    const seen = super.lookAround(sight, scope)
    return this.acted && sight.kind !== 'value' ? { value: unknown, status: unknown } : seen
  }

  /** Who looks for what is there and is refused has looked in the wrong place. */
  protected override found(sight: Sight, { value, status }: Seen): unknown {
    if (this.acted || typeof status !== 'number' || status < 400) return value
    const shown = JSON.stringify(value) ?? ''
    const said = shown.length > 160 ? `${shown.slice(0, 160)}…` : shown
    throw this.source.mistake(`This is answered ${status}: ${said}.`, sight.at)
  }

  protected override look(
    sight: Extract<Sight, { kind: 'look' }>,
    address: string,
    scope: Scope,
  ): Pick<Look, 'status' | 'body'> {
    this.#checkAddress(sight, address)
    if (sight.body !== undefined && this.fill(sight.body, scope) === unknown) {
      return { status: 0, body: unknown }
    }
    if (
      this.acted ||
      sight.address.template.some((part) => this.#isUnknown(part, sight.address, scope))
    ) {
      return { status: 0, body: unknown }
    }
    return super.look(sight, address, scope)
  }

  protected override entries(sight: JournalSight): unknown {
    const { operations } = this.#world.twins.get(sight.twin)!
    if (sight.kind === 'calls' && sight.op !== undefined && !operations.has(sight.op)) {
      const fix = nearestOperation(operations.keys(), sight.op)
      throw this.source.mistake(`${sight.twin} has no operation "${sight.op}".`, sight.at, { fix })
    }
    return super.entries(sight)
  }

  /** What is not known yet stands as x: the word's form and table can be held all the same. */
  protected override text(
    { template, scalar }: Text,
    scope: Scope,
    spell?: (value: unknown) => string,
  ): string {
    const filling = this.filling(scope)
    return template
      .map((part) => {
        const text = filling.fillText([part], scalar, spell)
        return text === unknown ? 'x' : text
      })
      .join('')
  }

  protected override missing(holder: unknown, name: string, at: number): unknown {
    if (Array.isArray(holder)) {
      const has = `The list has ${holder.length === 1 ? '1 member' : `${holder.length} members`}`
      throw new EvaluationError(`${has}, and no [${name}]`, at)
    }
    if (typeof holder !== 'object' || holder === null) {
      const shown = JSON.stringify(holder) ?? 'Nothing'
      throw new EvaluationError(`${shown} has no "${name}" in it`, at)
    }
    const names = Object.keys(holder).filter((one) => !one.startsWith('$'))
    throw new EvaluationError(`There is no "${name}" in it`, at, didYouMean(name, names))
  }

  #isUnknown(part: Text['template'][number], { scalar }: Text, scope: Scope): boolean {
    return this.filling(scope).fillText([part], scalar) === unknown
  }

  /** Whether any operation answers there; asked of a fork, so that nothing happens. */
  #checkAddress(sight: Extract<Sight, { kind: 'look' }>, address: string): void {
    const { twin, method } = sight
    const fork = this.#world.fork()
    fork.look(twin, { method, path: address })
    const entry = fork.journal.entries.find((one) => one.kind === 'call')
    if (entry?.kind !== 'call' || entry.op !== undefined) return
    const path = address.split('?', 1)[0]!
    const { contract } = this.#world.twins.get(twin)!
    const place = placeIn(sight.address.scalar, 0)
    throw this.source.mistake(`${twin} has no ${method} ${path}.`, place, {
      fix: nearestPath(contract, method, path),
    })
  }
}
