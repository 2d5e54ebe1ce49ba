import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { otherPort, readLedger, ruleset } from './ledger.ts'
import {
  deviceNames,
  type FromHelper,
  type HandleName,
  type HelperSettings,
  type ToHelper,
} from './messages.ts'
import { watchRunner } from './orphans.ts'

/**
 * Runs inside a lane, where it alone may change the network. It makes every address this machine's own,
 * opens the listening sockets and hands them to the runner: a socket keeps the network it was made in,
 * so the runner serves the twins from outside, and nothing leads from the lane to anywhere else.
 */

type Question = Extract<ToHelper, { kind: 'ask' }>

const settings = JSON.parse(process.argv[2] ?? '{}') as HelperSettings
let ledger: string | undefined
const listeners: (Server | UdpSocket)[] = []

watchRunner(() => process.exit(0))
process.on('message', (message: ToHelper) => {
  if (message.kind === 'taken') return begin()
  void reply(message)
})

try {
  const hasIpv6 = makeEveryAddressOurs()
  forgetConnections()
  makeScratch()
  makeDevices()
  ledger = openLedger()
  await handOver(hasIpv6 ? '::' : '0.0.0.0')
} catch (error) {
  tell({ kind: 'failed', why: String((error as { stderr?: Buffer }).stderr ?? error).trim() })
}

async function reply(message: Question): Promise<void> {
  const { id } = message
  try {
    const said = await answer(message)
    if (said !== 'handed') tell({ kind: 'answer', id, ...said })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const failed = { kind: 'answer', id, error: String(error) } as const
    tell(code === undefined ? failed : { ...failed, code })
  }
}

function makeEveryAddressOurs(): boolean {
  const ip = (words: string): void => void run(settings.ip, words.split(' '))
  ip('link set lo up')
  ip('route add local default dev lo')
  try {
    ip('-6 route add local ::/0 dev lo')
    return true
  } catch {
    return false
  }
}

/**
 * Closed connections are listed for a minute, by address and port: the next trial could read there what
 * the one before wrote with them.
 */
function forgetConnections(): void {
  for (const [name, value] of [
    ['tcp_max_tw_buckets', '0'],
    ['tcp_no_metrics_save', '1'],
  ] as const) {
    try {
      writeFileSync(`/proc/sys/net/ipv4/${name}`, value)
    } catch {
      // A container may show its switches read-only; nothing leaves by them.
    }
  }
}

/** A disk of its own, so that a program can fill no other; seen by nobody outside, and gone with the lane. */
function makeScratch(): void {
  const { scratch, diskMb, mount } = settings
  if (scratch === undefined || diskMb === undefined) return
  if (mount !== undefined) {
    // Empty files take no room, but memory of the kernel: one for each 4 KiB is plenty.
    const options = `size=${diskMb}m,nr_inodes=${diskMb * 256},mode=0755`
    run(mount, ['-t', 'tmpfs', '-o', options, 'scratch', scratch])
  }
  sweep()
}

function sweep(): void {
  const { scratch } = settings
  if (scratch === undefined) return
  for (const name of readdirSync(scratch)) {
    rmSync(join(scratch, name), { recursive: true, force: true, maxRetries: 2 })
  }
  for (const name of ['home', 'tmp', 'shm']) mkdirSync(join(scratch, name), { mode: 0o700 })
}

/** The machine's own devices on mounts that are read-only: they work as ever, but their owner can't take them from others. */
function makeDevices(): void {
  const { devices, mount } = settings
  if (devices === undefined || mount === undefined) return
  for (const name of deviceNames) {
    const place = join(devices, name)
    writeFileSync(place, '')
    run(mount, ['--bind', `/dev/${name}`, place])
    run(mount, ['-o', 'remount,bind,ro', place])
  }
}

/** Why there is no ledger, if so. */
function openLedger(): string | undefined {
  if (settings.nft === undefined) return 'nft is not installed'
  try {
    run(settings.nft, ['-f', '-'], ruleset)
    return undefined
  } catch (error) {
    return String((error as { stderr?: Buffer }).stderr ?? error).split('\n', 1)[0]
  }
}

async function handOver(host: string): Promise<void> {
  const ports: [HandleName, number][] = [
    ['https', 443],
    ['http', 80],
    ['other', otherPort],
  ]
  for (const [name, port] of ports) {
    const server = createServer({ pauseOnConnect: true })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ port, host, backlog: 4096 }, resolve)
    })
    listeners.push(server)
    hand({ kind: 'handle', name }, server)
  }
  const dns = createSocket({ type: host === '::' ? 'udp6' : 'udp4' })
  await new Promise<void>((resolve, reject) => {
    dns.once('error', reject)
    dns.bind(53, host, resolve)
  })
  listeners.push(dns)
  hand({ kind: 'handle', name: 'dns' }, dns)
  tell({ kind: 'handed' })
}

/** The runner has them: our own copies would take connections away from it. */
function begin(): void {
  for (const one of listeners) one.close()
  tell({ kind: 'ready', ledger })
}

async function answer(message: Question): Promise<{ value?: unknown } | 'handed'> {
  if (message.what === 'sweep') sweep()
  if (message.what === 'ledger') return { value: takeLedger() }
  if (message.what !== 'dial') return {}
  await dial(message.id, message.port!)
  return 'handed'
}

function takeLedger(): unknown {
  const { nft } = settings
  if (nft === undefined || ledger !== undefined) return []
  const { lines, forget } = readLedger(run(nft, ['-j', 'list', 'table', 'inet', 'lane']))
  if (forget !== '') run(nft, ['-f', '-'], forget)
  return lines
}

/** Connects to what the program listens on, and hands the connection over. */
function dial(id: number, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.once('error', reject)
    socket.once('connect', () => {
      hand({ kind: 'answer', id, value: 'connected' }, socket)
      resolve()
    })
  })
}

function hand(message: FromHelper, handle: Server | UdpSocket | ReturnType<typeof connect>): void {
  process.send!(message, handle)
}

function tell(message: FromHelper): void {
  process.send!(message)
}

function run(file: string, args: readonly string[], input = ''): string {
  const options = { input, encoding: 'utf8', stdio: 'pipe', maxBuffer: 64 << 20 } as const
  return execFileSync(file, args, options)
}
