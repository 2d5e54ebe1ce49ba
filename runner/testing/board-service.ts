import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

/**
 * A tiny service on the small twin, with some bad habits to try the runner on: what it does depends
 * on the path. With TENANTS set it serves many trials at once, each opened by `POST /tenants`.
 */
type Env = Readonly<Record<string, string | undefined>>

interface Tenant {
  env: Env
  url: string
  seen: number
}

const tenants = new Map<string, Tenant>()
const single: Tenant = { env: process.env, url: process.env['BACKLOT_SUBJECT_URL'] ?? '', seen: 0 }
let opened = 0

type Answer = { status: number; body?: unknown }
type Handle = (tenant: Tenant, body: Record<string, string>, request: IncomingMessage) => unknown

const routes: Record<string, Handle> = {
  '/pin': async (tenant, { id, title }) => {
    const { status } = await callBoard(tenant, 'PUT', `/notes/${id}`, { title, pinned: true })
    return { status, body: { seen: ++tenant.seen } }
  },
  /** Answers at once and pins then, as receivers of events do. */
  '/pin-later': (tenant, { id, title }) => {
    void callBoard(tenant, 'PUT', `/notes/${id}`, { title, pinned: true })
    return { status: 202 }
  },
  '/hooks/board': async (tenant, body) => {
    const { payload, type } = body as unknown as { type: string; payload: { title: string } }
    if (payload.title.startsWith('Re: ')) return { status: 204 }
    await callBoard(tenant, 'POST', '/notes', { title: `Re: ${payload.title}` })
    return { status: 200, body: { type } }
  },
  '/env': ({ env, url }, _body, request) => ({
    status: 200,
    body: { env, url, host: request.headers.host, tenant: request.headers['x-tenant'] },
  }),
  '/text': () => ({ status: 418 }),
  '/crash': () => {
    console.error('this is what went wrong')
    process.exit(7)
  },
  '/hang': () => new Promise(() => {}),
  '/spin': () => {
    for (;;);
  },
  '/flood': () => ({ status: 200, body: 'x'.repeat(5_000_000) }),
  '/log': () => {
    for (let i = 0; i < 60; i++) console.log('x'.repeat(100_000))
    return new Promise(() => {})
  },
  '/late': (tenant) => {
    setTimeout(() => void callBoard(tenant, 'POST', '/notes', { title: 'Too late' }), 300)
    return { status: 200 }
  },
}

async function callBoard(
  { env }: Tenant,
  method: string,
  path: string,
  body: unknown,
): Promise<Response> {
  return fetch(`${env['BACKLOT_BOARD_URL']}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${env['BACKLOT_BOARD_TOKEN']}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  })
}

async function answer(request: IncomingMessage): Promise<Answer> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  const body = (text === '' ? {} : JSON.parse(text)) as Record<string, string>
  const { method, url = '/' } = request
  if (url === '/healthz') return { status: 204 }
  if (process.env['TENANTS'] === undefined) return routed(single, url, body, request)
  if (method === 'POST' && url === '/tenants') {
    const id = `t${++opened}`
    const { env, url: own } = body as unknown as { env: Env; url: string }
    tenants.set(id, { env, url: own, seen: 0 })
    return { status: 201, body: { id } }
  }
  const [, id = '', rest = ''] = /^\/t\/([^/]+)(.*)$/.exec(url) ?? []
  const tenant = tenants.get(id)
  if (tenant === undefined) return { status: 404, body: { error: `no tenant in ${url}` } }
  if (method === 'DELETE' && rest === '') {
    tenants.delete(id)
    return { status: 204 }
  }
  return routed(tenant, rest, body, request)
}

async function routed(
  tenant: Tenant,
  path: string,
  body: Record<string, string>,
  request: IncomingMessage,
): Promise<Answer> {
  const handle = routes[path]
  if (handle === undefined) return { status: 404, body: { error: `nothing at ${path}` } }
  return (await handle(tenant, body, request)) as Answer
}

const server = createServer(async (request, response: ServerResponse) => {
  const { status, body } = await answer(request)
  if (status === 418) return void response.writeHead(418).end('I am plain text')
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(body === undefined ? undefined : JSON.stringify(body))
})
server.listen(Number(process.env['PORT']), '127.0.0.1', () => console.log('now serving'))
if (process.env['STUBBORN'] !== undefined) process.on('SIGTERM', () => {})
else {
  process.on('SIGTERM', () => {
    console.error('ended in good order')
    process.exit(0)
  })
}
