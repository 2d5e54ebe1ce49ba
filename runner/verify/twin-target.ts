import type { Call } from '../../engine/call.ts'
import { isRecord } from '../../engine/contract/schema.ts'
import { existedBefore, idOf, type Existing } from '../../engine/learn/before.ts'
import type { Recorded } from '../../engine/learn/recorded.ts'
import type { Credentials, Given, TwinDefinition } from '../../engine/twin.ts'
import { World } from '../../engine/world.ts'
import { authorizationFor, recallFor } from './recall.ts'
import type { Session, Target } from './target.ts'

/** A twin to hold recordings against: every recording in a world of its own, at the recording's own time. */
export function twinTarget(definition: TwinDefinition, name = definition.name): Target {
  const recall = recallFor(definition)
  const follow = definition.given['exchange'] as Given<Recorded> | undefined
  return { name, open }

  function open(entries: readonly Recorded[]): Session {
    const start = entries.find(({ at }) => at !== undefined)?.at
    const options = { twins: [definition], seed: 'verify', journalMax: 1 }
    const world = World.create(start === undefined ? options : { ...options, start })
    const credentials = world.mint(definition.name)
    const { pairs, seeding } = recall(world, existedBefore(entries), entries)
    return {
      pairs,
      seeding,
      answer: (call, recorded) => {
        const { at } = recorded
        if (at !== undefined && at > world.now()) world.advance(at - world.now())
        const { reply, op } = world.play(
          definition.name,
          authorized(definition, call, recorded, credentials),
        )
        return { reply, op }
      },
      follow: (recorded) => {
        if (follow === undefined) return recall(world, shownByWrite(recorded), []).pairs
        follow(world, recorded)
        return []
      },
    }
  }
}

/** Puts in our own credentials for the recorded ones, unless the service turned those away. */
function authorized(
  definition: TwinDefinition,
  call: Call,
  recorded: Recorded,
  credentials: Credentials,
): Call {
  const headers = { ...call.headers }
  if (recorded.status === 401)
    return { ...call, headers: { ...headers, authorization: 'Bearer wrong' } }
  const scheme = /^([\w-]+) /.exec(headers['authorization'] ?? '')?.[1]
  headers['authorization'] = authorizationFor(definition, credentials, scheme)
  const { apiKey } = credentials
  for (const name of Object.keys(headers))
    if (apiKey !== undefined && /api-?key/.test(name)) headers[name] = apiKey
  return { ...call, headers }
}

/** What a write shows to have come about. */
function shownByWrite({ n, method, status, pathname, json }: Recorded): Existing[] {
  if (status >= 300 || method === 'DELETE' || !isRecord(json)) return []
  const id = idOf(json)
  if (id === undefined) return []
  const path = pathname.endsWith(`/${id}`) ? pathname : `${pathname}/${id}`
  return [{ n, value: json, path, search: '', as: 'item', id }]
}
