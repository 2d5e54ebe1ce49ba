import type { Socket } from 'node:net'
import type { OpenWorld } from '../../../fronts/worlds.ts'
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
import { LaneNetwork } from './lane-network.ts'
import { fillLimits } from './limits.ts'
import type { View } from './sandbox.ts'
import { isFilteredArch, writeFilter } from './seccomp.ts'
import { createStarter } from './start.ts'
import type { LaneMeans, LaneTools } from './tools.ts'

/** What a lane's berth is made of. */
export interface LaneBerthOptions extends BerthOptions {
  tools: LaneTools
  means: LaneMeans
  authority: Authority
  view: View
  /** Handed what was tried and found no trial to be noted in. */
  onClose: (strays: EscapeAttempt[]) => void
}

/** A lane of its own, and the sandbox of what runs in it. */
export class LaneBerth implements Berth {
  readonly wrap: (program: Program) => Launch
  readonly #network: LaneNetwork
  readonly #cgroup: Cgroup | undefined
  readonly #onClose: (strays: EscapeAttempt[]) => void

  private constructor(
    { tools, means, view, limits: asked, onClose }: LaneBerthOptions,
    network: LaneNetwork,
  ) {
    const { arch } = process
    const limits = fillLimits(asked)
    this.#network = network
    this.#onClose = onClose
    this.#cgroup = openCgroup(tools.sh, limits)
    this.wrap = createStarter({
      tools,
      means,
      pid: network.pid,
      view,
      limits,
      filter: isFilteredArch(arch) ? writeFilter(arch) : undefined,
      cgroup: this.#cgroup,
    })
  }

  static async open(options: LaneBerthOptions): Promise<LaneBerth> {
    const { tools, means, authority, view, shared = false, limits } = options
    const users = means === 'users' ? ['--user', '--map-root-user'] : []
    const network = await LaneNetwork.open({
      authority,
      shared,
      enter: [tools.unshare, ...users, '--net', '--mount', '--'],
      settings: {
        ip: tools.ip,
        nft: tools.nft,
        mount: tools.mount,
        scratch: view.scratch,
        diskMb: fillLimits(limits).diskMb,
        devices: view.devices,
      },
    })
    return new LaneBerth(options, network)
  }

  /** Why other ports and protocols are refused without being heard of, if so. */
  get ledgerMissing(): string | undefined {
    return this.#network.ledgerMissing
  }

  /** Whether the processes of the program are counted, whoever runs the runner. */
  get countsProcesses(): boolean {
    return this.#cgroup?.countsProcesses === true || process.getuid?.() !== 0
  }

  admit(open: OpenWorld, server: WallServer): Admission {
    return this.#network.admit(open, server)
  }

  dial(port: number): Promise<Socket> {
    return this.#network.dial(port)
  }

  sweep(): Promise<void> {
    return this.#network.sweep()
  }

  async close(): Promise<void> {
    const strays = await this.#network.close()
    this.#cgroup?.remove()
    // A second call finds none left.
    this.#onClose(strays.splice(0))
  }
}
