import { json as jsonReply, refuse, type Reply } from '../call.ts'
import type { Exchange } from '../exchange.ts'
import { isRecord } from '../contract/schema.ts'
import { notImplemented } from '../not-implemented.ts'
import { apply } from './apply.ts'
import { decodePath, idOf } from './before.ts'
import { choose, type Guide } from './choose.ts'
import { answerUnseen } from './unseen.ts'
import { featuresOf } from './features.ts'
import { refusalFor } from './demand.ts'
import { sentOf } from './required.ts'
import { instantiate, type Filling } from './instantiate.ts'
import type { Case } from './knowledge.ts'
import { findRest, procedureOf, wrapped } from './procedures.ts'
import { byIds, presenceOf, reachOf, siblingOf, targetOf } from './reach.ts'
import { pairsOf } from './recorded.ts'
import { shape, type Now } from './shape-reply.ts'
import { etagOf, namesVersion } from './wire-marks.ts'
import { rowStore, type LearnedTable } from './store.ts'

/** Answers as the cases that were learned suggest; without any, as the contract does. */
export function answerLearned(exchange: Exchange, guide: Guide, table: LearnedTable): Reply {
  const now = situation(exchange, guide, table)
  const { op } = now.reach
  const own = guide.casesOf(op.id)
  const missing = isMissing(now, own)
  if (missing !== undefined) return absent(exchange, now, guide, missing)
  const facts = guide.factsOf(op.id)
  const isProcedure = procedureOf(exchange.op!.path) !== undefined
  const refusal = refusalFor(op.id, facts?.demands, sentOf(now.query, now.body, isProcedure))
  if (refusal !== undefined) return answerAs(exchange, now, refusal, own, undefined)
  const stale = staleVersion(exchange, now, guide)
  if (stale !== undefined) return stale
  const features = featuresOf(now.reach, now.store, now.query, now.body, exchange)
  const chosen = choose(own, features)
  if (chosen !== undefined) {
    const reply = answerAs(exchange, now, chosen, own, facts)
    return withVersion(exchange, now, reply, guide)
  }
  return (
    answerByAnalogy(exchange, now, guide, features) ??
    answerUnseen(exchange, now, guide) ??
    unknown(exchange)
  )
}

/** `If-Match` names a version that is no longer so: refused as it was seen to be. */
function staleVersion(exchange: Exchange, now: Now, guide: Guide): Reply | undefined {
  const condition = exchange.headers['if-match']
  const { etag } = guide.lesson.learned.headers ?? {}
  if (condition === undefined || etag?.guards !== true || now.thing?.value === undefined)
    return undefined
  if (namesVersion(condition, etagOf(etag.form, now.thing.value))) return undefined
  const own = guide.casesOf(now.reach.op.id)
  const like = own.find(({ status }) => status === 412) ?? guide.errorLike(412, '')
  return like && answerAs(exchange, now, like, own, undefined)
}

/** Writes the version of what is there now, and leaves out a body that the caller has already. */
function withVersion(exchange: Exchange, now: Now, reply: Reply, guide: Guide): Reply {
  const { etag: marks } = guide.lesson.learned.headers ?? {}
  if (reply.headers['etag'] === undefined || marks === undefined) return reply
  const { store, reach } = now
  const value = targetOf(store, reach)?.value ?? madeBy(reply, now) ?? reply.json
  const etag = etagOf(marks.form, value)
  const condition = exchange.headers['if-none-match']
  const isKnown = condition !== undefined && namesVersion(condition, etag)
  if (marks.skips && isKnown && exchange.method === 'GET' && reply.status === 200)
    return { status: 304, headers: { etag } }
  return { ...reply, headers: { ...reply.headers, etag } }
}

/** What a call made, as it is kept. */
function madeBy({ json }: Reply, { store, reach }: Now): unknown {
  const own = isRecord(json) ? idOf(json) : undefined
  return own === undefined ? undefined : store.get(`${reach.pathname}/${own}`)?.value
}

/** What a call speaks of is not there: said as the operation said it, or any other. */
function absent(exchange: Exchange, now: Now, guide: Guide, missing: string): Reply {
  const { op } = now.reach
  const own = guide.casesOf(op.id)
  const chosen =
    own.find((one) => one.status >= 400 && one.when.includes(missing)) ??
    guide.errorLike(404, missing)
  if (chosen === undefined) return refuse('not-found', { id: now.reach.spots.at(-1)?.own })
  return answerAs(exchange, now, chosen, own, guide.factsOf(op.id))
}

/** As an operation that ends alike does; its parameters are ours, counted from the end. */
function answerByAnalogy(
  exchange: Exchange,
  now: Now,
  guide: Guide,
  features: readonly string[],
): Reply | undefined {
  const { op } = now.reach
  const like = guide.analogOf(op)
  if (like === undefined) return undefined
  const cases = guide.casesOf(like.id)
  const chosen = choose(cases, features)
  if (chosen === undefined || chosen.status >= 400) return undefined
  const [ours, theirs] = [namesOf(op.path), namesOf(like.path)]
  const path: Record<string, string> = {}
  theirs.forEach((name, i) => {
    const own = ours[i + ours.length - theirs.length]
    if (own !== undefined) path[name] = now.reach.params[own] ?? ''
  })
  const declared = Object.keys(op.replies).filter((status) => /^2\d\d$/.test(status))
  const isDeclared = declared.length === 0 || declared.includes(String(chosen.status))
  const status = isDeclared ? chosen.status : Number(declared[0])
  const filling = { ...now.filling, path }
  return answerAs(
    exchange,
    { ...now, filling },
    { ...chosen, status },
    cases,
    guide.factsOf(like.id),
  )
}

function namesOf(path: string): string[] {
  return [...path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]!)
}

function answerAs(
  exchange: Exchange,
  now: Now,
  chosen: Case,
  cases: readonly Case[],
  facts: ReturnType<Guide['factsOf']>,
): Reply {
  const reply = replyOf(now, chosen, facts)
  // A no in the body of a success changes nothing.
  if (chosen.status < 300) settle(exchange, now, chosen, cases, reply, facts)
  if (chosen.wrapping === undefined || reply.json === undefined) return reply
  const rest = instantiate(chosen.wrapping.rest, now.filling) as Record<string, unknown>
  return { ...reply, json: wrapped(reply.json, { name: chosen.wrapping.name, rest }) }
}

function unknown(exchange: Exchange): Reply {
  return notImplemented(exchange, 'no recording shows what it changes')
}

/** What is asked, and what is known about what it is asked of. */
function situation(exchange: Exchange, guide: Guide, table: LearnedTable): Now {
  const store = rowStore(exchange.rows, exchange.twin.definition.name, table)
  const query = pairsOf(exchange.search)
  const { body } = exchange
  const sent = isRecord(body) ? { ...query, ...body } : query
  const { op, pathname, path } = findRest(
    guide.router,
    exchange.op!,
    {
      method: exchange.method,
      pathname: exchange.pathname.replaceAll(/\/{2,}/g, '/'),
      path: exchange.path,
    },
    sent,
    guide.lesson.learned.procedures ?? {},
  )
  const reach = byIds(store, reachOf(op, decodePath(pathname), path))
  const thing = targetOf(store, reach)
  const filling: Filling = {
    origin: exchange.origin,
    now: exchange.at,
    path: reach.params,
    query,
    body,
    thing: thing?.value,
    sibling: siblingOf(store, reach),
    random: () => exchange.world.random(),
  }
  return { reach, store, query, body, thing, filling, places: guide.places }
}

/** `target gone` and the like, when what a call speaks of is not there and that matters. */
function isMissing({ reach, store }: Now, cases: readonly Case[]): string | undefined {
  const presence = reach.spots.map((spot) => presenceOf(store, spot))
  const last = presence.length - 1
  const worst = presence.findIndex((one) => one !== 'there')
  if (worst === -1) return undefined
  const feature = `${worst === last ? 'target' : 'parent'} ${presence[worst]}`
  const succeeded = cases.some((one) => one.status < 400 && one.when.includes(feature))
  if (succeeded) return undefined
  const isUpsert = worst === last && reach.isItem && reach.op.method === 'PUT'
  return isUpsert ? undefined : feature
}

function replyOf(now: Now, chosen: Case, facts: ReturnType<Guide['factsOf']>): Reply {
  const headers: Reply['headers'] = {}
  for (const [name, template] of Object.entries(chosen.headers ?? {})) {
    const value = template === '«etag»' ? template : instantiate(template, now.filling)
    if (typeof value === 'string' && value !== '') headers[name] = value
  }
  if (chosen.json !== undefined) {
    const shaped = shape(now, chosen, facts)
    if (shaped.link !== undefined) headers['link'] = shaped.link
    Object.assign(headers, shaped.headers)
    return jsonReply(chosen.sent ?? chosen.status, shaped.json, headers)
  }
  if (chosen.text === undefined) return { status: chosen.status, headers }
  return {
    status: chosen.status,
    headers,
    text: String(instantiate(chosen.text, now.filling) ?? ''),
  }
}

/** Lets the world go on; an effect that this very case did not show is taken from a like one that did. */
function settle(
  exchange: Exchange,
  now: Now,
  chosen: Case,
  cases: readonly Case[],
  reply: Reply,
  facts: ReturnType<Guide['factsOf']>,
): void {
  const { reach, store, body, filling, places } = now
  let { effect } = chosen
  const isUnknown = effect === undefined || (effect.gone === false && effect.set === undefined)
  if (isUnknown && reach.op.method !== 'GET') {
    const told = cases.filter((one) => one.effect?.set !== undefined || one.effect?.gone === true)
    const known = told.filter(
      (one) =>
        one.status === chosen.status && (effect?.gone !== false || one.effect?.gone !== true),
    )
    const like = choose(known, featuresOf(reach, store, now.query, body, exchange))?.effect
    if (like !== undefined) effect = { ...like, ...effect }
  }
  if (facts?.changes !== undefined) effect = { ...effect, others: facts.changes }
  const shown = reply.json
  if (reach.op.method === 'GET' && !isRecord(shown)) return
  if (exchange.by === 'scenario' && reach.op.method === 'GET') return
  apply(store, { reach, body, status: reply.status, json: shown, effect, filling, places })
}
