import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'

/** By this a subject is told what it must never learn. */
export const secretVariable = 'RED_TEAM_SECRET'

/** What stands outside the wall and tells when somebody got to it. */
export class Canaries {
  readonly secret = `canary-${randomBytes(12).toString('hex')}`
  readonly folder = mkdtempSync(join(tmpdir(), 'red-team-outside-'))
  readonly abstractSocket = `\0red-team-${process.pid}-${randomBytes(4).toString('hex')}`
  tcpPort = 0
  udpPort = 0
  readonly #heard: string[] = []
  readonly #servers: Server[] = []
  readonly #udp = createSocket('udp4')
  readonly #sockets = new Set<Socket>()

  private constructor() {
    writeFileSync(join(this.folder, 'secret.txt'), this.secret, { mode: 0o644 })
    writeFileSync(this.writable, 'untouched', { mode: 0o666 })
    // A secret of the runner's own: what it was started with is nobody's business inside.
    process.env[secretVariable] = this.secret
  }

  static async open(): Promise<Canaries> {
    const canaries = new Canaries()
    await canaries.#listen()
    return canaries
  }

  get unixSocket(): string {
    return join(this.folder, 'door')
  }

  get writable(): string {
    return join(this.folder, 'writable.txt')
  }

  /** Puts what leads to it from a folder that a subject may read: a link, and a door. */
  async leadFrom(folder: string): Promise<void> {
    symlinkSync(this.folder, join(folder, 'outside'))
    symlinkSync('/etc/shadow', join(folder, 'shadow'))
    await this.#open({ path: join(folder, 'door') })
  }

  /** Everything that arrived from whoever sends a mark. */
  heardFrom(mark: string): string[] {
    return this.#heard.filter((one) => one.includes(mark))
  }

  /** Whether a file outside has been written to by whoever writes a mark. */
  isWrittenBy(mark: string): boolean {
    return readFileSync(this.writable, 'utf8').includes(mark)
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#udp.close()
    await Promise.all(this.#servers.map((one) => new Promise((resolve) => one.close(resolve))))
    rmSync(this.folder, { recursive: true, force: true })
    delete process.env[secretVariable]
  }

  async #listen(): Promise<void> {
    const tcp = await this.#open({ port: 0 })
    this.tcpPort = (tcp.address() as AddressInfo).port
    await this.#open({ path: this.unixSocket })
    await this.#open({ path: this.abstractSocket })
    this.#udp.on('message', (data, { port, address }) => {
      this.#heard.push(`udp: ${String(data)}`)
      this.#udp.send('canary', port, address)
    })
    await new Promise<void>((resolve) => this.#udp.bind(0, resolve))
    this.udpPort = this.#udp.address().port
  }

  async #open(where: { port: number } | { path: string }): Promise<Server> {
    const server = createServer((socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
      socket.on('error', () => {})
      socket.on('data', (data) => {
        this.#heard.push(`${'path' in where ? 'unix' : 'tcp'}: ${String(data)}`)
        socket.end('canary')
      })
    })
    this.#servers.push(server)
    await new Promise<void>((resolve) => server.listen(where, resolve))
    return server
  }
}

/** Every IPv4 and IPv6 address of this machine, the gateways that most likely stand beside it, and Docker's usual one. */
export function hostAddresses(): string[] {
  const own = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .filter(({ address }) => !/^(?:127\.|::1$|fe80:)/.test(address))
    .map(({ address }) => address)
  const gateways = own.filter((one) => one.includes('.')).map((one) => one.replace(/\.\d+$/, '.1'))
  return [...new Set([...own, ...gateways, '172.17.0.1', '10.0.2.2'])]
}
