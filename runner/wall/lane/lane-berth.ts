import type { Socket } from 'node:net'
import { prefixOf, type OpenWorld } from '../../../fronts/worlds.ts'
import type { Authority } from '../../record/authority/authority.ts'
import type {
  Admission,
  Berth,
  BerthOptions,
  EscapeAttempt,
  Launch,
  Program,
  WallServer,
} from '../wall.ts'
import { openCgroup, type Cgroup } from './cgroup.ts'
import { Gateway } from './gateway.ts'
import { Lane } from './lane.ts'
import { fillLimits } from './limits.ts'
import type { LedgerLine } from './messages.ts'
import type { View } from './sandbox.ts'
import { isFilteredArch, writeFilter } from './seccomp.ts'
import { createStarter } from './start.ts'
import type { LaneTools } from './tools.ts'

/** What a lane's berth is made of. */
export interface LaneBerthOptions extends BerthOptions {
  tools: LaneTools
  authority: Authority
  view: View
  /** Handed what was tried and found no trial to be noted in. */
  onClose: (strays: EscapeAttempt[]) => void
}

/** One lane, and the sandbox of what runs in it. */
export class LaneBerth implements Berth {
  readonly wrap: (program: Program) => Launch
  readonly #options: LaneBerthOptions
  readonly #gateway: Gateway
  readonly #lane: Lane
  readonly #cgroup: Cgroup | undefined
  #closing: Promise<void> | undefined

  private constructor(options: LaneBerthOptions, gateway: Gateway, lane: Lane) {
    this.#options = options
    this.#gateway = gateway
    this.#lane = lane
    const { arch } = process
    const limits = fillLimits(options.limits)
    this.#cgroup = openCgroup(options.tools.sh, limits)
    this.wrap = createStarter({
      tools: options.tools,
      pid: lane.pid,
      view: options.view,
      limits,
      cgroup: this.#cgroup,
      filter: isFilteredArch(arch) ? writeFilter(arch) : undefined,
    })
  }

  static async open(options: LaneBerthOptions): Promise<LaneBerth> {
    const { tools, authority, view } = options
    // Read at once, so that an attempt stands in the journal near to when it was made.
    const gateway = new Gateway(authority, () => void berth?.heed().catch(() => {}))
    const lane = await Lane.open({
      enter: [tools.unshare, '--user', '--map-root-user', '--net', '--mount', '--'],
      settings: {
        ip: tools.ip,
        nft: tools.nft,
        mount: tools.mount,
        scratch: view.scratch,
        diskMb: fillLimits(options.limits).diskMb,
      },
      onHandle: (name, handle) => gateway.take(name, handle),
    }).catch(async (error: unknown) => {
      await gateway.close()
      throw error
    })
    const berth = new LaneBerth(options, gateway, lane)
    return berth
  }

  /** Why other ports and protocols are refused without being heard of, if so. */
  get ledgerMissing(): string | undefined {
    return this.#lane.ledgerMissing
  }

  admit(open: OpenWorld, server: WallServer): Admission {
    this.#gateway.admitted.add(open, server)
    this.#gateway.escapes.open(open)
    let left: Promise<void> | undefined
    return {
      urlOf: (twin) =>
        this.#options.shared === true
          ? `http://127.0.0.1${prefixOf(open.id, twin)}`
          : open.world.twins.get(twin)!.definition.origin,
      leave: () => (left ??= this.#leave(open.id)),
    }
  }

  dial(port: number): Promise<Socket> {
    return this.#lane.dial(port)
  }

  sweep(): Promise<void> {
    return this.#lane.sweep()
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close())
  }

  /** Notes what the kernel has seen since the last time. */
  async heed(): Promise<void> {
    for (const line of await this.#lane.readLedger()) {
      this.#gateway.escapes.note(this.#toAttempt(line))
    }
  }

  /** What was sent before must have been heard before the world's page is closed. */
  async #leave(id: string): Promise<void> {
    try {
      await this.#gateway.quiet()
      await this.heed()
      await this.#gateway.quiet()
    } finally {
      this.#gateway.escapes.close(id)
      this.#gateway.admitted.remove(id)
    }
  }

  async #close(): Promise<void> {
    await this.#gateway.quiet()
    // A lane that has broken down has nothing more to tell, and its last trial has said so.
    await this.heed().catch(() => {})
    await this.#gateway.close()
    await this.#lane.close()
    this.#cgroup?.remove()
    this.#options.onClose(this.#gateway.escapes.takeStrays())
  }

  #toAttempt({ protocol, address, port }: LedgerLine): EscapeAttempt {
    const name = this.#gateway.names.nameOf(address)
    const host = name ?? (address.includes(':') ? `[${address}]` : address)
    const target = `${protocol}://${host}${port === undefined ? '' : `:${port}`}`
    return { target, how: protocol === 'tcp' ? 'connect' : 'send' }
  }
}
