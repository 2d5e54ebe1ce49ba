import { http, type HttpHandler } from 'msw'
import type { World } from '../engine/world.ts'
import { brokenCause } from './broken.ts'
import { answerRequest, createHostLookup } from './fetch.ts'

/**
 * MSW request handlers that answer for the vendors' own hosts, so that code with a hard-coded
 * `https://slack.com` is tested without a change. Other hosts are left to MSW's `onUnhandledFrame`.
 *
 * @example
 * setupServer(...backlotHandlers(world)).listen({ onUnhandledFrame: 'error' })
 */
export function backlotHandlers(world: World): HttpHandler[] {
  const twinOf = createHostLookup(world)
  const handler = http.all(
    ({ request }) => twinOf(new URL(request.url)) !== undefined,
    ({ request }) => answerIntercepted(world, twinOf(new URL(request.url))!, request),
  )
  return [handler]
}

/** Answers a request that MSW intercepted, as a twin. Rejects as MSW wants it where a fault breaks the connection. */
export async function answerIntercepted(
  world: World,
  twin: string,
  request: Request,
): Promise<Response> {
  try {
    return await answerRequest(world, twin, request)
  } catch (error) {
    throw toSystemError(error)
  }
}

/**
 * A broken connection as the system tells of it. MSW lets the socket fail with an error that has
 * `code` and `errno`, so that every client hears its own words; it also writes it to the console,
 * which no handler can keep it from.
 */
function toSystemError(error: unknown): unknown {
  const cause = brokenCause(error)
  if (cause === undefined) return error
  const heard =
    cause.errno === undefined
      ? Object.assign(new Error('socket hang up'), { code: 'ECONNRESET', errno: -104 })
      : cause
  // Where in Backlot it was made is nobody's business.
  heard.stack = `${heard.name}: ${heard.message} (a fault that was laid)`
  return heard
}
