import type { Contract } from '../contract/contract.ts'
import { isRecord } from '../contract/schema.ts'
import { idsIn } from './before.ts'
import { factsOf } from './facts.ts'
import { generalize } from './generalize.ts'
import { IdempotencyFinder } from './idempotency.ts'
import type { Places } from './apply.ts'
import type { Router } from '../contract/route.ts'
import {
  asRecordedResources,
  asResources,
  procedureOf,
  ProcedureFinder,
  type ProcedureArgs,
} from './procedures.ts'
import type { Learned } from './knowledge.ts'
import { observe, placesOf, routerOf } from './observe.ts'
import type { Recorded } from './recorded.ts'
import { ObservedSample } from './sample.ts'
import { WireMarkFinder } from './wire-marks.ts'
import { usualSideEffects, type SideEffect } from './side-effects.ts'

const sharedMax = 300_000
const sideEffectsMax = 100_000

/** Learns from recordings, cassette by cassette, so that memory holds one at a time. */
export class Learner {
  readonly #contract: Contract
  readonly #procedures = new ProcedureFinder()
  #reading: { router: Router; places: Places; args: ProcedureArgs } | undefined
  readonly #observed = new ObservedSample()
  readonly #hosts = new Map<string, number>()
  readonly #schemes = new Map<string, number>()
  readonly #vocabulary = new Set<string>()
  readonly #shared = new Map<string, number>()
  readonly #sideEffects: SideEffect[] = []
  #noticed: { cassette: string | undefined; ids: Set<string> } = {
    cassette: undefined,
    ids: new Set(),
  }
  readonly #marks = new WireMarkFinder()
  readonly #keys = new IdempotencyFinder()
  #exchanges = 0

  constructor(contract: Contract) {
    this.#contract = contract
  }

  /**
   * Looks at a recording beforehand: an id that several recordings share is no id of something new, but a word of
   * the service. Without this, every recording is taken for all there is.
   */
  notice(entries: readonly Recorded[]): void {
    this.#procedures.note(entries)
    const cassette = entries[0]?.cassette
    // A long recording comes in parts, and is still one.
    if (this.#noticed.cassette !== cassette) this.#noticed = { cassette, ids: new Set() }
    const { ids } = this.#noticed
    for (const { json } of entries) {
      for (const id of idsIn(json)) {
        if (ids.has(id) || ids.size >= sharedMax) continue
        ids.add(id)
        if (this.#shared.size < sharedMax || this.#shared.has(id))
          this.#shared.set(id, (this.#shared.get(id) ?? 0) + 1)
      }
    }
  }

  /** Takes the exchanges of one recording, or of the next part of it, in order. */
  take(entries: readonly Recorded[]): void {
    for (const { origin, headers, json } of entries) {
      this.#exchanges++
      this.#hosts.set(origin, (this.#hosts.get(origin) ?? 0) + 1)
      const scheme = headers['authorization']?.split(' ', 1)[0]
      if (scheme !== undefined) this.#schemes.set(scheme, (this.#schemes.get(scheme) ?? 0) + 1)
      noteNames(json, this.#vocabulary)
    }
    const { router, places, args } = (this.#reading ??= this.#read())
    const resources = asRecordedResources(entries, args)
    const isWord = (id: string): boolean => (this.#shared.get(id) ?? 0) >= 3
    const { observed, sideEffects } = observe(resources, router, places, isWord)
    for (const one of sideEffects)
      if (this.#sideEffects.length < sideEffectsMax) this.#sideEffects.push(one)
    for (const one of observed) {
      const { id } = one.reach.op
      this.#marks.note(id, one.recorded)
      // It says that nothing changed, or again what was said before: that is no answer to learn.
      if (one.recorded.status === 304 || this.#keys.note(one)) continue
      this.#observed.add(one)
    }
  }

  /** How recordings are read, once it is known what the service's procedures speak of. */
  #read() {
    const args = this.#procedures.args(this.#contract)
    const contract = asResources(this.#contract, args)
    const router = routerOf(contract)
    return { router, places: placesOf(router, contract.schemas), args }
  }

  #factsOf(op: string) {
    const all = this.#observed.of(op)
    const isProcedure = this.#contract.operations.some(
      ({ id, path }) => id === op && procedureOf(path) !== undefined,
    )
    return factsOf(op, all, this.#contract.schemas, isProcedure)
  }

  /** Exchanges that were seen and, since there were so many, not learned from. */
  get unkept(): number {
    return this.#observed.dropped
  }

  /** Everything learned so far. */
  learned(): Learned {
    const hosts = [...this.#hosts].sort((a, b) => b[1] - a[1]).map(([origin]) => origin)
    const names = this.#observed.operations()
    const schemes = [...this.#schemes].sort((a, b) => b[1] - a[1])
    const withAuth = schemes.reduce((sum, [, count]) => sum + count, 0)
    const scheme = schemes[0]?.[0]
    const changes = usualSideEffects(this.#sideEffects)
    const idempotency = this.#keys.marks()
    const wire = this.#marks.marks()
    const marks = idempotency === undefined ? wire : { ...wire, idempotency }
    const procedures = { ...this.#reading?.args }
    return {
      name: this.#contract.name,
      hosts: [...new Set(hosts.map((one) => new URL(one).hostname))],
      origin: hosts[0] ?? 'https://api.example',
      auth: {
        required: withAuth * 2 > this.#exchanges,
        ...(scheme !== undefined && /^[A-Za-z]{2,12}$/.test(scheme) && scheme !== 'REDACTED'
          ? { scheme }
          : {}),
      },
      ...(marks === undefined ? {} : { headers: marks }),
      ...(Object.keys(procedures).length === 0 ? {} : { procedures }),
      operations: names.map((op) => {
        const facts = this.#factsOf(op)
        const others = changes.get(op)
        return others === undefined ? facts : { ...facts, changes: others }
      }),
      cases: names.flatMap((op) => generalize(this.#observed.of(op).map(({ learned }) => learned))),
      vocabulary: [...this.#vocabulary].sort(),
    }
  }
}

function noteNames(value: unknown, into: Set<string>): void {
  if (Array.isArray(value)) for (const one of value.slice(0, 20)) noteNames(one, into)
  else if (isRecord(value)) {
    for (const [key, one] of Object.entries(value)) {
      if (key.length < 60 && into.size < 20_000) into.add(key)
      noteNames(one, into)
    }
  }
}
