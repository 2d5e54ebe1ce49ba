import type { Socket as UdpSocket } from 'node:dgram'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { setImmediate as breathe } from 'node:timers/promises'
import type { World } from '../../../engine/world.ts'
import { attend, connectionOptions, createAnswerer } from '../../../fronts/answerer.ts'
import { hostnameOf } from '../../../fronts/hosts.ts'
import type { Authority } from '../../record/authority/authority.ts'
import { Admitted, addressOf, foreign } from './admitted.ts'
import { readQuery, recordTypes, writeAnswer, type Answer, type Question } from './dns.ts'
import { EscapeBook } from './escapes.ts'
import { flooded, FloodWatch } from './flood.ts'
import { LargeBodies } from './large-bodies.ts'
import type { HandleName } from './messages.ts'
import { NameBook } from './names.ts'
import { Sink } from './sink.ts'

/** Open connections of each kind. */
const connectionsMax = 1000

/** Everything that a program in a lane can reach: name server, twins, and a wall that writes down who runs against it. */
export class Gateway {
  readonly admitted = new Admitted()
  readonly escapes = new EscapeBook()
  readonly names = new NameBook()
  readonly #sink: Sink
  readonly #answer: (request: IncomingMessage, response: ServerResponse) => void
  readonly #servers: Record<Exclude<HandleName, 'dns'>, Server>
  readonly #sockets = new Set<Socket>()
  readonly #large = new LargeBodies()
  readonly #flood = new FloodWatch()
  #dns: UdpSocket | undefined
  #heard = 0

  constructor(authority: Authority) {
    this.#sink = new Sink((attempt, ids) => this.escapes.note(attempt, ids))
    this.#answer = createAnswerer({}, (facts, body) => {
      const target = this.admitted.resolve(facts, body)
      if (target === foreign) {
        const { scheme, host, path } = addressOf(facts)
        this.escapes.note({
          target: `${scheme}://${host}${path}`,
          how: 'reach into another trial:',
        })
      }
      if ('misdirected' in target) return target
      const { isOver, isFirst } = this.#flood.count(target.world, facts.socket as Socket)
      if (isFirst) this.#noteFlood(target.world)
      return isOver ? flooded : target
    })
    const http = createServer(connectionOptions)
    const https = createTlsServer({
      ...connectionOptions,
      // Who names no host (no SNI) is shown a certificate for none.
      ...authority.credentialsFor('no-name.invalid'),
      SNICallback: (name, done) => {
        try {
          done(null, authority.contextFor(name.toLowerCase()))
        } catch (error) {
          // Whatever a program may call a host: it is its handshake that fails, not the run.
          done(error as Error)
        }
      },
    })
    for (const server of [http, https]) {
      attend(server, (request, response) => this.#hear(request, response))
      server.on('connect', (request: IncomingMessage, socket: Socket) => {
        this.escapes.note({ target: `tcp://${request.url ?? ''}`, how: 'CONNECT', sent: '' })
        socket.end('HTTP/1.1 502 Bad Gateway\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
      })
      server.on('clientError', (_error, socket: Socket) => this.#noteOdd(socket))
    }
    https.on('tlsClientError', (_error, socket) => this.#noteOdd(socket))
    const other = createTcpServer((socket) => {
      socket.on('error', () => {})
      socket.resetAndDestroy()
    })
    this.#servers = { http, https, other }
    for (const server of [http, https, other]) {
      // A program may hold as many as it likes; ours is what they cost.
      server.maxConnections = connectionsMax
      this.#watch(server)
    }
  }

  /** Takes over a socket that listens in the lane. */
  take(name: HandleName, handle: Server | UdpSocket): void {
    if (name !== 'dns') return void this.#servers[name].listen(handle as Server)
    this.#dns = handle as UdpSocket
    this.#dns.on('error', () => {})
    this.#dns.on('message', (query: Buffer, { port, address }) => {
      this.#heard++
      const question = readQuery(query)
      if (question === undefined) {
        this.escapes.note({ target: 'the name server', how: 'send nonsense to' })
        return
      }
      const answer = writeAnswer(query, question, this.#lookUp(question))
      this.#dns?.send(answer, port, address, () => {})
    })
  }

  /** Forgets a world, and with the last one every name that it invented: the next finds room for its own. */
  leave(id: string): void {
    this.escapes.close(id)
    this.admitted.remove(id)
    if (this.admitted.isEmpty) this.names.keep((name) => this.admitted.hasHost(name))
  }

  /** Waits until nothing that was sent before is still unheard, and notes what is half said. */
  async quiet(): Promise<void> {
    for (let still = 0, last = this.#heard, turns = 0; still < 3 && turns < 10_000; turns++) {
      await breathe()
      still = this.#heard === last ? still + 1 : 0
      last = this.#heard
    }
    this.#sink.flush()
  }

  async close(): Promise<void> {
    this.#dns?.close()
    const closed = Object.values(this.#servers).map(
      (server) => new Promise((resolve) => server.close(resolve)),
    )
    for (const socket of this.#sockets) socket.destroy()
    await Promise.all(closed)
  }

  #watch(server: Server): void {
    server.on('connection', (socket: Socket) => {
      this.#heard++
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
      socket.on('error', () => {})
      const address = addressAt(socket)
      if (server === this.#servers.other || isLoopback(address)) return
      if (this.names.nameOf(address) === undefined) this.#noteConnect(socket)
    })
  }

  #hear(request: IncomingMessage, response: ServerResponse): void {
    this.#heard++
    const { scheme, host, path } = addressOf(request)
    const name = hostnameOf(host).toLowerCase()
    const address = addressAt(request.socket)
    // A name counts only at the address that was given for it: nobody poses as a twin at another's.
    const isMeant = this.names.nameOf(address) === name && this.admitted.hasHost(name)
    // Its own address is no proxy to anywhere else.
    if (isMeant || (isLoopback(address) && this.#mayBeHere(name))) {
      if (this.#large.mayCome(request, response)) this.#answer(request, response)
      return
    }
    const place = host === '' ? addressOfSocket(request.socket) : host
    const target = `${scheme}://${place}${path}`
    this.#sink.swallow(request, response, target, this.admitted.idsOf(request))
  }

  /** Whether a host may be called at the lane's own address. */
  #mayBeHere(name: string): boolean {
    const isHere = name === '' || isLoopback(name) || name === '[::1]' || isLocalhost(name)
    return isHere || this.admitted.hasHost(name)
  }

  /** Something that is no HTTP, or no TLS that we could take part in, where no twin stands. */
  #noteOdd(socket: Socket): void {
    const address = addressAt(socket)
    // One that is gone already has lost its address; its name was looked up, or it was noted when it came.
    if (address === '' || isLoopback(address)) return
    const name = this.names.nameOf(address)
    if (name === undefined || !this.admitted.hasHost(name)) this.#noteConnect(socket)
  }

  #noteConnect(socket: Socket): void {
    this.escapes.note({ target: `tcp://${addressOfSocket(socket, this.names)}`, how: 'connect' })
  }

  /** No escape, but an attempt on the runner: the trial fails, and says why. */
  #noteFlood(world: World): void {
    this.escapes.note(
      { target: 'more calls, or bytes, than a trial may', how: 'flood the twins with' },
      this.admitted.idsOfWorld(world),
    )
  }

  #lookUp({ name, type }: Question): Answer {
    if (isLocalhost(name)) {
      return type === recordTypes.a ? { code: 0, address: '127.0.0.1' } : { code: 0 }
    }
    const isTwin = this.admitted.hasHost(name)
    if (!isTwin && !isOwnReverse(name)) {
      this.escapes.note({ target: name === '' ? '.' : name, how: 'lookup' })
    }
    if (type === recordTypes.ptr) return { code: 3 }
    const address = this.names.addressOf(name, isTwin)
    if (address === undefined) return { code: 3 }
    return type === recordTypes.a ? { code: 0, address } : { code: 0 }
  }
}

function addressAt(socket: Socket): string {
  return (socket.localAddress ?? '').replace(/^::ffff:/, '')
}

function addressOfSocket(socket: Socket, names?: NameBook): string {
  const address = addressAt(socket)
  const host = names?.nameOf(address) ?? (address.includes(':') ? `[${address}]` : address)
  return `${host}:${socket.localPort ?? 0}`
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1'
}

function isLocalhost(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost')
}

/** Asking for the name of this machine's own addresses, or of those that stand for names: whole ones, since anything could be written before. */
function isOwnReverse(name: string): boolean {
  return (
    /^(?:(?:\d{1,3}\.){3}127|(?:\d{1,3}\.){2}1[89]\.198)\.in-addr\.arpa$/.test(name) ||
    /^1\.(?:0\.){31}ip6\.arpa$/.test(name)
  )
}
