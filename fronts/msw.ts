import { http, HttpResponse, type HttpHandler } from 'msw'
import type { World } from '../engine/world.ts'
import { answerRequest, createHostLookup, isBroken } from './fetch.ts'

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
    async ({ request }) => {
      const twin = twinOf(new URL(request.url))!
      try {
        return await answerRequest(world, twin, request)
      } catch (error) {
        // A connection that breaks is a network error to MSW, not a handler that failed.
        if (isBroken(error)) return HttpResponse.error()
        throw error
      }
    },
  )
  return [handler]
}
