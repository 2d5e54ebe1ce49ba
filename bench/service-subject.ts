import { Agent, createServer, request as ask, type IncomingMessage } from 'node:http'

/** The service that `bench/service.ts` plays trials on: plain node:http, many trials in one process. */
interface Tenant {
  url: URL
  token: string
}

const agent = new Agent({ keepAlive: true, maxFreeSockets: 256 })
const tenants = new Map<string, Tenant>()
let opened = 0

async function read(message: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of message.setEncoding('utf8')) text += chunk as string
  return text
}

function call({ url, token }: Tenant, method: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = {
      agent,
      method,
      host: url.hostname,
      port: url.port,
      path: url.pathname + path,
      headers: { authorization: `SSWS ${token}` },
    }
    ask(options, (reply) => resolve(read(reply)))
      .on('error', reject)
      .end()
  })
}

async function offboard(tenant: Tenant, id: string): Promise<void> {
  const user = `/api/v1/users/${id}`
  for (let n = 0; n < 8; n++) JSON.parse(await call(tenant, 'GET', user))
  await call(tenant, 'DELETE', `${user}/sessions`)
  await call(tenant, 'POST', `${user}/lifecycle/deactivate`)
}

const server = createServer(async (request, response) => {
  const { method, url = '/' } = request
  const text = await read(request)
  const [, id = '', path = ''] = /^\/t\/([^/]+)(.*)$/.exec(url) ?? []
  let body = {}
  if (method === 'POST' && url === '/tenants') {
    const { env } = JSON.parse(text) as { env: Record<string, string> }
    const made = { url: new URL(env['OKTA_CLIENT_ORGURL']!), token: env['OKTA_CLIENT_TOKEN']! }
    tenants.set(String(++opened), made)
    body = { id: opened }
  } else if (method === 'DELETE') tenants.delete(id)
  else if (path === '/hr/leavers')
    await offboard(tenants.get(id)!, (JSON.parse(text) as { id: string }).id)
  response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
})
server.listen(Number(process.env['PORT']), '127.0.0.1')
