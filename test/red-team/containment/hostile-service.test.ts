import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createServer, type AddressInfo } from 'node:net'
import { LaneStage, probeForTests, type Played } from '../../../runner/testing/lane-stage.ts'
import { loadSubject } from '../../../runner/subject/load.ts'
import type { Subject, SubjectProblem } from '../../../runner/subject/subject.ts'

const probe = await probeForTests()

/** A service that answers its readers with what breaks them, by the path that it is asked for. */
const service = `import http from 'node:http'
import zlib from 'node:zlib'
const canary = 'http://' + process.env.CANARY + '/redirected'
const head = 'HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\n'
const say = (socket, text, end = true) => { socket.write(text); if (end) socket.end() }
const forever = (write) => { const timer = setInterval(() => { try { write() } catch { clearInterval(timer) } }, 5) }
const bomb = zlib.gzipSync(Buffer.alloc(96 << 20), { level: 9 })
const brotli = zlib.brotliCompressSync(Buffer.alloc(64 << 20))
const ways = {
  gzip: (socket) => say(socket, Buffer.concat([Buffer.from(head + 'Content-Encoding: gzip\\r\\nContent-Length: ' + bomb.length + '\\r\\n\\r\\n'), bomb])),
  brotli: (socket) => say(socket, Buffer.concat([Buffer.from(head + 'Content-Encoding: br\\r\\nContent-Length: ' + brotli.length + '\\r\\n\\r\\n'), brotli])),
  endless: (socket) => { say(socket, head + '\\r\\n', false); forever(() => socket.write(Buffer.alloc(1 << 20, 97))) },
  chunks: (socket) => { say(socket, head + 'Transfer-Encoding: chunked\\r\\n\\r\\n', false); forever(() => socket.write('1;' + 'x'.repeat(4000) + '\\r\\na\\r\\n')) },
  drip: (socket) => { say(socket, 'HTTP/1.1 200 OK\\r\\nX: ', false); setInterval(() => socket.write('x'), 100) },
  headers: (socket) => say(socket, 'HTTP/1.1 200 OK\\r\\nX: ' + 'x'.repeat(4 << 20) + '\\r\\n\\r\\n'),
  interim: (socket) => { forever(() => socket.write('HTTP/1.1 100 Continue\\r\\n\\r\\n'.repeat(100))) },
  garbage: (socket) => say(socket, Buffer.from([0, 255, 22, 3, 1, 13, 10, 13, 10])),
  switch: (socket) => say(socket, 'HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: x\\r\\nConnection: Upgrade\\r\\n\\r\\nowned'),
  length: (socket) => say(socket, head + 'Content-Length: 99999999999\\r\\n\\r\\n{}'),
  deep: (socket) => say(socket, head + 'Connection: close\\r\\n\\r\\n' + '['.repeat(100000) + ']'.repeat(100000)),
  redirect: (socket) => say(socket, 'HTTP/1.1 307 Temporary\\r\\nLocation: ' + canary + '\\r\\nContent-Length: 0\\r\\n\\r\\n'),
  twice: (socket) => say(socket, (head + 'Content-Length: 11\\r\\n\\r\\n{"first":1}') + (head + 'Content-Length: 13\\r\\n\\r\\n{"poison":"x"}'), false),
  die: () => process.kill(process.pid, 'SIGKILL'),
}
const server = http.createServer((request, response) => {
  const way = ways[request.url.slice(1)]
  if (way !== undefined) return way(request.socket)
  response.end(JSON.stringify({ well: true }))
})
server.listen(Number(process.env.PORT))
`

const ways: [way: string, problem: SubjectProblem['kind'] | undefined][] = [
  ['gzip', undefined],
  ['brotli', undefined],
  ['endless', 'too-much-output'],
  ['chunks', 'timed-out'],
  ['drip', 'timed-out'],
  ['headers', 'bad-reply'],
  ['interim', 'timed-out'],
  ['garbage', 'bad-reply'],
  ['switch', 'timed-out'],
  ['length', 'bad-reply'],
  ['deep', 'bad-reply'],
  ['redirect', undefined],
  ['twice', 'bad-reply'],
  ['die', 'crashed'],
]

describe.skipIf(!('tools' in probe))('a hostile service', () => {
  let stage: LaneStage
  let subject: Subject
  const touched: string[] = []
  const canary = createServer((socket) => {
    touched.push('a connection')
    socket.destroy()
  })

  beforeAll(async () => {
    stage = await LaneStage.open()
    await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve))
    stage.write('service.mjs', service)
    const file = stage.write(
      'subject.json',
      JSON.stringify({
        kind: 'service',
        command: ['node', 'service.mjs'],
        env: { CANARY: `127.0.0.1:${(canary.address() as AddressInfo).port}` },
        ready: { path: '/ready' },
        timeoutMs: 1500,
        startMs: 40_000,
        stopMs: 200,
        warm: true,
        settleMs: 0,
      }),
    )
    subject = await loadSubject(file, stage.wall)
  })
  afterAll(async () => {
    await subject?.close()
    await stage.close()
    await new Promise((resolve) => canary.close(resolve))
  })

  it.each(ways)(
    'is judged, and the next trial goes well: %s',
    { retry: 1 },
    async (way, problem) => {
      const before = process.memoryUsage().rss
      const { reply, result } = await ask(`/${way}`)
      const why = JSON.stringify(result.why).slice(0, 500)
      expect(result.verdict, why).not.toBe('inconclusive')
      expect(reply.problem?.kind, why).toBe(problem)
      // Nothing was unpacked, and what had no end was cut.
      expect(process.memoryUsage().rss - before).toBeLessThan(200 << 20)
      const next = await ask('/ready')
      expect(next.reply).toMatchObject({ status: 200, body: { well: true } })
      expect(next.result.verdict).toBe('satisfied')
      expect(touched, 'the runner followed it').toEqual([])
    },
  )

  function ask(path: string): Promise<Played> {
    return stage.play({ ...subject }, undefined, [path])
  }
})
