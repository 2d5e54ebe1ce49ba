import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { get, request, type IncomingMessage } from 'node:http'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer as createNetServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { connect as connectSecurely } from 'node:tls'
import { afterAll, describe, expect, it } from 'vitest'
import { Authority, newAuthorityPem } from './authority/authority.ts'
import { Bench } from './testing/upstream.ts'

const bench = new Bench()
afterAll(() => bench.close())

/** The authority of the service, which is not ours. */
const theirs = new Authority(newAuthorityPem(Date.now()))
const trust = join(bench.folder, 'theirs.pem')
writeFileSync(trust, theirs.certificatePem)

const serve = (): Promise<string> =>
  bench.serveSecurely(theirs, async (incoming, response) => {
    const said = await textOf(incoming)
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ url: incoming.url, host: incoming.headers.host, said }))
  })

/** Opens a tunnel through a proxy. */
async function tunnel(proxy: string, to: string): Promise<Socket> {
  const outgoing = request(proxy, { method: 'CONNECT', path: to })
  outgoing.end()
  const [reply, socket] = (await once(outgoing, 'connect')) as [IncomingMessage, Socket]
  expect(reply.statusCode).toBe(200)
  return socket
}

function urlParts(url: string): { hostname: string; port: string } {
  const { hostname, port } = new URL(url)
  return { hostname, port }
}

describe('the forward proxy', () => {
  it('reads what a client says inside of TLS, and passes it on', async () => {
    const service = await serve()
    const recording = await bench.record({ trust: [trust] })
    const { host } = new URL(service)
    const socket = connectSecurely({
      socket: await tunnel(recording.url, host),
      servername: 'localhost',
      ca: readFileSync(recording.certificateFile!),
      ALPNProtocols: ['h2', 'http/1.1'],
    })
    await once(socket, 'secureConnect')
    expect(socket.alpnProtocol).toBe('http/1.1')
    // Two exchanges over one connection.
    for (const path of ['/one?token=s3cr3t-value', '/two']) {
      socket.write(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\n\r\n`)
      let heard = ''
      while (!heard.includes('}')) heard += String((await once(socket, 'data'))[0])
      expect(heard).toContain(JSON.stringify({ url: path, host, said: '' }))
    }
    socket.destroy()
    const entries = await recording.end()
    expect(entries.map(({ request }) => request.url)).toEqual([
      expect.stringMatching(new RegExp(`^${service}/one\\?token=REDACTED-\\w+$`)),
      `${service}/two`,
    ])
  })

  it('is honoured by Node with no more than what it prints', { timeout: 30_000 }, async () => {
    const service = await serve()
    const plain = await bench.serve((_, response) => void response.end('plain'))
    const recording = await bench.record({ trust: [trust] })
    const program = `
      const post = { method: 'POST', body: 'password=hunter2hunter2', headers: { 'content-type': 'application/x-www-form-urlencoded' } }
      const secure = await fetch('${service}/login', post)
      console.log(JSON.stringify([secure.status, await secure.json(), await (await fetch('${plain}/x')).text()]))`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      env: {
        NODE_USE_ENV_PROXY: '1',
        HTTP_PROXY: recording.url,
        HTTPS_PROXY: recording.url,
        NODE_EXTRA_CA_CERTS: recording.certificateFile,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    expect(JSON.parse(await textOf(child.stdout))).toEqual([
      200,
      { url: '/login', host: new URL(service).host, said: 'password=hunter2hunter2' },
      'plain',
    ])
    const entries = await recording.end()
    expect(entries.map(({ request }) => request.url)).toEqual([`${service}/login`, `${plain}/x`])
    expect(entries[0]!.request.postData).toMatchObject({
      params: [{ name: 'password', value: 'REDACTED' }],
      text: 'password=REDACTED',
    })
    expect(JSON.stringify(entries)).not.toContain('hunter2')
  })

  it('takes whole addresses without a tunnel', async () => {
    const service = await bench.serve((incoming, response) => void response.end(incoming.url))
    const recording = await bench.record({})
    const options = {
      ...urlParts(recording.url),
      path: `${service}/a//b?x=%2F`,
      agent: false as const,
    }
    const [reply] = (await once(get(options), 'response')) as [IncomingMessage]
    expect(await textOf(reply)).toBe('/a//b?x=%2F')
    expect((await recording.end())[0]!.request.url).toBe(`${service}/a//b?x=%2F`)
  })

  it('explains itself to whoever takes it for a service', async () => {
    const recording = await bench.record({})
    const reply = await fetch(`${recording.url}/api`)
    expect(reply.status).toBe(400)
    expect(await reply.text()).toContain('set HTTP_PROXY and HTTPS_PROXY')
    expect(await recording.end()).toEqual([])
  })

  it('passes hosts unread that were not asked for', async () => {
    const port = await bench.listen(
      createNetServer((socket) => {
        socket.on('error', () => {})
        socket.on('data', (data: Buffer) => socket.write(`heard ${data.toString()}`))
      }),
    )
    const plain = await bench.serve((_, response) => void response.end('unread'))
    const recording = await bench.record({ only: ['*.vendor.example', 'api.example'] })
    const proxied = { ...urlParts(recording.url), path: `${plain}/x`, agent: false as const }
    const [reply] = (await once(get(proxied), 'response')) as [IncomingMessage]
    expect(await textOf(reply)).toBe('unread')
    const socket = await tunnel(recording.url, `127.0.0.1:${port}`)
    socket.write('anything')
    expect(String((await once(socket, 'data'))[0])).toBe('heard anything')
    socket.destroy()
    expect(await recording.end()).toEqual([])
  })

  it('says which client does not trust it, once', async () => {
    const told: string[] = []
    const recording = await bench.record({ onDistrust: (host) => void told.push(host) })
    for (let round = 0; round < 2; round++) {
      const socket = connectSecurely({
        socket: await tunnel(recording.url, 'api.vendor.example:443'),
        servername: 'api.vendor.example',
        ca: theirs.certificatePem,
      })
      const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException]
      expect(error.code).toMatch(/SELF_SIGNED|UNABLE_TO_VERIFY|SIGNATURE/)
    }
    while (told.length === 0) await wait(5)
    expect(told).toEqual(['api.vendor.example'])
    expect(await recording.end()).toEqual([])
  })

  it('survives whatever is sent to it', async () => {
    const recording = await bench.record({})
    const { port } = new URL(recording.url)
    for (const bytes of [
      'nonsense\r\n\r\n',
      'CONNECT  HTTP/1.1\r\n\r\n',
      'CONNECT [::1 HTTP/1.1\r\n\r\n',
      'CONNECT 127.0.0.1:1 HTTP/1.1\r\n\r\n\x16\x03\x01\x00\x05hello',
      'CONNECT 127.0.0.1:1 HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
      'CONNECT 127.0.0.1:99999 HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
      'GET http:// HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
      'GET http://127.0.0.1:1/%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
      'OPTIONS * HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
      'GET ws://127.0.0.1:1/ HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
    ]) {
      const socket = connect(Number(port), '127.0.0.1', () => socket.end(bytes))
      socket.on('error', () => {})
      socket.resume()
      await once(socket, 'close')
    }
    for (const entry of await recording.end()) expect(entry.response.status).toBe(0)
  })
})
