import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Authority, newAuthorityPem } from '../../record/authority/authority.ts'
import type { Berth, BerthOptions, Program, Wall } from '../wall.ts'
import { LaneBerth } from './lane-berth.ts'
import { folderPrefix, sweepFolders } from './leftovers.ts'
import { needNarrow, needVisible } from './need-seen.ts'
import { nodeFolders } from './sandbox.ts'
import type { LaneMeans, LaneTools } from './tools.ts'
import { isFilteredArch } from './seccomp.ts'
import { writeEtc } from './trust.ts'

/** The name by which the authority of lanes is known inside them. */
const authorityName = 'Lane authority'

/** The default wall on Linux: a network of its own for each berth, in which every address is ours, and a sandbox around the program. */
export class LaneWall implements Wall {
  readonly name = 'lane'
  readonly unsafe = false
  readonly strays: Wall['strays'] = []
  readonly #tools: LaneTools
  readonly #means: LaneMeans
  readonly #folder: string
  readonly #authority: Authority
  readonly #open = new Set<Berth>()
  #opened = 0
  #ledgerMissing: string | undefined
  #countsProcesses = true

  /** Takes the programs and the means that a probe has found to work. */
  constructor(tools: LaneTools, means: LaneMeans = 'users') {
    this.#tools = tools
    this.#means = means
    sweepFolders()
    this.#authority = new Authority(newAuthorityPem(Date.now(), authorityName), authorityName)
    this.#folder = mkdtempSync(join(tmpdir(), folderPrefix))
    chmodSync(this.#folder, 0o755)
    writeEtc(join(this.#folder, 'etc'), this.#authority.certificatePem, authorityName)
    process.once('exit', this.#onExit)
  }

  get about(): string {
    const heard =
      this.#ledgerMissing === undefined
        ? 'every attempt to reach anything else failed and is listed'
        : `attempts to reach anything else failed, but only names and HTTP are listed (${this.#ledgerMissing})`
    const counted = this.#countsProcesses
      ? ''
      : ' How many processes it started was not limited: root is counted by control groups alone, and none could be made.'
    const unfiltered = isFilteredArch(process.arch)
      ? ''
      : ' System calls were not filtered, which can be written for x64 and arm64 only.'
    return `The subject ran in a network of its own, where every address led to the twins, and in a sandbox without the rest of this machine: ${heard}.${counted}${unfiltered}`
  }

  check(program: Program, readable: readonly string[]): void {
    for (const one of [program.cwd, ...readable]) needNarrow(one)
    needVisible(program, readable)
  }

  async open(options: BerthOptions): Promise<Berth> {
    const readable = options.readable.map((one) => resolve(one))
    for (const one of readable) needNarrow(one)
    const scratch = join(this.#folder, `berth-${++this.#opened}`)
    mkdirSync(scratch)
    // A runner that is root owns the machine's devices, and so would what it starts.
    const devices = process.getuid?.() === 0 ? `${scratch}-devices` : undefined
    if (devices !== undefined) mkdirSync(devices)
    const berth = await LaneBerth.open({
      ...options,
      tools: this.#tools,
      means: this.#means,
      authority: this.#authority,
      view: {
        readable: [...nodeFolders(), ...readable],
        etc: join(this.#folder, 'etc'),
        scratch,
        devices,
      },
      onClose: (strays) => {
        this.#open.delete(berth)
        this.strays.push(...strays)
      },
    })
    this.#ledgerMissing = berth.ledgerMissing
    this.#countsProcesses = berth.countsProcesses
    this.#open.add(berth)
    return berth
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open].map((one) => one.close()))
    process.off('exit', this.#onExit)
    await rm(this.#folder, { recursive: true, force: true })
  }

  readonly #onExit = (): void => rmSync(this.#folder, { recursive: true, force: true })
}
