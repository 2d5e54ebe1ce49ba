import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Refusal, type EngineRefusal, type Reply } from '../engine/call.ts'
import type { Operation } from '../engine/contract/contract.ts'
import { Exchange } from '../engine/exchange.ts'
import { openTwin, type TwinDefinition } from '../engine/twin.ts'
import { toWire } from '../engine/wire.ts'
import { World } from '../engine/world.ts'
import { callFor } from './call-for.ts'

/** What the suite has to know about a twin that the twin does not say itself. */
export interface TwinContractOptions {
  /** The twin's folder; its shape is checked. */
  folder?: string
  /** Headers that carry a minted credential: `{ authorization: 'SSWS …' }`. */
  authorize: (credentials: Record<string, string>) => Record<string, string>
  /** What the service answers to a credential that it does not know. */
  isRefused: (reply: Reply) => boolean
  /** What the service answers on a path that it does not know. */
  isUnknown: (reply: Reply) => boolean
  /**
   * Behaved operations whose replies to generated calls leave the contract, because the real service
   * leaves its own document. An exact ledger: mending one means deleting its line here.
   */
  divergent?: readonly string[]
}

/** `unauthenticated` and the rest: every "no" that the engine itself says, which each twin must word. */
const refusals: Record<EngineRefusal, Record<string, unknown>> = {
  'no-route': {},
  'no-method': { allow: ['GET'] },
  unauthenticated: { reason: 'missing' },
  forbidden: {},
  limited: { retryAfterMs: 1500 },
  'malformed-body': {},
  'unsupported-type': { contentType: 'text/plain' },
  'missing-body': {},
  'too-large': {},
  invalid: {
    problems: [{ in: 'body', pointer: '/x', rule: 'type', message: 'must be string', name: 'x' }],
  },
  'not-found': { id: 'x' },
  conflict: {},
  unavailable: {},
  internal: {},
}

/** The suite that every twin passes. */
export function twinContract(definition: TwinDefinition, options: TwinContractOptions): void {
  const create = (seed = 'contract') => World.create({ twins: [definition], seed })
  const { name } = definition

  describe(`${name}: the contract of a twin`, () => {
    test('behaves only operations that its contract has', () => {
      const { operations } = openTwin(definition)
      const unknown = Object.keys(definition.behaviors).filter((id) => !operations.has(id))
      expect(unknown).toEqual([])
    })

    test.skipIf(options.folder === undefined)('has the folder shape of the house', () => {
      expectFolder(options.folder!)
    })

    test('words every refusal of the engine', () => {
      const world = create()
      const twin = world.twins.get(name)!
      for (const [kind, detail] of Object.entries(refusals)) {
        const exchange = new Exchange(world, twin, { path: '/x' }, 'subject', 1, world.now())
        exchange.op = twin.contract.operations[0]
        const reply = definition.errors(new Refusal(kind, detail), exchange)
        expect(reply.status, kind).toBeGreaterThanOrEqual(200)
        expect(toWire(twin, reply).status, kind).toBe(reply.status)
      }
    })

    test('says 429 and when to come back', () => {
      const world = create()
      const exchange = new Exchange(
        world,
        world.twins.get(name)!,
        { path: '/x' },
        'subject',
        1,
        world.now(),
      )
      const reply = definition.errors(new Refusal('limited', { retryAfterMs: 1500 }), exchange)
      expect(reply.status).toBe(429)
    })

    test('refuses an unknown path and a wrong credential', () => {
      const world = create()
      const lost = world.call(name, { path: '/no/such/path', headers: headersOf(world) })
      expect(options.isUnknown(lost), JSON.stringify(lost)).toBe(true)
      const wrong = options.authorize(
        Object.fromEntries(Object.entries(world.mint(name)).map(([key, one]) => [key, `${one}x`])),
      )
      const guarded = openTwin(definition).contract.operations.find(
        (op) => behaved(op) && op.security.length > 0,
      )
      if (guarded !== undefined) {
        const call = callFor(world, guarded, 'wrong')
        const reply = world.call(name, { ...call, headers: { ...call.headers, ...wrong } })
        expect(options.isRefused(reply), JSON.stringify(reply)).toBe(true)
      }
    })

    test('answers every operation without a crash, and its behaved ones within the contract', () => {
      const world = create()
      const divergent = new Map<string, unknown>()
      for (const op of openTwin(definition).contract.operations) {
        const call = callFor(world, op, 'every')
        // A credential of its own for each: some operations end the one they are called with.
        const headers = { ...headersOf(world), ...call.headers }
        const entry = world.play(name, { ...call, headers })
        expect(entry.crash, `${op.id} ${call.method} ${call.path}`).toBeUndefined()
        expect(entry.reply.headers['x-backlot-depth'], op.id).toBe(entry.depth)
        expect(privateFieldIn(entry.reply.json), op.id).toBeUndefined()
        if (behaved(op) && entry.divergences !== undefined) divergent.set(op.id, entry.divergences)
      }
      const known = new Set(options.divergent)
      const fresh = [...divergent].filter(([id]) => !known.has(id))
      expect(fresh).toEqual([])
      expect([...known].filter((id) => !divergent.has(id))).toEqual([])
    })

    test('gives the same bytes for the same seed and calls', () => {
      expect(bytesOf(create('a'))).toBe(bytesOf(create('a')))
      const base = create('a')
      const first = bytesOf(base.fork({ seed: 'x' }))
      bytesOf(base.fork({ seed: 'y' }))
      expect(bytesOf(base.fork({ seed: 'x' }))).toBe(first)
    })

    test('goes back to a snapshot and repeats itself', () => {
      const world = create('b')
      const then = world.snapshot()
      const repliesOf = () => JSON.stringify(playAll(world))
      const first = repliesOf()
      world.restore(then)
      expect(repliesOf()).toBe(first)
    })

    test('makes everything that scenarios start from', () => {
      expect(Object.keys(definition.given).length).toBeGreaterThan(0)
    })
  })

  function behaved(op: Operation): boolean {
    return definition.behaviors[op.id] !== undefined
  }

  function headersOf(world: World): Record<string, string> {
    return options.authorize(world.mint(name))
  }

  /** One generated call for each behaved operation, twice over, so that later ones meet what earlier ones wrote. */
  function playAll(world: World): Reply[] {
    const ops = openTwin(definition).contract.operations.filter(behaved)
    return [...ops, ...ops].map((op, n) => {
      const call = callFor(world, op, String(n))
      return world.call(name, { ...call, headers: { ...headersOf(world), ...call.headers } })
    })
  }

  function bytesOf(world: World): string {
    const replies = playAll(world)
    return JSON.stringify([replies, world.changes(), world.now()])
  }
}

/** The path of a field that begins with `$` (private to a row) in a reply; it must never go out. */
function privateFieldIn(value: unknown, at = ''): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, inner] of Object.entries(value)) {
    // `$ref`, `$schema` and `$id` are words of JSON Schema, which some services speak.
    if (/^\$(?!ref$|schema$|id$)/.test(key)) return `${at}/${key}`
    const found = privateFieldIn(inner, `${at}/${key}`)
    if (found !== undefined) return found
  }
  return undefined
}

const fixedNames = [
  'FACTS.md',
  'behavior',
  'contract.json',
  'contract.patch.json',
  'errors.ts',
  'import.ts',
  'seed.ts',
  'state.ts',
  'twin.ts',
]

function expectFolder(folder: string): void {
  expect(fixedNames.filter((file) => !existsSync(join(folder, file)))).toEqual([])
  const vague = readdirSync(folder).filter((file) =>
    /^(utils|helpers|common|misc|types)\b/.test(file),
  )
  expect(vague).toEqual([])
  const facts = readFileSync(join(folder, 'FACTS.md'), 'utf8')
  expect(facts.split('\n').filter((line) => line.startsWith('|')).length).toBeGreaterThan(10)
}
