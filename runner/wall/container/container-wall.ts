import { randomUUID } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { UsageError } from '../../../engine/usage-error.ts'
import { Authority, newAuthorityPem } from '../../record/authority/authority.ts'
import { LaneNetwork } from '../lane/lane-network.ts'
import { folderPrefix, sweepFolders } from '../lane/leftovers.ts'
import { findNetworkTools, type NetworkTools } from '../lane/tools.ts'
import type { Berth, BerthOptions, Wall } from '../wall.ts'
import { ContainerBerth } from './container-berth.ts'
import { Container } from './container.ts'
import { wordsOf, type Engine } from './engine.ts'
import { canHold, writeHold } from './hold.ts'
import { sweepContainers } from './labels.ts'
import { heedMemory } from './memory.ts'
import {
  holderOptions,
  subjectOptions,
  type ContainerSettings,
  type WallFiles,
} from './settings.ts'

/** What a wall of containers is made of. */
export interface ContainerWallOptions extends ContainerSettings {
  engine: Engine
  /** Whether one container serves trial after trial. */
  isKept: boolean
}

const authorityName = 'Lane authority'

/** Containers without a network but a lane: nothing of theirs reaches this machine, and every attempt is heard of. */
export class ContainerWall implements Wall {
  readonly name = 'container'
  readonly unsafe = false
  readonly strays: Wall['strays'] = []
  readonly #options: ContainerWallOptions
  readonly #tools: NetworkTools
  readonly #authority = new Authority(newAuthorityPem(Date.now(), authorityName), authorityName)
  readonly #folder = mkdtempSync(join(tmpdir(), folderPrefix))
  readonly #files: WallFiles
  readonly #open = new Set<Berth>()
  readonly #stopHeeding: () => void
  #ledgerMissing: string | undefined

  private constructor(options: ContainerWallOptions, tools: NetworkTools, stopHeeding: () => void) {
    this.#options = options
    this.#tools = tools
    this.#stopHeeding = stopHeeding
    chmodSync(this.#folder, 0o755)
    this.#files = { hold: join(this.#folder, 'hold'), certificate: join(this.#folder, 'ca.pem') }
    writeHold(this.#files.hold)
    writeFileSync(this.#files.certificate, this.#authority.certificatePem)
    process.once('exit', this.#onExit)
  }

  /** Throws a UsageError when this machine can't put a lane around containers. */
  static async open(options: ContainerWallOptions): Promise<ContainerWall> {
    const tools = needTools()
    sweepFolders()
    await sweepContainers(options.engine)
    return new ContainerWall(options, tools, await heedMemory(options.engine))
  }

  get about(): string {
    const { image, isKept, mounts } = this.#options
    const heard =
      this.#ledgerMissing === undefined
        ? 'every attempt to reach anything else failed and is listed'
        : `attempts to reach anything else failed, but only names and HTTP are listed (${this.#ledgerMissing})`
    const kept = isKept
      ? ' One container served trial after trial: what a trial left on its disk, the next one could read.'
      : ''
    const written = mounts.filter(({ readOnly }) => !readOnly).map(({ to }) => to)
    const shared =
      written.length === 0 ? '' : ` It could write to this machine at ${written.join(', ')}.`
    return `The subject ran in containers of ${image.name}, in a network of its own, where every address led to the twins: ${heard}.${kept}${shared}`
  }

  async open({ shared = false }: BerthOptions): Promise<Berth> {
    const { engine, isKept } = this.#options
    const holder = await this.#startHolder()
    let network: LaneNetwork
    try {
      network = await LaneNetwork.open({
        authority: this.#authority,
        shared,
        enter: [this.#tools.nsenter, `--net=/proc/${holder.pid}/ns/net`, '--'],
        settings: { ip: this.#tools.ip, nft: this.#tools.nft },
      })
    } catch (error) {
      await holder.remove()
      throw error
    }
    this.#ledgerMissing = network.ledgerMissing
    const berth = new ContainerBerth({
      engine,
      holder,
      network,
      isKept,
      start: () => Container.start(engine, subjectOptions(this.#options, this.#files, holder.id)),
      onClose: (strays) => {
        this.#open.delete(berth)
        this.strays.push(...strays)
      },
    })
    this.#open.add(berth)
    return berth
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open].map((one) => one.close()))
    this.#stopHeeding()
    process.off('exit', this.#onExit)
    await rm(this.#folder, { recursive: true, force: true })
  }

  readonly #onExit = (): void => rmSync(this.#folder, { recursive: true, force: true })

  /** Its network is entered by the number of its process: that has to be a process of this very machine. */
  async #startHolder(): Promise<Container> {
    const label = randomUUID()
    const options = holderOptions(this.#options, this.#files, label)
    const holder = await Container.start(this.#options.engine, options).catch((error: unknown) => {
      throw new UsageError(`The container engine starts no container: ${wordsOf(error)}.`, {
        fix: 'Backlot has to share this machine and its temporary folder with the engine.',
      })
    })
    // It may be on its way still to the program that it was started with.
    for (let tried = 0; tried < 40; tried++) {
      if (isHere(holder.pid, label)) return holder
      await wait(50)
    }
    await holder.remove()
    throw new UsageError('The container engine runs on another machine, or in one of its own.', {
      fix: 'Run Backlot where the engine runs: a lane is put around a container from outside.',
    })
  }
}

function isHere(pid: number, label: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(label)
  } catch {
    return false
  }
}

function needTools(): NetworkTools {
  if (process.platform !== 'linux' || !canHold()) {
    throw new UsageError('Containers can be put into a lane on Linux alone, on x64 and arm64.', {
      fix: 'Run Backlot in a Linux machine, or the code as a command or a service.',
    })
  }
  if (process.getuid?.() !== 0) {
    throw new UsageError('Only root may put a container into a lane.', {
      fix: 'Run Backlot as root, or the code as a command or a service: their lanes need no root.',
    })
  }
  const tools = findNetworkTools()
  if (!('missing' in tools)) return tools
  const packages = tools.missing.join(' ')
  throw new UsageError(`Containers can't be put into a lane: ${packages} is missing.`, {
    fix: `apt-get install ${packages} nftables`,
  })
}
