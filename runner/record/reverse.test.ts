import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { createServer, get, request, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect, createServer as createNetServer } from 'node:net'
import { text as textOf } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import * as zlib from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { standUp, toReady } from '../stand.ts'
import { Bench, readHar } from './testing/upstream.ts'

const bench = new Bench()
afterAll(() => bench.close())

const sayJson = (response: ServerResponse, value: unknown): void => {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}

describe('the reverse proxy', () => {
  it('passes on what is said, to the byte, and records it', async () => {
    const target = await bench.serve(async (incoming, response) => {
      const said = await textOf(incoming)
      sayJson(response, {
        method: incoming.method,
        url: incoming.url,
        host: incoming.headers.host,
        said,
      })
    })
    const recording = await bench.record({ target: `${target}/base/` })
    const body = '{ "email":"ada@corp.com",\n "n": 1.0 }'
    const url = `${recording.url}/v1/things?q=%7E&b=ada@corp.com`
    const reply = await fetch(url, { method: 'PUT', body, headers: { 'x-api-key': 'abc' } })
    expect(await reply.json()).toEqual({
      method: 'PUT',
      url: '/base/v1/things?q=%7E&b=ada@corp.com',
      host: target.slice('http://'.length),
      said: body,
    })
    const [entry] = await recording.end()
    expect(entry!.request.url).toMatch(/\/base\/v1\/things\?q=%7E&b=\w+@\w+\.example$/)
    expect(entry!.request.postData!.text).toMatch(/^\{"email":"\w+@\w+\.example","n":1.0\}$/)
    expect(entry!.request.bodySize).toBe(body.length)
    expect(entry).toMatchObject({
      request: { method: 'PUT', httpVersion: 'HTTP/1.1' },
      response: { status: 200, statusText: 'OK', content: { mimeType: 'application/json' } },
      cache: {},
    })
    const host = entry!.request.headers.find(({ name }) => name.toLowerCase() === 'host')
    expect(host!.value).toBe(target.slice('http://'.length))
    expect(Date.parse(entry!.startedDateTime)).toBeGreaterThan(Date.now() - 60_000)
    expect(recording.counts).toMatchObject({ exchanges: 1, errors: 0, secrets: 1, people: 1 })
  })

  it.each([
    ['gzip', zlib.gzipSync],
    ['br', zlib.brotliCompressSync],
    ['deflate', zlib.deflateSync],
    ['deflate', zlib.deflateRawSync],
    ['zstd', zlib.zstdCompressSync],
  ] as const)('leaves a body packed as %s alone, and records what is in it', async (name, pack) => {
    const packed = pack(Buffer.from('{"hello":"wörld"}'))
    const target = await bench.serve((_, response) => {
      response.writeHead(200, { 'content-encoding': name, 'content-type': 'application/json' })
      response.end(packed)
    })
    const recording = await bench.record({ target })
    const [reply] = (await once(get(recording.url), 'response')) as [IncomingMessage]
    const chunks: Buffer[] = []
    for await (const chunk of reply) chunks.push(chunk as Buffer)
    expect(Buffer.concat(chunks).equals(packed)).toBe(true)
    const [entry] = await recording.end()
    expect(entry!.response.content).toMatchObject({ text: '{"hello":"wörld"}', size: 18 })
    expect(entry!.response.bodySize).toBe(packed.length)
  })

  it('records what is no text as base64, and what is too long as a note', async () => {
    const image = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 255, 254])
    const target = await bench.serve(async (incoming, response) => {
      await textOf(incoming)
      if (incoming.url === '/image') {
        response.writeHead(200, { 'content-type': 'image/png' }).end(image)
        return
      }
      const bomb = zlib.gzipSync(Buffer.alloc(3_000_000))
      response.writeHead(200, incoming.url === '/bomb' ? { 'content-encoding': 'gzip' } : {})
      response.end(incoming.url === '/bomb' ? bomb : Buffer.alloc(3_000_000, 'x'))
    })
    const recording = await bench.record({ target })
    for (const path of ['/image', '/long', '/bomb']) {
      await (await fetch(recording.url + path)).arrayBuffer()
    }
    const sent = { method: 'POST', body: Buffer.alloc(1_500_000, 'x') }
    await (await fetch(`${recording.url}/image`, sent)).arrayBuffer()
    const entries = await recording.end()
    expect(entries[3]!.request).toMatchObject({ bodySize: 1_500_000, _bodyRecorded: false })
    expect(entries[3]!.request.postData!.comment).toMatch(/longer than 1000000 bytes/)
    const [small, long, bomb] = entries.map(({ response }) => response.content)
    expect(small).toMatchObject({ encoding: 'base64', text: image.toString('base64'), size: 7 })
    expect(long).toMatchObject({
      size: 3_000_000,
      comment: expect.stringMatching(/longer than 1000000 bytes/),
    })
    expect([long!.text, bomb!.text]).toEqual([undefined, undefined])
    expect(bomb!.comment).toMatch(/unpacks to more than 1000000 bytes/)
  })

  it('lets a stream through as it comes, and records it with its end', async () => {
    let release: (() => void) | undefined
    const held = await bench.serve((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('data: {"token":"abcdef"}\n\n')
      release = () => response.end('data: {"n":2}\n\n')
    })
    const recording = await bench.record({ target: held })
    const reader = (await fetch(recording.url)).body!.getReader()
    const first = await reader.read()
    expect(Buffer.from(first.value!).toString()).toBe('data: {"token":"abcdef"}\n\n')
    expect(recording.counts.exchanges).toBe(0)
    release!()
    while (!(await reader.read()).done);
    const [entry] = await recording.end()
    expect(entry!.response.content.text).toMatch(
      /^data: \{"token":"REDACTED-\w+"\}\n\ndata: \{"n":2\}\n\n$/,
    )
  })

  it('notes a stream that goes on when the recorder ends', async () => {
    const target = await bench.serve((_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' })
      response.write('first')
    })
    const recording = await bench.record({ target })
    const reader = (await fetch(recording.url)).body!.getReader()
    await reader.read()
    const [entry] = await recording.end()
    expect(entry!.response.content.text).toBe('first')
    expect(entry!._error).toBe('The recorder was ended before the exchange was.')
    await expect(reader.read()).rejects.toThrow('terminated')
  })

  it('leads links and cookies of the service back through the recorder', async () => {
    const target = await bench.serve((_, response) => {
      response.writeHead(302, {
        location: `${target}/next`,
        link: `<${target}/p2?after=1>; rel="next", <${target}0/other>; rel="x"`,
        'set-cookie': ['sid=1; Domain=vendor.example; Path=/', 'b=2'],
      })
      response.end()
    })
    const recording = await bench.record({ target })
    const reply = await fetch(recording.url, { redirect: 'manual' })
    expect(reply.headers.get('location')).toBe(`${recording.url}/next`)
    expect(reply.headers.get('link')).toBe(
      `<${recording.url}/p2?after=1>; rel="next", <${target}0/other>; rel="x"`,
    )
    expect(reply.headers.getSetCookie()).toEqual(['sid=1; Path=/', 'b=2'])
    const [entry] = await recording.end()
    expect(entry!.response.redirectURL).toBe(`${target}/next`)
    expect(entry!.response.cookies).toMatchObject([
      { name: 'sid', domain: 'vendor.example', path: '/' },
      { name: 'b' },
    ])
  })
})

describe('what goes wrong on the way', () => {
  it('is told to the client and recorded without a status', async () => {
    const port = await bench.listen(createServer())
    const closed = createNetServer()
    const unused = await bench.listen(closed)
    closed.close()
    const refused = await bench.record({ target: `http://127.0.0.1:${unused}` })
    const reply = await fetch(`${refused.url}/x`)
    expect(reply.status).toBe(502)
    expect(await reply.json()).toMatchObject({
      backlot: 'record',
      why: expect.stringMatching(/ECONNREFUSED/),
    })
    const [entry] = await refused.end()
    expect([entry!.response.status, entry!._error]).toEqual([
      0,
      expect.stringMatching(/ECONNREFUSED/),
    ])
    expect(refused.counts.errors).toBe(1)

    const silent = await bench.record({ target: `http://127.0.0.1:${port}`, timeoutMs: 60 })
    expect((await fetch(silent.url)).status).toBe(504)
    const [timedOut] = await silent.end()
    expect(timedOut!._error).toMatch(/ETIMEDOUT/)
  })

  it('is recorded with as much as came, when an answer is cut off', async () => {
    const target = await bench.serve((_, response) => {
      response.writeHead(200, { 'content-length': 100, 'content-type': 'text/plain' })
      response.write('half of it', () => response.destroy())
    })
    const recording = await bench.record({ target })
    const reply = await fetch(recording.url)
    await expect(reply.text()).rejects.toThrow('terminated')
    const [entry] = await recording.end()
    expect(entry!.response).toMatchObject({ status: 200, content: { text: 'half of it' } })
    expect(entry!._error).toMatch(/ECONNRESET/)
  })

  it('is noted when it was the client that went away', async () => {
    const target = await bench.serve((_, response) => void response.writeHead(200).write('x'))
    const recording = await bench.record({ target })
    const abort = new AbortController()
    await fetch(recording.url, { signal: abort.signal })
    abort.abort()
    while (recording.counts.exchanges === 0) await wait(5)
    const [entry] = await recording.end()
    expect(entry!._error).toMatch(/client went away/)
  })

  it('is told at once when an exchange can no longer be written, and the traffic goes on', async () => {
    const target = await bench.serve((_, response) => void response.end('ok'))
    const told: string[] = []
    const recording = await bench.record({ target, onTrouble: ({ message }) => told.push(message) })
    for (const name of ['', '.next']) rmSync(recording.file + name)
    for (let round = 0; round < 2; round++) {
      expect(await (await fetch(recording.url)).text()).toBe('ok')
    }
    while (told.length === 0) await wait(5)
    expect(told).toEqual([expect.stringMatching(/ENOENT/)])
    await expect(recording.close()).rejects.toThrow(/Not everything could be written/)
  })

  it('is no fault of the client when a kept connection was closed by the service', async () => {
    let served = 0
    const port = await bench.listen(
      createNetServer((socket) => {
        // Says that it keeps the connection, and answers once on each.
        socket.on('error', () => {})
        socket.once('data', () => {
          served++
          socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
          socket.once('data', () => socket.destroy())
        })
      }),
    )
    const recording = await bench.record({ target: `http://127.0.0.1:${port}` })
    for (let round = 0; round < 4; round++) {
      expect(await (await fetch(recording.url)).text()).toBe('ok')
    }
    const post = await fetch(recording.url, { method: 'POST', body: 'x' })
    expect([post.status, served]).toEqual([200, 5])
    expect((await recording.end()).map(({ _error }) => _error)).toEqual(Array(5).fill(undefined))
  })
})

describe('ten clients at a time', () => {
  it('are kept apart, and all on disk at every moment', async () => {
    const target = await bench.serve(async (incoming, response) => {
      const said = await textOf(incoming)
      await wait(Math.random() * 5)
      sayJson(response, { path: incoming.url, said })
    })
    const recording = await bench.record({ target })
    const clients = Array.from({ length: 10 }, async (_, client) => {
      for (let round = 0; round < 10; round++) {
        const said = `${client}-${round}-${'x'.repeat(client * 1000)}`
        const reply = await fetch(`${recording.url}/${client}/${round}`, {
          method: 'POST',
          body: said,
        })
        expect(await reply.json()).toEqual({ path: `/${client}/${round}`, said })
        expect(readHar(recording.file).length).toBeLessThanOrEqual(100)
      }
    })
    await Promise.all(clients)
    const entries = await recording.end()
    expect(new Set(entries.map(({ request }) => new URL(request.url).pathname)).size).toBe(100)
    for (const { request, response } of entries) {
      const { path, said } = JSON.parse(response.content.text!) as Record<string, string>
      expect([new URL(request.url).pathname, request.postData!.text]).toEqual([path, said])
    }
    const starts = entries.map(({ startedDateTime }) => startedDateTime)
    expect(starts).toEqual([...starts].sort())
  })
})

describe('a change of protocol', () => {
  const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-key': 'abc' }

  it('is passed through and noted', async () => {
    const server = createServer()
    server.on('upgrade', (_incoming, socket) => {
      socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nhi',
      )
      socket.on('data', (data: Buffer) => socket.write(`echo ${data.toString()}`))
      socket.on('error', () => {})
    })
    const port = await bench.listen(server)
    const recording = await bench.record({ target: `http://127.0.0.1:${port}` })
    const outgoing = request(`${recording.url}/socket?token=s3cr3t`, { headers: upgrade })
    outgoing.end()
    const [reply, socket, head] = (await once(outgoing, 'upgrade')) as [
      IncomingMessage,
      ReturnType<typeof connect>,
      Buffer,
    ]
    expect(reply.statusCode).toBe(101)
    const first = head.length > 0 ? head : ((await once(socket, 'data')) as [Buffer])[0]
    expect(first.toString()).toBe('hi')
    socket.write('there')
    expect(String((await once(socket, 'data'))[0])).toBe('echo there')
    socket.destroy()
    const [entry] = await recording.end()
    expect(entry!.response.status).toBe(101)
    expect(entry!.comment).toMatch(/passed through/)
    expect(JSON.stringify(entry)).not.toContain('s3cr3t')
  })

  it('is recorded like any answer when it is refused', async () => {
    const server = createServer((_, response) => response.writeHead(401).end('no'))
    const port = await bench.listen(server)
    const recording = await bench.record({ target: `http://127.0.0.1:${port}` })
    const outgoing = request(recording.url, { headers: upgrade })
    outgoing.end()
    const [reply] = (await once(outgoing, 'response')) as [IncomingMessage]
    expect([reply.statusCode, await textOf(reply)]).toEqual([401, 'no'])
    expect((await recording.end())[0]!.response.status).toBe(401)
  })
})

describe('a twin', () => {
  it('can be recorded like any service', async () => {
    const open = { port: 0, host: '127.0.0.1', limits: false, strictHttps: false }
    const stand = await standUp({ twins: ['okta'], ...open })
    try {
      const { twins } = toReady(stand) as {
        twins: Record<string, { url: string; tokens: Record<string, string> }>
      }
      const { url, tokens } = twins['okta']!
      const token = tokens['api']!
      const recording = await bench.record({ target: url })
      const headers = { authorization: `SSWS ${token}` }
      const reply = await fetch(`${recording.url}/api/v1/users/me`, { headers })
      expect(reply.status).toBe(200)
      const [entry] = await recording.end()
      expect(JSON.stringify(entry)).not.toContain(token)
      expect(entry!.request.headers.find(({ name }) => name === 'authorization')!.value).toMatch(
        /^SSWS \S*REDACTED-/,
      )
    } finally {
      await stand.close()
    }
  })
})
