import { AsyncLocalStorage } from 'node:async_hooks'
import { syncBuiltinESMExports } from 'node:module'
import { http, HttpResponse, passthrough } from 'msw'
import { setupServer, type SetupServer } from 'msw/node'
import { tokens } from '../../engine/auth.ts'
import type { World } from '../../engine/world.ts'
import { credentialsOf } from '../../fronts/credential.ts'
import { noteEscape } from '../../fronts/escape.ts'
import { createHostLookup } from '../../fronts/fetch.ts'
import { answerIntercepted } from '../../fronts/msw.ts'

/** A world of a test that is under way, as the network knows it. */
export interface Berth {
  world: World
  /** The test's full name. */
  test: string
  /** What was minted for it. */
  credentials: readonly string[]
  /** Hosts besides the twins that its code may really reach: `127.0.0.1`, `localhost:5432`. */
  reachable: readonly string[]
  /** What went wrong on the network that nobody's journal can hold. */
  troubles: string[]
}

/** The test in whose course something runs. */
export const course = new AsyncLocalStorage<Berth>()

const berths = new Set<Berth>()
/** Credentials of tests that have ended: whoever still shows one is late. */
const ended = new Set<string>()
let server: SetupServer | undefined

/** Lets requests of this process reach a test's world; returns what ends it. The first sets MSW up, the last tears it down. */
export function enterNetwork(berth: Berth): () => void {
  berths.add(berth)
  if (server === undefined) {
    server = setupServer(http.all(() => true, answer))
    server.listen({ onUnhandledFrame: 'error' })
    // MSW changes the modules of Node; those who import { request } by name must see it as well.
    syncBuiltinESMExports()
  }
  return () => {
    berths.delete(berth)
    for (const one of berth.credentials) ended.add(one)
    if (berths.size > 0) return
    server?.close()
    server = undefined
    syncBuiltinESMExports()
  }
}

/** The only test under way, if it is one. */
export function onlyBerth(): Berth | undefined {
  return berths.size === 1 ? [...berths][0] : undefined
}

async function answer({ request }: { request: Request }): Promise<Response> {
  const url = new URL(request.url)
  const berth = await findBerth(request, url)
  if (berth === undefined) return HttpResponse.error()
  const twin = lookupOf(berth.world)(url)
  if (twin !== undefined) return answerIntercepted(berth.world, twin, request)
  if (berth.reachable.includes(url.host) || berth.reachable.includes(url.hostname)) {
    return passthrough()
  }
  noteEscape(berth.world, url.origin + url.pathname, request.method)
  return HttpResponse.error()
}

/** Whose request it is: by the credential it shows, by the course it was made in, or since there is only one. */
async function findBerth(request: Request, url: URL): Promise<Berth | undefined> {
  const shown = await credentialsIn(request, url)
  for (const one of shown) {
    const owners = [...berths].filter(({ world }) => world.rows.get(tokens, one) !== undefined)
    if (owners.length === 1) return owners[0]
  }
  const here = course.getStore()
  const isLate = shown.some((one) => ended.has(one)) || (here !== undefined && !berths.has(here))
  if (isLate) return undefined
  const berth = here ?? onlyBerth()
  if (berth !== undefined) return berth
  // Any of them may have made it: each has to say so.
  for (const one of berths) {
    one.troubles.push(
      `${request.method} ${url.origin}${url.pathname} shows no credential of one test alone, and ${berths.size} tests are under way: it was not answered. Use world.credentials, make the call within world.run(…), or run these tests one after the other.`,
    )
  }
  return undefined
}

async function credentialsIn(request: Request, url: URL): Promise<string[]> {
  const headers = Object.fromEntries(request.headers)
  const isForm = headers['content-type']?.includes('x-www-form-urlencoded') === true
  const body = isForm ? await request.clone().text() : undefined
  return credentialsOf({ url: url.pathname + url.search, headers }, body)
}

const lookups = new WeakMap<World, (url: URL) => string | undefined>()

function lookupOf(world: World): (url: URL) => string | undefined {
  let lookup = lookups.get(world)
  if (lookup === undefined) lookups.set(world, (lookup = createHostLookup(world)))
  return lookup
}
