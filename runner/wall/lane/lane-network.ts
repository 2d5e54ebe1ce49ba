import type { Socket } from 'node:net'
import { prefixOf, type OpenWorld } from '../../../fronts/worlds.ts'
import type { Authority } from '../../record/authority/authority.ts'
import type { Admission, EscapeAttempt, WallServer } from '../wall.ts'
import { Gateway } from './gateway.ts'
import { Lane, type LaneOptions } from './lane.ts'
import type { LedgerLine } from './messages.ts'

/** What the network of a berth is made of. */
export interface LaneNetworkOptions extends Omit<LaneOptions, 'onHandle'> {
  authority: Authority
  /** Whether several worlds are reached from it at once. */
  shared: boolean
}

/** A network that ends at the twins, whoever is put into it: a sandbox, or a container that has none of its own. */
export class LaneNetwork {
  readonly #gateway: Gateway
  readonly #lane: Lane
  readonly #shared: boolean
  #closing: Promise<EscapeAttempt[]> | undefined

  private constructor(gateway: Gateway, lane: Lane, shared: boolean) {
    this.#gateway = gateway
    this.#lane = lane
    this.#shared = shared
  }

  /** Rejects with the reason, in the words of the program that failed. */
  static async open({
    authority,
    shared,
    enter,
    settings,
  }: LaneNetworkOptions): Promise<LaneNetwork> {
    const gateway = new Gateway(authority)
    const opening = Lane.open({
      enter,
      settings,
      onHandle: (name, handle) => gateway.take(name, handle),
    })
    const lane = await opening.catch(async (error: unknown) => {
      await gateway.close()
      throw error
    })
    return new LaneNetwork(gateway, lane, shared)
  }

  /** Of a process in the lane: whoever enters its namespaces is in the network. */
  get pid(): number {
    return this.#lane.pid
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
        this.#shared
          ? `http://127.0.0.1${prefixOf(open.id, twin)}`
          : open.world.twins.get(twin)!.definition.origin,
      leave: () => (left ??= this.#leave(open.id)),
    }
  }

  dial(port: number): Promise<Socket> {
    return this.#lane.dial(port)
  }

  /** Empties the lane's own disk. */
  sweep(): Promise<void> {
    return this.#lane.sweep()
  }

  /** Notes what the kernel has seen since the last time; only when a trial ends, so that the journal is the same in every play. */
  async #heed(): Promise<void> {
    for (const line of await this.#lane.readLedger()) {
      this.#gateway.escapes.note(this.#toAttempt(line))
    }
  }

  /** Ends the network; tells what was tried and found no trial to be noted in. */
  close(): Promise<EscapeAttempt[]> {
    return (this.#closing ??= this.#close())
  }

  /** What was sent before must have been heard before the world's page is closed. */
  async #leave(id: string): Promise<void> {
    try {
      await this.#gateway.quiet()
      await this.#heed()
      await this.#gateway.quiet()
    } finally {
      this.#gateway.leave(id)
    }
  }

  async #close(): Promise<EscapeAttempt[]> {
    await this.#gateway.quiet()
    // A lane that has broken down has nothing more to tell, and its last trial has said so.
    await this.#heed().catch(() => {})
    await this.#gateway.close()
    await this.#lane.close()
    return this.#gateway.escapes.takeStrays()
  }

  #toAttempt({ protocol, address, port }: LedgerLine): EscapeAttempt {
    const name = this.#gateway.names.nameOf(address)
    const host = name ?? (address.includes(':') ? `[${address}]` : address)
    const target = `${protocol}://${host}${port === undefined ? '' : `:${port}`}`
    return { target, how: protocol === 'tcp' ? 'connect' : 'send' }
  }
}
