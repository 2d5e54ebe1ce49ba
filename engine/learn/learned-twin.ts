import { tokens } from '../auth.ts'
import { json, refuse, text, type Refusal, type Reply } from '../call.ts'
import type { Exchange } from '../exchange.ts'
import { specErrors } from '../generic/errors.ts'
import { behave } from '../stages/behave.ts'
import { authenticate } from '../stages/authenticate.ts'
import { conform } from '../stages/conform.ts'
import { faultAfter } from '../stages/fault-after.ts'
import { faultBefore } from '../stages/fault-before.ts'
import { limit } from '../stages/limit.ts'
import { match } from '../stages/match.ts'
import { stamp } from '../stages/stamp.ts'
import { defineTwin, type Given, type TwinDefinition } from '../twin.ts'
import type { World } from '../world.ts'
import { answerLearned } from './behave.ts'
import { openGuide, type Guide } from './choose.ts'
import { keepLatencies } from './latency.ts'
import { answerOnce, answeredTable } from './idempotency.ts'
import { limitOf, stampMarks } from './stamp-marks.ts'
import { instantiate } from './instantiate.ts'
import type { Case, Lesson } from './knowledge.ts'
import { placesNamed } from './relations.ts'
import { follow, recall } from './recall.ts'
import { parseJson, type Recorded } from './recorded.ts'
import { rowStore, learnedTable, type LearnedTable } from './store.ts'
import { asRecordedResources, asResources } from './procedures.ts'
import { readOrder } from './sorting.ts'
import type { Router } from '../contract/route.ts'

/** What a scenario says of a learned service's past. */
export interface LearnedGiven extends Record<string, Given> {
  /** A thing in its collection, as the service would show it. */
  thing: Given<{ collection: string; value: Record<string, unknown> }, Record<string, unknown>>
  /** Whatever a recording shows to have been there before. */
  recording: Given<
    { entries: readonly Recorded[] },
    { pairs: readonly never[]; seeding: ReadonlySet<number> }
  >
  /** What a recorded call did. */
  exchange: Given<Recorded, void>
}

/** A twin that answers as recordings and contract taught it. */
export function defineLearnedTwin(
  lesson: Lesson,
  name = lesson.learned.name,
): TwinDefinition<LearnedGiven> {
  const { contract, learned } = lesson
  const args = learned.procedures ?? {}
  const guide = openGuide({ contract: asResources(contract, args), learned })
  const { router } = guide
  const named = placesNamed(learned.cases.flatMap(({ when }) => when))
  const table = learnedTable(name, named, ordersBy(router, guide))
  const answered = answeredTable(name)
  const answer = (exchange: Exchange): Reply =>
    answerOnce(
      exchange,
      learned.headers?.idempotency,
      answered,
      () => answerLearned(exchange, guide, table),
      (like) => spoken(like, exchange, {}),
    )
  const definition = defineTwin<LearnedGiven>({
    name,
    hosts: learned.hosts.length > 0 ? learned.hosts : [`${name}.example`],
    origin: learned.origin,
    contract: () => contract,
    tables: [table, answered] as never,
    behaviors: Object.fromEntries(contract.operations.map((op) => [op.id, answer])),
    depth: (op) => (guide.casesOf(op.id).length > 0 ? 'learned' : 'spec'),
    routes: { collapseSlashes: true },
    // What the document forbids the service may well take: only recordings tell what it refuses.
    before: [match, authenticate, limit, readBody, faultBefore, behave],
    after: [conform, stamp, faultAfter],
    auth: (exchange) => findCaller(exchange, guide),
    errors: (refusal, exchange) => word(refusal, exchange, guide),
    seed: () => undefined,
    given: givenOf(name, table, guide),
    mint: (world) => {
      const id = world.newId({ prefix: `${name}_`, length: 32 })
      world.rows.insert(tokens, { id, twin: name, kind: 'bearer', account: 'user' })
      return { bearer: id }
    },
    allSeeing: () => ({ account: 'scenario', kind: 'all-seeing', allSeeing: true }),
    limits: (exchange) => limitOf(exchange, learned.headers),
    stamp: (exchange, reply) => stampMarks(exchange, reply, learned.headers),
  })
  keepLatencies(definition, learned)
  return definition
}

/** What may be said of the past of a learned service. */
function givenOf(name: string, table: LearnedTable, guide: Guide): LearnedGiven {
  const { router } = guide
  const args = guide.lesson.learned.procedures ?? {}
  return {
    thing: (world: World, { collection, value }) => {
      const own = String(value['id'] ?? value['key'] ?? world.newId({ length: 20 }))
      const home = collection.startsWith('/') ? collection : `/${collection}`
      rowStore(world.rows, name, table).put({
        path: `${home}/${own}`,
        own,
        home,
        value,
        gone: false,
        after: [],
        also: [],
      })
      return value
    },
    recording: (world: World, { entries }) => {
      return {
        pairs: [],
        seeding: recall(
          rowStore(world.rows, name, table),
          asRecordedResources(entries, args),
          router,
        ),
      }
    },
    exchange: (world: World, recorded) =>
      follow(
        rowStore(world.rows, name, table),
        asRecordedResources([recorded], args)[0]!,
        router,
        guide.places,
      ),
  }
}

/** What the list at a path is sorted by, where that is not the order of making. */
function ordersBy(router: Router, guide: Guide): (list: string) => string | undefined {
  const isSorted = guide.lesson.learned.operations.some(
    ({ order }) => readOrder(order) !== undefined,
  )
  if (!isSorted) return () => undefined
  return (list) => {
    const found = router.match('GET', encodeURI(list.toWellFormed()))
    if (found === undefined || 'allow' in found) return undefined
    return readOrder(guide.factsOf(found.op.id)?.order)?.pointer
  }
}

function readBody(exchange: Exchange): undefined {
  const { body } = exchange.call
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) {
    exchange.body = body
    return
  }
  const sent = typeof body === 'string' ? body : Buffer.from(body).toString('utf8')
  if (sent === '') return
  const type = exchange.headers['content-type'] ?? ''
  exchange.body = type.includes('x-www-form-urlencoded')
    ? Object.fromEntries(new URLSearchParams(sent))
    : (parseJson(sent) ?? sent)
}

/** Any token of this world opens everything; where recordings carry none, nobody needs one. */
function findCaller(exchange: Exchange, guide: Guide) {
  const sent = exchange.headers['authorization']
  const id = sent?.slice(sent.indexOf(' ') + 1).trim()
  const token = id === undefined ? undefined : exchange.rows.get(tokens, id)
  if (token !== undefined && token.twin === exchange.twin.definition.name)
    return { account: token.account, kind: token.kind, token }
  if (guide.lesson.learned.auth.required || sent !== undefined) return refuse('unauthenticated')
  return { account: 'anybody', kind: 'none' }
}

const statuses: Readonly<Record<string, number>> = {
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  'no-route': 404,
  'no-method': 405,
  limited: 429,
  conflict: 409,
  unavailable: 503,
  internal: 500,
}

/** A refusal in the words of a recorded one of its status; without one, as the contract words it. */
function word(refusal: Refusal, exchange: Exchange, guide: Guide): Reply {
  const status = statuses[refusal.kind]
  const like = status === undefined ? undefined : guide.errorLike(status, '')
  if (like === undefined) return specErrors(refusal, exchange)
  const headers: Reply['headers'] = {}
  const { allow, retryAfterMs } = refusal.detail
  if (Array.isArray(allow)) headers['allow'] = allow.join(', ')
  if (typeof retryAfterMs === 'number')
    headers['retry-after'] = String(Math.ceil(retryAfterMs / 1000))
  return spoken(like, exchange, headers)
}

/** A recorded refusal, said to another call. */
function spoken(
  like: Pick<Case, 'status' | 'sent' | 'headers' | 'json' | 'text'>,
  exchange: Exchange,
  headers: Reply['headers'],
): Reply {
  const filling = {
    origin: exchange.origin,
    now: exchange.at,
    path: exchange.path,
    query: {},
    body: undefined,
    thing: undefined,
    sibling: undefined,
    random: () => exchange.world.random(),
  }
  const own = like.sent ?? like.status
  if (like.json !== undefined) return json(own, instantiate(like.json, filling), headers)
  const type = like.headers?.['content-type'] ?? 'text/plain'
  const reply = text(like.status, String(instantiate(like.text ?? '', filling) ?? ''), type)
  return { ...reply, headers: { ...headers, ...reply.headers } }
}
