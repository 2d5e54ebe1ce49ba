import type { Call } from '../engine/call.ts'
import { toWire } from '../engine/wire.ts'
import type { World } from '../engine/world.ts'
import { readValue } from './journal-view.ts'
import type { Look, Looker } from './scenario.ts'

/**
 * The scenario's eyes on one twin. Bodies are what a client would have read off the wire: a
 * scenario that changes one changes nothing in the world.
 */
export function createLooker(
  world: World,
  twin: string,
  looking: (look: () => Look) => Look,
): Looker {
  const open = world.twins.get(twin)!
  function look(method: string, path: string, body?: unknown): Look {
    return looking(() => {
      const call: Call = { method, path }
      if (body !== undefined) call.body = body
      const wire = toWire(open, world.look(twin, call))
      const { status, headers } = wire
      const type = headers['content-type']
      return { status, headers, body: readValue(wire.body, typeof type === 'string' ? type : '') }
    })
  }
  return {
    get: (path) => look('GET', path),
    post: (path, body) => look('POST', path, body),
    put: (path, body) => look('PUT', path, body),
    patch: (path, body) => look('PATCH', path, body),
    delete: (path) => look('DELETE', path),
  }
}
