/** One exchange of real traffic, as a recording holds it. */
export interface Recorded {
  /** The recording that it stands in, and its number there. */
  cassette: string
  n: number
  method: string
  /** `https://acme.okta.com`. */
  origin: string
  /** As sent, not decoded. */
  pathname: string
  /** Without the question mark, as sent. */
  search: string
  /** Of the request; names in lower case. */
  headers: Readonly<Record<string, string>>
  body: string | undefined
  /** The request had a body that the recording lacks. */
  isBodyLost: boolean
  /** In ms since 1970; undefined when the recording does not tell. */
  at: number | undefined
  /** How long the answer took, where that was recorded. */
  tookMs: number | undefined
  status: number
  /** Names in lower case. */
  replyHeaders: Readonly<Record<string, string[]>>
  /** The reply's body as text; undefined when there was none. */
  text: string | undefined
  /** The body when it is JSON. */
  json: unknown
  /** The reply was too long: its text was cut to so many characters or, of JSON, its lists to so many members. */
  cutTo?: number
  /** Of a procedure's reply: what the thing that it shows was wrapped in. */
  wrapping?: { name: string; rest: Record<string, unknown> }
}

/** The recorded request's body as a plain value: JSON, else a form, else undefined. */
export function sentBody({ body, headers }: Recorded): unknown {
  if (body === undefined || body === '') return undefined
  const type = headers['content-type'] ?? ''
  if (type.includes('x-www-form-urlencoded')) return pairsOf(body)
  const json = parseJson(body)
  if (json !== undefined || type.includes('json')) return json
  return /^[\w.%[\]-]+=/.test(body) && !body.includes('\n') ? pairsOf(body) : undefined
}

/** Query or form text as an object; a name that comes twice holds a list. */
export function pairsOf(text: string): Record<string, unknown> {
  const out = new Map<string, unknown>()
  for (const [name, value] of new URLSearchParams(text)) put(out, name, value)
  return Object.fromEntries(out)
}

function put(into: Map<string, unknown>, name: string, value: string): void {
  const known = into.get(name)
  if (known === undefined) into.set(name, value)
  else into.set(name, Array.isArray(known) ? [...known, value] : [known, value])
}

/** The value of a JSON text; undefined when it is none. */
export function parseJson(text: string | undefined): unknown {
  if (text === undefined || text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
