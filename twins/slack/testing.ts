import type { Reply } from '../../engine/call.ts'
import type { TwinDefinition } from '../../engine/twin.ts'
import { World } from '../../engine/world.ts'
import type { ForkOptions } from '../../engine/world-options.ts'
import { needChannelRow, needUserRow } from './given.ts'
import { slack } from './twin.ts'

/** The body of an answer, loosely typed: tests look into it. */
export interface Body {
  ok: boolean
  error?: string
  [field: string]: unknown
}

type Say = (method: string, args?: Record<string, unknown>) => Body

const base = World.create({ twins: [slack as unknown as TwinDefinition<never>], seed: 'acme' })

/** A fresh world of the default workspace, and ways to speak to it as the app's bot and as Ada. For tests. */
export function openAcme(options: ForkOptions = {}) {
  const world = base.fork({ seed: 'test', ...options })
  const tokens = world.mint('slack') as { bot: string; user: string; app: string }
  const as =
    (token: string): Say =>
    (method, args = {}) =>
      bodyOf(send(world, method, args, { authorization: `Bearer ${token}` }))
  return {
    world,
    tokens,
    as,
    bot: as(tokens.bot),
    ada: as(tokens.user),
    userId: (reference: string) => needUserRow(world, reference).id,
    channelId: (name: string) => needChannelRow(world, name).id,
  }
}

/** One call as the official client would send it. Fails when the twin breaks or leaves its contract. */
export function send(
  world: World,
  method: string,
  args: Record<string, unknown>,
  headers: Record<string, string>,
): Reply {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(args)) {
    form.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value))
  }
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  const call = { method: 'POST', path: `/api/${method}`, body: form.toString() }
  const entry = world.play('slack', { ...call, headers: { ...type, ...headers } })
  if (entry.crash !== undefined) throw new Error(entry.crash)
  if (entry.divergences !== undefined) {
    throw new Error(`${method}: ${JSON.stringify(entry.divergences)}`)
  }
  return entry.reply
}

export function bodyOf(reply: Reply): Body {
  return reply.json as Body
}
