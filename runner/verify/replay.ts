import { isRecord } from '../../engine/contract/schema.ts'
import type { Call, Reply } from '../../engine/call.ts'
import { isIdText } from '../../engine/learn/looks.ts'
import { parseJson, sentBody, type Recorded } from '../../engine/learn/recorded.ts'
import { shrunk } from './cut-body.ts'
import { compareHeaders, compareShapes, compareValues, type Difference } from './compare.ts'
import type { Answer, Session, Target } from './target.ts'
import { Unifier } from './unifier.ts'

/** One recorded exchange held against ours. Scores from 0 to 1; a wrong status makes the rest 0. */
export interface Compared {
  cassette: string
  n: number
  /** The operation's id, or method and path of a call that belongs to none. */
  op: string
  call: string
  status: number
  headers: number
  shape: number
  values: number
  recordedStatus: number
  ourStatus: number
  /** Its own reply gave to the seed. */
  isSeeding: boolean
  differences: Difference[]
}

/** What came of a recording. */
export interface Replayed {
  compared: Compared[]
  /** Requests whose body was not recorded: nobody can play them. */
  unplayable: number
}

/** Plays a recording's requests in order and compares every reply; `unifier` holds what is known of ids already. */
export async function replay(
  target: Target,
  entries: readonly Recorded[],
  unifier: Unifier = new Unifier(),
): Promise<Replayed> {
  const session = target.open(entries)
  for (const [recorded, ours] of session.pairs) unifier.pair(recorded, ours)
  const out: Replayed = { compared: [], unplayable: 0 }
  for (const recorded of entries) {
    if (recorded.isBodyLost) {
      out.unplayable++
      const pairs = session.follow?.(withOurPath(recorded, unifier)) ?? []
      for (const [theirs, ours] of pairs) unifier.pair(theirs, ours)
      continue
    }
    const call = toCall(recorded, unifier)
    const answer = await session.answer(call, recorded)
    out.compared.push(compare(recorded, call, answer, unifier, session))
  }
  return out
}

/** A recorded exchange in our ids, as far as they are known. */
function withOurPath(recorded: Recorded, unifier: Unifier): Recorded {
  const pathname = recorded.pathname
    .split('/')
    .map((one) => translateSegment(one, unifier))
    .join('/')
  return { ...recorded, pathname, json: unifier.translateValue(recorded.json) }
}

/** The recorded request as it must read in our world. */
function toCall(recorded: Recorded, unifier: Unifier): Call {
  const { method, pathname, search, headers, origin } = recorded
  const query = search === '' ? '' : `?${translateQuery(search, unifier)}`
  const call: Call = {
    method,
    path:
      pathname
        .split('/')
        .map((one) => translateSegment(one, unifier))
        .join('/') + query,
    headers: { ...headers },
    origin,
  }
  for (const name of ['if-match', 'if-none-match'])
    if (headers[name] !== undefined) call.headers![name] = unifier.translate(headers[name])
  delete call.headers!['content-length']
  delete call.headers!['accept-encoding']
  if (recorded.body !== undefined) call.body = translateBody(recorded, unifier)
  return call
}

function translateSegment(segment: string, unifier: Unifier): string {
  if (!segment.includes('%')) {
    const plain = unifier.translate(segment)
    return /[^\w.~!$&'()*+,;=:@-]/.test(plain) ? encodeURIComponent(plain) : plain
  }
  const text = decoded(segment)
  const ours = unifier.translate(text)
  return ours === text ? segment : encodeURIComponent(ours)
}

function translateQuery(search: string, unifier: Unifier): string {
  return search
    .split('&')
    .map((pair) => {
      const at = pair.indexOf('=')
      if (at === -1) return pair
      const text = decoded(pair.slice(at + 1).replaceAll('+', ' '))
      const ours = unifier.translate(text)
      return ours === text ? pair : `${pair.slice(0, at)}=${encodeURIComponent(ours)}`
    })
    .join('&')
}

function translateBody(recorded: Recorded, unifier: Unifier): string {
  const text = recorded.body!
  const value = sentBody(recorded)
  if (value === undefined) return unifier.translate(text)
  if (parseJson(text) === undefined) return translateQuery(text, unifier)
  const ours = unifier.translateValue(value)
  return JSON.stringify(ours) === JSON.stringify(value) ? text : JSON.stringify(ours)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function compare(
  recorded: Recorded,
  call: Call,
  { reply, op }: Answer,
  unifier: Unifier,
  session: Session,
): Compared {
  const base = {
    cassette: recorded.cassette,
    n: recorded.n,
    op: op ?? `${recorded.method} ${placeOf(recorded.pathname)}`,
    call: `${call.method} ${call.path}`,
    recordedStatus: recorded.status,
    ourStatus: reply.status,
    isSeeding: session.seeding.has(recorded.n),
  }
  const { cutTo } = recorded
  const json = cutTo === undefined ? jsonOf(reply) : shrunk(jsonOf(reply), cutTo)
  if (reply.status !== recorded.status) {
    const differences: Difference[] = [
      {
        level: 'status',
        at: '',
        recorded: { status: recorded.status, body: recorded.json ?? recorded.text },
        ours: { status: reply.status, body: json ?? reply.text },
      },
    ]
    return { ...base, status: 0, headers: 0, shape: 0, values: 0, differences }
  }
  const [theirs, mine] = [recorded.replyHeaders['etag']?.[0], reply.headers['etag']]
  if (theirs !== undefined && typeof mine === 'string') unifier.pair(theirs, mine)
  const headers = compareHeaders(
    recorded.replyHeaders,
    withType(reply),
    recorded.text !== undefined,
  )
  const { shape, values } = compareBodies(recorded, json, reply, unifier)
  return {
    ...base,
    status: 1,
    headers: headers.score,
    shape: shape.score,
    values: values.score,
    differences: [...headers.differences, ...shape.differences, ...values.differences],
  }
}

/** A path that belongs to no operation, ids left out, so that like ones count together. */
function placeOf(pathname: string): string {
  return pathname
    .split('/')
    .map((one) => (isIdText(one) || /^\d+$/.test(one) || one.length > 60 ? '{}' : one))
    .join('/')
}

function compareBodies(recorded: Recorded, json: unknown, reply: Reply, unifier: Unifier) {
  if (recorded.json !== undefined || json !== undefined) {
    unifier.learn(recorded.json, json)
    return {
      shape: compareShapes(recorded.json, json),
      values: compareValues(recorded.json, json, unifier),
    }
  }
  const text = reply.text ?? (reply.bytes && Buffer.from(reply.bytes).toString('utf8'))
  const [theirs, mine] = [recorded.text ?? '', text?.slice(0, recorded.cutTo) ?? '']
  const isAlike = (theirs === '') === (mine === '')
  const isSame = theirs === mine || unifier.same(theirs, mine, '')
  return {
    shape: {
      score: isAlike ? 1 : 0,
      differences: isAlike ? [] : [differ('shape', theirs, mine)],
    },
    values: {
      score: isSame ? 1 : 0,
      differences: isSame ? [] : [differ('values', theirs, mine)],
    },
  }
}

function differ(level: Difference['level'], recorded: string, ours: string): Difference {
  return { level, at: '', recorded: recorded.slice(0, 400), ours: ours.slice(0, 400) }
}

function jsonOf(reply: Reply): unknown {
  if (reply.json !== undefined) return JSON.parse(JSON.stringify(reply.json)) as unknown
  const value = parseJson(reply.text)
  return isRecord(value) || Array.isArray(value) ? value : undefined
}

function withType(reply: Reply): Reply['headers'] {
  if (reply.headers['content-type'] !== undefined || reply.json === undefined) return reply.headers
  return { ...reply.headers, 'content-type': 'application/json' }
}
