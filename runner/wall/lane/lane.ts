import { spawn, type ChildProcess } from 'node:child_process'
import type { Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import type { Server, Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { FromHelper, HandleName, HelperSettings, LedgerLine, ToHelper } from './messages.ts'

/** How the process inside is brought into a lane's network, and what it needs. */
export interface LaneOptions {
  /** What goes before the process's own command, such as `unshare --net --`. */
  enter: readonly string[]
  settings: HelperSettings
  /** Called with each listening socket of the lane, before anything can run in there. */
  onHandle: (name: HandleName, handle: Server | UdpSocket) => void
}

type Ask = Extract<ToHelper, { kind: 'ask' }>['what']

interface Waiting {
  resolve: (answer: { value: unknown; handle: unknown }) => void
  reject: (error: Error) => void
}

const helperFile = fileURLToPath(
  // The source runs unbuilt, and the build has no sources beside it.
  new URL(import.meta.filename.endsWith('.ts') ? './helper.ts' : './helper.js', import.meta.url),
)

/** A network in which every address is ours, kept up by one process inside. */
export class Lane {
  /** Of the process inside: whoever enters its namespaces is in the lane. */
  readonly pid: number
  /** Why other ports and protocols are refused without being heard of, if so. */
  readonly ledgerMissing: string | undefined
  readonly #helper: ChildProcess
  readonly #waiting: Map<number, Waiting>
  #nextId = 1

  private constructor(
    helper: ChildProcess,
    waiting: Map<number, Waiting>,
    ledgerMissing: string | undefined,
  ) {
    this.#helper = helper
    this.#waiting = waiting
    this.pid = helper.pid!
    this.ledgerMissing = ledgerMissing
  }

  /** Rejects with the reason, in the words of the program that failed. */
  static async open({ enter, settings, onHandle }: LaneOptions): Promise<Lane> {
    const [file, ...args] = [...enter, process.execPath, helperFile, JSON.stringify(settings)]
    const helper = spawn(file!, args, {
      // Nothing of ours: the process inside needs no settings, and shows none to what runs beside it.
      env: {},
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // Ctrl-C is the runner's to deal with.
      detached: true,
    })
    const waiting = new Map<number, Waiting>()
    const ready = Promise.withResolvers<string | undefined>()
    let said = ''
    helper.stderr!.setEncoding('utf8').on('data', (text: string) => (said += text))
    helper.once('error', ready.reject)
    helper.once('exit', (code) => {
      const error = new Error(`the lane's own process ended (${code}): ${said.trim()}`)
      ready.reject(error)
      for (const one of waiting.values()) one.reject(error)
      waiting.clear()
    })
    helper.on('message', (message: FromHelper, handle) => {
      if (message.kind === 'failed') ready.reject(new Error(message.why))
      else if (message.kind === 'handle') onHandle(message.name, handle as Server | UdpSocket)
      else if (message.kind === 'handed') helper.send({ kind: 'taken' } satisfies ToHelper)
      else if (message.kind === 'ready') ready.resolve(message.ledger)
      else settle(waiting, message, handle)
    })
    try {
      return new Lane(helper, waiting, await ready.promise)
    } catch (error) {
      helper.kill('SIGKILL')
      throw error
    }
  }

  /** What was tried since the last reading, as far as the kernel was asked to note it. */
  async readLedger(): Promise<LedgerLine[]> {
    return (await this.#ask('ledger')).value as LedgerLine[]
  }

  /** A connection to a port in the lane. */
  async dial(port: number): Promise<Socket> {
    return (await this.#ask('dial', port)).handle as Socket
  }

  /** Empties the lane's own disk. */
  async sweep(): Promise<void> {
    await this.#ask('sweep')
  }

  /** Ends the process inside, and with it the lane. */
  async close(): Promise<void> {
    if (this.#helper.exitCode !== null || this.#helper.signalCode !== null) return
    const gone = once(this.#helper, 'exit')
    this.#helper.kill('SIGKILL')
    await gone
  }

  #ask(what: Ask, port?: number): Promise<{ value: unknown; handle: unknown }> {
    const id = this.#nextId++
    const ask: ToHelper = { kind: 'ask', id, what }
    return new Promise((resolve, reject) => {
      if (!this.#helper.connected) return reject(new Error("the lane's own process has ended"))
      this.#waiting.set(id, { resolve, reject })
      this.#helper.send(port === undefined ? ask : { ...ask, port })
    })
  }
}

function settle(
  waiting: Map<number, Waiting>,
  { id, value, error, code }: Extract<FromHelper, { kind: 'answer' }>,
  handle: unknown,
): void {
  const one = waiting.get(id)
  waiting.delete(id)
  if (error === undefined) one?.resolve({ value, handle })
  else one?.reject(Object.assign(new Error(error), code === undefined ? {} : { code }))
}
