import { isRecord } from '../../engine/contract/schema.ts'
import { parseJson, type Recorded } from '../../engine/learn/recorded.ts'
import { bodyCharsMax, cutReply } from './cut-body.ts'

/** What of a recording could not be kept whole. */
export interface ReadNotes {
  /** Entries that are no HTTP exchange, or broken. */
  unread: number
  /** Entries left out for their size. */
  tooLarge: number
  /** Exchanges of which a body was cut or dropped. */
  cut: number
}

/** Nothing read yet. */
export function noNotes(): ReadNotes {
  return { unread: 0, tooLarge: 0, cut: 0 }
}

/**
 * Reads one HAR entry, whatever a stranger put there; undefined when it tells of no whole HTTP exchange, or of one that
 * is too large. A request whose body is too long counts as recorded without it; a long reply is cut.
 */
export function readEntry(
  text: string,
  cassette: string,
  n: number,
  notes: ReadNotes = noNotes(),
): Recorded | undefined {
  const entry = entryOf(text)
  if (entry === undefined) {
    notes.unread++
    return undefined
  }
  const { request, response, url, status } = entry
  const method = typeof request['method'] === 'string' ? request['method'].toUpperCase() : 'GET'
  const headers = requestHeaders(request['headers'])
  const sent = bodyOf(request['postData'], headers)
  const isLong = sent !== undefined && sent.length > bodyCharsMax
  const body = isLong ? undefined : sent
  const content = contentOf(response['content'])
  const reply = cutReply(content.text)
  if (reply === undefined) {
    notes.tooLarge++
    return undefined
  }
  if (isLong || reply.cutTo !== undefined) notes.cut++
  const took = Number(entry.time)
  return {
    cassette,
    n,
    method,
    origin: url.origin,
    pathname: url.pathname,
    search: url.search.slice(1),
    headers,
    body,
    isBodyLost: isLong || request['_bodyRecorded'] === false || isLost(method, headers, body),
    at: timeOf(entry.startedDateTime),
    tookMs: Number.isFinite(took) && took > 0 ? took : undefined,
    status,
    replyHeaders: replyHeaders(response['headers'], content.type),
    ...reply,
  }
}

/** What an entry must have to be an exchange. */
function entryOf(text: string) {
  const entry = parseJson(text)
  if (!isRecord(entry) || !isRecord(entry['request']) || !isRecord(entry['response'])) return
  const { request, response } = entry
  const url = urlOf(request['url'])
  const status = Number(response['status'])
  if (url === undefined || !Number.isInteger(status) || status < 200 || status > 599) return
  // Cut off, or without any answer: what there is proves nothing.
  if (isTold(entry['_error']) || isTold(response['_error'])) return
  return {
    request,
    response,
    url,
    status,
    time: entry['time'],
    startedDateTime: entry['startedDateTime'],
  }
}

function isTold(error: unknown): boolean {
  return typeof error === 'string' && error !== ''
}

function urlOf(value: unknown): URL | undefined {
  if (typeof value !== 'string' || !/^https?:/i.test(value)) return undefined
  return URL.canParse(value) ? new URL(value) : undefined
}

function pairsIn(value: unknown): [string, string][] {
  if (!Array.isArray(value)) return []
  const out: [string, string][] = []
  for (const one of value as unknown[]) {
    if (!isRecord(one) || typeof one['name'] !== 'string') continue
    out.push([one['name'].toLowerCase(), String(one['value'] ?? '')])
  }
  return out
}

function requestHeaders(value: unknown): Record<string, string> {
  return Object.fromEntries(pairsIn(value).filter(([name]) => !name.startsWith(':')))
}

function replyHeaders(value: unknown, type: string | undefined): Record<string, string[]> {
  const out = new Map<string, string[]>()
  for (const [name, text] of pairsIn(value)) {
    if (name.startsWith(':')) continue
    out.set(name, [...(out.get(name) ?? []), text])
  }
  if (!out.has('content-type') && type !== undefined && type !== '') out.set('content-type', [type])
  return Object.fromEntries(out)
}

function bodyOf(postData: unknown, headers: Record<string, string>): string | undefined {
  if (!isRecord(postData)) return undefined
  const { text, mimeType, params } = postData
  if (headers['content-type'] === undefined && typeof mimeType === 'string' && mimeType !== '')
    headers['content-type'] = mimeType
  if (typeof text === 'string' && text !== '')
    // HAR has no word for packed request bodies; ours is `_encoding`, others write `encoding`.
    return (postData['encoding'] ?? postData['_encoding']) === 'base64'
      ? Buffer.from(text, 'base64').toString('utf8')
      : text
  const pairs = pairsWithCase(params)
  return pairs.length > 0 ? new URLSearchParams(pairs).toString() : undefined
}

function pairsWithCase(value: unknown): [string, string][] {
  if (!Array.isArray(value)) return []
  return (value as unknown[]).flatMap((one): [string, string][] =>
    isRecord(one) && typeof one['name'] === 'string'
      ? [[one['name'], String(one['value'] ?? '')]]
      : [],
  )
}

function isLost(method: string, headers: Record<string, string>, body: string | undefined) {
  const length = Number(headers['content-length'] ?? 0)
  return body === undefined && length > 0 && method !== 'GET' && method !== 'HEAD'
}

function contentOf(content: unknown): { text: string | undefined; type: string | undefined } {
  if (!isRecord(content)) return { text: undefined, type: undefined }
  const { text, encoding, mimeType } = content
  const type = typeof mimeType === 'string' ? mimeType : undefined
  if (typeof text !== 'string' || text === '') return { text: undefined, type }
  if (encoding !== 'base64') return { text, type }
  return { text: Buffer.from(text, 'base64').toString('utf8'), type }
}

/** A moment; the epoch stands for "not recorded". */
function timeOf(value: unknown): number | undefined {
  const at = typeof value === 'string' ? Date.parse(value) : NaN
  return Number.isNaN(at) || at < 86_400_000 ? undefined : at
}
