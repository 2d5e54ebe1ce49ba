import { empty, json, type Reply } from '../call.ts'
import type { Exchange } from '../exchange.ts'
import { membersOf } from '../generic/members.ts'
import { lastingMaker, sampleOf } from '../generic/maker.ts'
import { successOf } from '../generic/shapes.ts'
import { isRecord, typesOf } from '../contract/schema.ts'
import { apply } from './apply.ts'
import { statusMeant } from './outcome.ts'
import { isReading, unwrapped, wrapped, type Wrapping } from './procedures.ts'
import type { Guide } from './choose.ts'
import { listPlace } from './lists.ts'
import { overThing } from './overlay.ts'
import { withoutNextPage } from './no-next-page.ts'
import type { Now } from './shape-reply.ts'

/** Answers an operation that no recording shows, from the contract; undefined when it can't tell what the operation changes. */
export function answerUnseen(exchange: Exchange, now: Now, guide: Guide): Reply | undefined {
  const { reach, store, thing, body, filling, places } = now
  const { op } = reach
  // A procedure that reads is a POST by method and a GET by meaning.
  const isRead = op.facts?.['reads'] === true || isReading(op.path)
  const method = isRead ? 'GET' : op.method
  const success = successOf(op, method === 'DELETE' ? [204, 200] : [])
  if (method === 'POST' && !places.isList(reach.pathname)) return undefined
  const known = thing?.value
  let shown: unknown
  let wrapping: Wrapping | undefined
  if (success.schema !== undefined) {
    const maker = lastingMaker(
      exchange.world,
      exchange.twin,
      `${exchange.method} ${exchange.pathname}`,
    )
    const { schemas } = exchange.twin.contract
    const made = withoutNextPage(sampleOf(maker, success.schema, op.id, 3), success.schema, schemas)
    const whole = usual(made, new Set(guide.lesson.learned.vocabulary))
    const isProcedure = guide.lesson.learned.procedures !== undefined && reach.op !== exchange.op
    const parts = isProcedure ? unwrapped(saidYes(whole)) : { inner: whole }
    const sample = parts.inner
    wrapping = parts.wrapping
    if (isProcedure && wrapping === undefined) {
      // A thing without an id is none that anybody could speak of later.
      if (method === 'POST') return undefined
      const [arg] = Object.keys(reach.params)
      if (known !== undefined && arg !== undefined && reach.isItem)
        wrapping = { name: arg.replace(/_?id$/i, ''), rest: { ok: true } }
    }
    const place = listPlace(sample)
    const isObject = typesOf(success.schema, exchange.twin.contract.schemas).has('object')
    if (method === 'GET' && place === '' && !reach.isItem) {
      const here = store.at(reach.pathname).filter((one) => !one.gone && one.value !== undefined)
      shown = here.map((one) => one.value)
    } else if (method === 'GET') shown = known ?? sample
    else if (isObject) {
      const writable =
        wrapping === undefined
          ? membersOf(success.schema, exchange.twin.contract.schemas)
          : new Set(Object.keys(sample as object))
      const sent = isRecord(body)
        ? Object.fromEntries(Object.entries(body).filter(([name]) => writable.has(name)))
        : undefined
      shown = overThing(overThing(sample, known, new Set()), sent, new Set())
    } else shown = sample
  }
  const reply = shown === undefined ? empty(success.status) : json(success.status, shown)
  apply(store, {
    reach,
    body,
    status: reply.status,
    json: shown,
    effect: undefined,
    filling,
    places,
  })
  return wrapping === undefined ? reply : { ...reply, json: wrapped(shown, wrapping) }
}

/** A made-up success says that it is one. */
function saidYes(sample: unknown): unknown {
  if (!isRecord(sample) || statusMeant(200, { ...sample, ok: sample['ok'] ?? true }) === 200)
    return sample
  const { error: _error, ...rest } = sample
  return { ...rest, ok: true }
}

/** A sample without members that the service was never seen to send. */
function usual(value: unknown, vocabulary: ReadonlySet<string>): unknown {
  if (vocabulary.size < 50) return value
  if (Array.isArray(value)) return value.map((one) => usual(one, vocabulary))
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => vocabulary.has(key))
      .map(([key, one]) => [key, usual(one, vocabulary)]),
  )
}
