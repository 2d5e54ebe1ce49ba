import type { Reply } from '../../engine/call.ts'
import type { CallEntry } from '../../engine/journal.ts'
import type { TwinDefinition } from '../../engine/twin.ts'
import type { WorldOptions } from '../../engine/world-options.ts'
import { World } from '../../engine/world.ts'
import { okta } from './twin.ts'

/** A reply's JSON, for tests to look into. */
// oxlint-disable-next-line no-explicit-any
export type Json = any

/** An org to call in a test, with Ada's token. */
export interface Acme {
  world: World
  token: string
  play: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => CallEntry
  ask: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Reply
  /** The JSON of a call that must answer with this status. */
  json: (status: number, method: string, path: string, body?: unknown) => Json
}

/** Opens an org; for tests. */
export function openAcme(options: Partial<WorldOptions> = {}): Acme {
  const world = World.create({ twins: [okta as unknown as TwinDefinition<never>], ...options })
  const token = world.mint('okta')['api']!
  const play: Acme['play'] = (method, path, body, headers = {}) => {
    const call = { method, path, headers: { authorization: `SSWS ${token}`, ...headers } }
    return world.play('okta', body === undefined ? call : { ...call, body })
  }
  const ask: Acme['ask'] = (...call) => play(...call).reply
  return {
    world,
    token,
    play,
    ask,
    json(status, method, path, body) {
      const entry = play(method, path, body)
      if (entry.reply.status !== status || entry.divergences !== undefined) {
        const { reply, divergences, crash } = entry
        const what = JSON.stringify({ json: reply.json, divergences, crash })
        throw new Error(`${method} ${path} answered ${reply.status}, not ${status}: ${what}`)
      }
      return entry.reply.json
    },
  }
}

let count = 0

/** A profile that nobody has yet. */
export function newProfile(more: Record<string, unknown> = {}): Record<string, unknown> {
  const login = `test.person${++count}@acme.example`
  return { firstName: 'Test', lastName: 'Person', login, email: login, ...more }
}

/** A body for `POST /users` with a password that meets the policy. */
export function newUser(more: Record<string, unknown> = {}): Record<string, unknown> {
  return { profile: newProfile(), credentials: { password: { value: 'Sunny-Day-42' } }, ...more }
}
