import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import { createTenant, type Tenant } from './tenant.ts'

/**
 * Keeps Jira projects and Slack channels in step, for many customers in one process: each has its own
 * settings, secrets and memory, under an id of its own.
 */
const tenants = new Map<string, Tenant>()

interface Answer {
  status: number
  body?: unknown
}

async function answer(request: IncomingMessage): Promise<Answer> {
  const { method, url = '/', headers } = request
  if (method === 'GET' && url === '/healthz') return { status: 204 }
  const text = await read(request)
  if (method === 'POST' && url === '/tenants') {
    const id = randomUUID()
    tenants.set(id, createTenant((JSON.parse(text) as { env: Record<string, string> }).env))
    return { status: 201, body: { id } }
  }
  const [, id = '', rest = ''] = /^\/t(?:enants)?\/([^/]+)(\/.*)?$/.exec(url) ?? []
  const tenant = tenants.get(id)
  if (tenant === undefined) return { status: 404, body: { error: 'no such tenant' } }
  if (method === 'DELETE') {
    tenants.delete(id)
    return { status: 204 }
  }
  const route = tenant.routes[`${method} ${rest}`]
  if (route === undefined) return { status: 404, body: { error: `nothing at ${rest}` } }
  return route({ text, headers })
}

async function read(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk as string
  return text
}

const server = createServer(async (request, response) => {
  const { status, body } = await answer(request).catch((error: unknown) => {
    // Whoever told us tells us again.
    console.error(error)
    return { status: 500, body: { error: String(error) } }
  })
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(body === undefined ? undefined : JSON.stringify(body))
})
server.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1')
process.on('SIGTERM', () => {
  server.close(() => process.exit(0))
  server.closeIdleConnections()
})
