import type { Call, Reply } from '../../engine/call.ts'
import type { Contract } from '../../engine/contract/contract.ts'
import { sampleSchema } from '../../engine/contract/sample.ts'
import { successOf } from '../../engine/generic/shapes.ts'
import { routerOf } from '../../engine/learn/observe.ts'
import type { Recorded } from '../../engine/learn/recorded.ts'
import { createChance, drawFraction } from '../../engine/chance.ts'
import { readCassette, type Cassette } from '../verify/cassettes.ts'
import type { Target } from '../verify/target.ts'

// What people do today, measured in the same way as a learned twin. Both are given the benefit of the doubt.

const blind = { pairs: [], seeding: new Set<number>() }

/**
 * What record-and-replay tools do: a request that equals a recorded one in method, path, query and body gets
 * its reply, in recorded order; any other gets none. Hosts and headers are not compared.
 */
export async function exactReplay(cassettes: readonly Cassette[]): Promise<Target> {
  const known = new Map<string, Recorded[]>()
  for (const cassette of cassettes) {
    for await (const one of readCassette(cassette)) {
      const { method, pathname, search, body } = one
      const key = keyOf(method, search === '' ? pathname : `${pathname}?${search}`, body)
      const list = known.get(key)
      if (list === undefined) known.set(key, [one])
      else list.push(one)
    }
  }
  const open = () => {
    const played = new Map<string, number>()
    return {
      ...blind,
      answer: (call: Call) => {
        const key = keyOf(call.method ?? 'GET', call.path, call.body)
        const list = known.get(key)
        if (list === undefined)
          return { reply: { status: 599, headers: {}, text: 'no such request was recorded' } }
        const turn = played.get(key) ?? 0
        played.set(key, turn + 1)
        return { reply: toReply(list[Math.min(turn, list.length - 1)]!) }
      },
    }
  }
  return { name: 'exact-match replay', open }
}

function keyOf(method: string, path: string, body: unknown): string {
  return `${method} ${path}\n${typeof body === 'string' ? body : ''}`
}

function toReply({ status, replyHeaders, json, text }: Recorded): Reply {
  const reply: Reply = { status, headers: { ...replyHeaders } }
  if (json !== undefined) reply.json = json
  else if (text !== undefined) reply.text = text
  return reply
}

/** What mock servers made from a document do: the first success reply, filled from its schema; nothing is kept. */
export function specMock(contract: Contract): Target {
  const router = routerOf(contract)
  const answer = (call: Call): Reply => {
    const found = router.match(call.method ?? 'GET', call.path.split('?', 1)[0]!)
    if (found === undefined) return { status: 404, headers: {} }
    if ('allow' in found) return { status: 405, headers: {} }
    const { status, schema, mediaType } = successOf(found.op)
    if (schema === undefined) return { status, headers: {} }
    const chance = createChance(found.op.id)
    const random = (): number => drawFraction(chance)
    const json = sampleSchema(contract, schema, {
      random,
      now: 1_700_000_000_000,
      direction: 'reply',
    })
    return { status, headers: { 'content-type': mediaType ?? 'application/json' }, json }
  }
  return {
    name: 'spec-only mock',
    open: () => ({ ...blind, answer: (call) => ({ reply: answer(call) }) }),
  }
}
