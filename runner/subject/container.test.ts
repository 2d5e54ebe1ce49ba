import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ContainerStage, engineForTests } from '../testing/container-stage.ts'

const engine = await engineForTests()

const slack = `import fs from 'node:fs'
import { spawn } from 'node:child_process'
const post = (url, token = process.env.SLACK_BOT_TOKEN) => fetch(url, { method: 'POST', headers: { authorization: 'Bearer ' + token } }).then((r) => r.json())
const answer = (body) => console.log(JSON.stringify({ status: 200, body }))
`

describe.skipIf(engine === undefined)('a container', () => {
  let stage: ContainerStage
  beforeAll(async () => {
    stage = await ContainerStage.open(engine!)
  }, 60_000)
  afterEach(() => stage.endSubjects())
  afterAll(() => stage.close())

  it('leads hosts that are written into the code to the twins', async () => {
    stage.write(
      'ask.mjs',
      `${slack}const { ok } = await post('https://slack.com/api/auth.test')
answer([ok, process.getuid(), process.cwd(), process.env.SLACK_API_URL, process.env.MODE])`,
    )
    const subject = await stage.subject({ command: ['node', 'ask.mjs'], env: { MODE: 'test' } })
    expect(subject).toMatchObject({
      kind: 'container',
      wall: { name: 'container', unsafe: false, about: expect.stringMatching(/is listed\.$/) },
    })
    const { reply, result, escapes } = await stage.play(subject)
    expect(reply.problem).toBeUndefined()
    expect(reply.body).toEqual([true, 1000, '/work', 'https://slack.com/api/', 'test'])
    expect([result.verdict, escapes]).toEqual(['satisfied', []])
    const again = await stage.play(subject)
    expect({ ...again.result, wallMs: 0 }).toEqual({ ...result, wallMs: 0 })
  })

  const counting = `${slack}fs.appendFileSync('/tmp/seen', 'x')
fs.appendFileSync(process.env.HOME + '/seen', 'x')
answer([fs.readFileSync('/tmp/seen', 'utf8'), fs.readFileSync(process.env.HOME + '/seen', 'utf8')])`

  it('is another one for each trial, in which its requests find what they left', async () => {
    stage.write('count.mjs', counting)
    const subject = await stage.subject({ command: ['node', 'count.mjs'] })
    const two = await stage.play(subject, { paths: ['/a', '/b'] })
    expect(two.reply.body).toEqual(['xx', 'xx'])
    expect((await stage.play(subject)).reply.body).toEqual(['x', 'x'])
  })

  it('may be kept for many trials, and says so; what a trial left running is gone all the same', async () => {
    stage.write(
      'kept.mjs',
      `${counting}
spawn('node', ['-e', 'setInterval(() => fetch("https://late.example/"), 50)'], { detached: true, stdio: 'ignore' }).unref()`,
    )
    const subject = await stage.subject({ command: ['node', 'kept.mjs'], warm: 'container' })
    await stage.play(subject)
    const second = await stage.play(subject)
    expect(second.reply.body).toEqual(['xx', 'xx'])
    expect(subject.wall!.about).toContain('the next one could read')
    stage.write('kept.mjs', `${slack}answer(fs.readdirSync('/proc').filter(Number).length)`)
    const third = await stage.play(subject)
    // The holding program, and itself.
    expect([third.reply.body, third.escapes]).toEqual([2, []])
  })

  it('may keep its process, which is told of every trial', async () => {
    stage.write(
      'warm.mjs',
      `${slack}import { createInterface } from 'node:readline'
let count = 0, env
for await (const line of createInterface({ input: process.stdin })) {
  const said = JSON.parse(line)
  if (said.trial) { env = said.trial.env; count++; console.log('{"ready":true}'); continue }
  answer([count, (await post('https://slack.com/api/auth.test', env.SLACK_BOT_TOKEN)).ok])
}`,
    )
    const subject = await stage.subject({ command: ['node', 'warm.mjs'], warm: true })
    expect((await stage.play(subject)).reply.body).toEqual([1, true])
    expect((await stage.play(subject, { seed: '2' })).reply.body).toEqual([2, true])
  })

  it('sees its mounts, and may write where it is told that it may', async () => {
    stage.write(
      'write.mjs',
      `${slack}const attempt = (path) => { try { fs.writeFileSync(path, 'x'); return 'done' } catch ({ code }) { return code } }
answer(['/x', '/work/x', '/etc/x', '/var/own/x', '/run/x', '/dev/shm/x', '/bin/node'].map(attempt))`,
    )
    const subject = await stage.subject({ command: ['node', 'write.mjs'], writes: ['/var/own'] })
    const { reply } = await stage.play(subject)
    expect(reply.body).toEqual(['EROFS', 'EROFS', 'EROFS', 'done', 'done', 'done', 'EROFS'])
  })

  it('finds the sockets in its mounts closed', async () => {
    const outside = createServer((socket) => socket.end('out'))
    await new Promise<void>((resolve) => outside.listen(join(stage.folder, 'door'), resolve))
    stage.write(
      'knock.mjs',
      `import net from 'node:net'
${slack}const knock = (path) => new Promise((resolve) => net.connect(path).on('data', (data) => resolve(String(data))).on('error', ({ code }) => resolve(code)))
answer([await knock('/work/door'), await knock('/var/run/docker.sock'), await knock('/run/docker.sock')])`,
    )
    const { reply } = await stage.play(await stage.subject({ command: ['node', 'knock.mjs'] }))
    outside.close()
    expect(reply.body).toEqual(['ECONNREFUSED', 'ENOENT', 'ENOENT'])
  })

  it('that fails in any way falls short, and the next one is clean', async () => {
    const subject = await stage.subject({
      command: ['node', 'bad.mjs'],
      resources: { memoryMb: 160, diskMb: 16, processes: 64 },
      timeoutMs: 2000,
    })
    const ways: [code: string, why: RegExp][] = [
      [
        'const all = []; for (;;) all.push(Buffer.alloc(1 << 22, 1))',
        /ran out of the memory that it may use$/,
      ],
      [
        'for (let i = 0; i < 60; i++) console.log("x".repeat(1e5)); setInterval(() => {}, 1000)',
        /wrote more than 4 MiB to stdout$/,
      ],
      ['console.log(1); setInterval(() => {}, 1000)', /gave no answer within 2000 ms$/],
      ['console.error("this is why"); process.exit(3)', /ended with exit code 3: this is why$/],
    ]
    for (const [code, why] of ways) {
      stage.write('bad.mjs', code)
      const { result } = await stage.play(subject)
      expect([result.verdict, result.why[0]?.text]).toEqual([
        'unsatisfied',
        expect.stringMatching(why),
      ])
      stage.write('bad.mjs', `${slack}answer(1)`)
      expect((await stage.play(subject)).result.why).toEqual([])
    }
  })

  it('that starts without end is held, and takes nobody with it', async () => {
    stage.write(
      'bomb.mjs',
      `import { spawn } from 'node:child_process'
let count = 0
try { for (;;) await new Promise((resolve, reject) => { spawn('node', ['-e', 'setInterval(() => {}, 1000)']).on('spawn', () => resolve(count++)).on('error', reject) }) } catch {}
console.log(JSON.stringify({ status: 200, body: count }))
process.exit()`,
    )
    const subject = await stage.subject({
      command: ['node', 'bomb.mjs'],
      resources: { processes: 60, cpus: 1 },
    })
    const { reply } = await stage.play(subject)
    expect(reply.body).toBeGreaterThan(0)
    expect(reply.body).toBeLessThan(60)
    expect((await stage.play(subject)).reply.body).toBeGreaterThan(0)
  })
})
