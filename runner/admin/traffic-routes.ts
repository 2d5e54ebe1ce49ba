import { subscriptions, type Subscription } from '../../engine/agenda.ts'
import type { Entry } from '../../engine/journal.ts'
import { didYouMean } from '../../engine/nearest.ts'
import type { World } from '../../engine/world.ts'
import { placesOf, viewPlaces } from '../place-view.ts'
import { AdminError } from './admin-error.ts'
import { urlPattern } from './check-input.ts'
import { entryToJson } from './journal-json.ts'
import type { AdminRoute } from './route.ts'

const subscriptionSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['twin', 'url'],
  properties: {
    twin: { type: 'string' },
    url: { type: 'string', pattern: urlPattern },
    types: { type: 'array', items: { type: 'string' }, minItems: 1 },
    secret: { type: 'string' },
    facts: { type: 'object' },
  },
}

/** What goes in and out of a world: its journal, its subscribers, its credentials. */
export const trafficRoutes: readonly AdminRoute[] = [
  {
    method: 'GET',
    path: '/worlds/{world}/journal',
    act: ({ open, query }) => ({ status: 200, body: readJournal(open.world, query) }),
  },
  {
    method: 'GET',
    path: '/worlds/{world}/subscriptions',
    act: ({ open }) => ({
      status: 200,
      body: { subscriptions: open.world.rows.all(subscriptions) },
    }),
  },
  {
    method: 'POST',
    path: '/worlds/{world}/subscriptions',
    schema: subscriptionSchema,
    act: ({ open, input }) => {
      const wanted = input as Omit<Subscription, 'id' | 'types'> & { types?: string[] }
      needTwin(open.world, wanted.twin, 'body/twin')
      return {
        status: 201,
        body: open.world.subscribe({ ...wanted, types: wanted.types ?? ['*'] }),
      }
    },
  },
  {
    method: 'GET',
    path: '/worlds/{world}/tokens',
    act: ({ context, open }) => {
      const places = placesOf(context.worlds, open, context.serverUrl)
      return { status: 200, body: { places: viewPlaces(open, places) } }
    },
  },
]

const narrowing = ['since', 'limit', 'twin', 'op', 'kind']

/** Entries after number `since`, oldest first, narrowed by `twin`, `op` and `kind`; at most `limit`. */
function readJournal(world: World, query: URLSearchParams) {
  for (const name of query.keys()) {
    if (narrowing.includes(name)) continue
    const fix = didYouMean(name, narrowing)
    throw new AdminError(400, `The journal is not narrowed by "${name}".`, { where: 'query', fix })
  }
  const since = readWhole(query, 'since', 0)
  const limit = readWhole(query, 'limit', 1000)
  const twin = query.get('twin')
  const op = query.get('op')
  const kind = query.get('kind')
  if (twin !== null) needTwin(world, twin, 'query twin')
  const wanted = (entry: Entry) =>
    entry.n > since &&
    (kind === null || entry.kind === kind) &&
    (twin === null || ('twin' in entry && entry.twin === twin)) &&
    (op === null || (entry.kind === 'call' && entry.op === op))
  const found = world.journal.entries.filter(wanted)
  return {
    entries: found.slice(0, limit).map((entry) => entryToJson(world, entry)),
    more: found.length > limit,
    last: world.journal.last,
    dropped: world.journal.dropped,
  }
}

function readWhole(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name)
  if (text === null) return otherwise
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new AdminError(400, `"${text}" is no whole number from 0.`, { where: `query ${name}` })
}

function needTwin(world: World, twin: string, where: string): void {
  if (world.twins.has(twin)) return
  const fix = didYouMean(twin, world.twins.keys())
  throw new AdminError(400, `This world has no twin "${twin}".`, { where, fix })
}
