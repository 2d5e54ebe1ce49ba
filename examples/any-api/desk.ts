import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'

type Json = ReturnType<typeof JSON.parse>

type Kind = 'members' | 'books' | 'loans'

interface Asked {
  ids: string[]
  query: URLSearchParams
  body: Json
}

/** An answer other than the usual one. */
class Refusal extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

const DAY_MS = 86_400_000
const RENEWALS_MAX = 1

/** A library's loan desk: the service that nobody wrote a twin for. All in memory; `seed` makes the ids. */
class Desk {
  readonly #seed: string
  readonly #things: Record<Kind, Map<string, Json>> = {
    members: new Map(),
    books: new Map(),
    loans: new Map(),
  }
  #made = 0
  readonly #routes: [string, RegExp, number, (asked: Asked) => Json][] = [
    ['GET', /^\/members$/, 200, ({ query }) => this.#list('members', query)],
    ['POST', /^\/members$/, 201, ({ body }) => this.#join(body)],
    ['GET', /^\/members\/([^/]+)$/, 200, ({ ids }) => this.#find('members', ids[0]!)],
    ['PATCH', /^\/members\/([^/]+)$/, 200, ({ ids, body }) => this.#change(ids[0]!, body)],
    ['DELETE', /^\/members\/([^/]+)$/, 204, ({ ids }) => this.#leave(ids[0]!)],
    ['GET', /^\/books$/, 200, ({ query }) => this.#list('books', query)],
    ['POST', /^\/books$/, 201, ({ body }) => this.#acquire(body)],
    ['GET', /^\/books\/([^/]+)$/, 200, ({ ids }) => this.#find('books', ids[0]!)],
    ['GET', /^\/loans$/, 200, ({ query }) => this.#list('loans', query)],
    ['POST', /^\/loans$/, 201, ({ body }) => this.#lend(body)],
    ['GET', /^\/loans\/([^/]+)$/, 200, ({ ids }) => this.#find('loans', ids[0]!)],
    ['POST', /^\/loans\/([^/]+)\/return$/, 200, ({ ids }) => this.#takeBack(ids[0]!)],
    ['POST', /^\/loans\/([^/]+)\/renew$/, 200, ({ ids }) => this.#renew(ids[0]!)],
  ]

  constructor(seed: string) {
    this.#seed = seed
  }

  answer(method: string, url: URL, body: Json): { status: number; body: Json } {
    for (const [on, path, status, act] of this.#routes) {
      const found = path.exec(url.pathname)
      if (on !== method || found === null) continue
      return { status, body: act({ ids: found.slice(1), query: url.searchParams, body }) }
    }
    throw new Refusal(404, 'no_route', 'There is nothing here.')
  }

  #find(kind: Kind, id: string): Json {
    const found = this.#things[kind].get(id)
    if (found !== undefined) return found
    throw new Refusal(404, 'not_found', `There is no such ${kind.slice(0, -1)}.`)
  }

  #add(kind: Kind, thing: Json): Json {
    const hash = createHash('sha1')
      .update(`${this.#seed} ${++this.#made}`)
      .digest('hex')
    const id = hash.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/, '$1-$2-4$3-8$4-$5')
    const whole = { id, ...thing, createdAt: new Date().toISOString() }
    this.#things[kind].set(id, whole)
    return whole
  }

  #list(kind: Kind, query: URLSearchParams): Json {
    const page = Number(query.get('page') ?? 1)
    const perPage = Math.min(50, Number(query.get('perPage') ?? 10))
    if (!(page >= 1) || !(perPage >= 1)) throw new Refusal(400, 'bad_page', 'Pages begin with 1.')
    const fits = (one: Json): boolean =>
      ['state', 'memberId', 'bookId'].every((name) => (query.get(name) ?? one[name]) === one[name])
    const all = [...this.#things[kind].values()].filter(fits)
    const items = all.slice((page - 1) * perPage, page * perPage)
    return { items, page, perPage, total: all.length }
  }

  #join({ name, email }: Json): Json {
    need({ name, email })
    const isTaken = [...this.#things.members.values()].some((one) => one.email === email)
    if (isTaken) throw new Refusal(409, 'email_taken', 'Somebody has this address already.')
    return this.#add('members', { name, email, state: 'active' })
  }

  #change(id: string, { name, email, state }: Json): Json {
    const member = this.#find('members', id)
    return Object.assign(member, JSON.parse(JSON.stringify({ name, email, state })))
  }

  #leave(id: string): undefined {
    this.#find('members', id)
    const hasBooks = [...this.#things.loans.values()].some(
      (one) => one.memberId === id && one.state === 'open',
    )
    if (hasBooks) throw new Refusal(409, 'has_loans', 'This member has books to return.')
    this.#things.members.delete(id)
  }

  #acquire({ title, isbn }: Json): Json {
    need({ title })
    return this.#add('books', { title, isbn: isbn ?? null, state: 'available' })
  }

  #lend({ memberId, bookId }: Json): Json {
    need({ memberId, bookId })
    this.#find('members', memberId)
    const book = this.#find('books', bookId)
    if (book.state === 'lent') throw new Refusal(409, 'book_lent', 'Somebody else has this book.')
    book.state = 'lent'
    const dueAt = new Date(Date.now() + 28 * DAY_MS).toISOString()
    return this.#add('loans', { memberId, bookId, state: 'open', renewals: 0, dueAt })
  }

  #takeBack(id: string): Json {
    const loan = this.#needOpen(id)
    this.#find('books', loan.bookId).state = 'available'
    return Object.assign(loan, { state: 'returned' })
  }

  #renew(id: string): Json {
    const loan = this.#needOpen(id)
    if (loan.renewals >= RENEWALS_MAX) {
      throw new Refusal(409, 'renewed_enough', 'This loan was renewed already.')
    }
    const dueAt = new Date(Date.parse(loan.dueAt) + 28 * DAY_MS).toISOString()
    return Object.assign(loan, { renewals: loan.renewals + 1, dueAt })
  }

  #needOpen(id: string): Json {
    const loan = this.#find('loans', id)
    if (loan.state === 'open') return loan
    throw new Refusal(409, 'loan_closed', 'This book was returned already.')
  }
}

function need(fields: Record<string, unknown>): void {
  const missing = Object.keys(fields).find((name) => typeof fields[name] !== 'string')
  if (missing === undefined) return
  throw new Refusal(422, 'missing_field', `A text is needed as ${missing}.`)
}

async function readJson(request: IncomingMessage): Promise<Json> {
  const text = (await request.toArray()).join('')
  return text === '' ? {} : JSON.parse(text)
}

/** Where a desk stands if nobody else is there: what is learned from it then names the same place each time. */
const usualPort = 4180

/** Opens a desk on loopback, on another port when its own is taken. */
export async function openDesk(seed: string): Promise<{ url: string; server: Server }> {
  const desk = new Desk(seed)
  const server = createServer(async (request, response) => {
    const { status, body } = await reply(desk, request)
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(body === undefined ? undefined : JSON.stringify(body))
  })
  await listen(server, usualPort).catch(() => listen(server, 0))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return { url: `http://127.0.0.1:${port}`, server }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((listening, failed) => {
    server.once('error', failed)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', failed)
      listening()
    })
  })
}

async function reply(
  desk: Desk,
  request: IncomingMessage,
): Promise<{ status: number; body: Json }> {
  try {
    if (!/^Bearer .+/.test(request.headers.authorization ?? '')) {
      throw new Refusal(401, 'no_key', 'A key is needed.')
    }
    const url = new URL(request.url ?? '/', 'http://desk')
    return desk.answer(request.method ?? 'GET', url, await readJson(request))
  } catch (error) {
    if (error instanceof Refusal) {
      return { status: error.status, body: { error: error.code, message: error.message } }
    }
    return { status: 400, body: { error: 'bad_json', message: 'This is not JSON.' } }
  }
}
