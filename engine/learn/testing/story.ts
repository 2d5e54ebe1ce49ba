import type { Contract } from '../../contract/contract.ts'
import type { TwinDefinition } from '../../twin.ts'
import { World } from '../../world.ts'
import type { Lesson } from '../knowledge.ts'
import { Learner } from '../learn.ts'
import { defineLearnedTwin } from '../learned-twin.ts'
import { routerOf } from '../observe.ts'
import { pairsOf, parseJson, type Recorded } from '../recorded.ts'
import { Surveyor, withSurveyed } from '../survey.ts'

/** What a made-up service is asked. */
export interface Asked {
  method: string
  /** The path's segments. */
  at: string[]
  query: URLSearchParams
  sent: Record<string, unknown>
  headers: Readonly<Record<string, string>>
  /** In ms since 1970. */
  now: number
}

/** What it answers. */
export interface Told {
  status: number
  json?: unknown
  headers?: Record<string, string>
}

/** A made-up service: all it remembers is in its closure. */
export type Service = (asked: Asked) => Told

/** When every story begins. */
export const start = Date.parse('2026-02-03T04:05:06.000Z')

/** Records what a service answers, as a recorder would. */
export class Story {
  readonly entries: Recorded[] = []
  readonly #name: string
  readonly #service: Service

  constructor(name: string, service: Service) {
    this.#name = name
    this.#service = service
  }

  ask(
    method: string,
    target: string,
    sent?: unknown,
    more: Readonly<Record<string, string>> = {},
  ): Record<string, unknown> & { headers: Record<string, string> } {
    const [pathname = '', search = ''] = target.split('?')
    const now = start + this.entries.length * 1000
    const type = typeof sent === 'string' ? 'application/x-www-form-urlencoded' : 'application/json'
    const { status, json, headers } = this.#service({
      method,
      at: pathname.split('/').slice(1).map(decodeURIComponent),
      query: new URLSearchParams(search),
      sent: (typeof sent === 'string' ? pairsOf(sent) : (sent ?? {})) as Record<string, unknown>,
      headers: more,
      now,
    })
    const text = json === undefined ? undefined : JSON.stringify(json)
    this.entries.push({
      cassette: this.#name,
      n: this.entries.length,
      method,
      origin: 'https://made-up.example',
      pathname,
      search,
      headers: {
        authorization: 'Bearer x',
        ...(sent === undefined ? {} : { 'content-type': type }),
        ...more,
      },
      body: sent === undefined ? undefined : typeof sent === 'string' ? sent : JSON.stringify(sent),
      isBodyLost: false,
      at: now,
      tookMs: 20 + this.entries.length,
      status,
      replyHeaders: {
        ...(text === undefined ? {} : { 'content-type': ['application/json'] }),
        ...Object.fromEntries(
          Object.entries(headers ?? {}).map(([name, value]) => [name, [value]]),
        ),
      },
      text,
      json: parseJson(text),
    })
    return {
      ...(parseJson(text) as Record<string, unknown> | undefined),
      headers: headers ?? {},
    }
  }
}

/** A contract that tells nothing. */
export const nothing: Contract = {
  name: 'shop',
  version: '1',
  operations: [],
  schemas: {},
  security: {},
}

/** Learns from stories, beside a contract. */
export function teach(
  stories: readonly (readonly Recorded[])[],
  contract: Contract = nothing,
): Lesson {
  const surveyor = new Surveyor(routerOf(contract))
  for (const one of stories) surveyor.take(one)
  const surveyed = withSurveyed(contract, surveyor.operations())
  const learner = new Learner(surveyed)
  for (const one of stories) learner.notice(one)
  for (const one of stories) learner.take(one)
  return { contract: surveyed, learned: learner.learned() }
}

/** A world with the learned twin in it, and a way to ask. */
export function open(lesson: Lesson, options: { limits?: boolean } = {}) {
  const twin = defineLearnedTwin(lesson) as unknown as TwinDefinition
  const world = World.create({ twins: [twin], start, ...options })
  const { bearer } = world.mint('shop')
  const ask = (
    method: string,
    path: string,
    body?: unknown,
    more: Readonly<Record<string, string>> = {},
  ) => {
    const type = typeof body === 'string' ? 'application/x-www-form-urlencoded' : 'application/json'
    const { status, json, headers } = world.call('shop', {
      method,
      path,
      headers: { authorization: `Bearer ${bearer}`, 'content-type': type, ...more },
      ...(body === undefined ? {} : { body }),
    })
    return { status, json: json as Record<string, unknown>, headers }
  }
  return { world, twin, ask }
}
