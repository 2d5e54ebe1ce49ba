import type { Socket } from 'node:net'
import type { World } from '../../../engine/world.ts'
import type { Misdirected } from '../../../fronts/resolve.ts'

/** What one trial may make the runner keep: its journal holds every call with what was sent and answered. */
export interface FloodLimits {
  calls: number
  bytes: number
}

const usual: FloodLimits = { calls: 50_000, bytes: 512 * (1 << 20) }

/** What is said to a trial that has made too much of it. */
export const flooded: Misdirected = {
  misdirected: 'This trial has made more calls, or moved more bytes, than a trial may.',
  status: 503,
}

/** Counts what trials make the runner keep, so that a program that never stops costs its own trial and not the run. */
export class FloodWatch {
  readonly #limits: FloodLimits
  readonly #spent = new WeakMap<World, FloodLimits>()
  readonly #moved = new WeakMap<Socket, number>()

  constructor(limits: FloodLimits = usual) {
    this.#limits = limits
  }

  /** Counts a call, and what was moved on its connection since the call before; whether it is one too many, and the first of those. */
  count(world: World, socket: Socket): { isOver: boolean; isFirst: boolean } {
    const spent = this.#spent.get(world) ?? { calls: 0, bytes: 0 }
    this.#spent.set(world, spent)
    const wasOver = this.#isOver(spent)
    const moved = socket.bytesRead + socket.bytesWritten
    spent.calls++
    spent.bytes += moved - (this.#moved.get(socket) ?? 0)
    this.#moved.set(socket, moved)
    const isOver = this.#isOver(spent)
    return { isOver, isFirst: isOver && !wasOver }
  }

  #isOver({ calls, bytes }: FloodLimits): boolean {
    return calls > this.#limits.calls || bytes > this.#limits.bytes
  }
}
