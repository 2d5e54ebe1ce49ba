import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LaneStage, type Played } from '../../../runner/testing/lane-stage.ts'
import { createEnvironmentWall } from '../../../runner/wall/environment.ts'
import type { LaneMeans } from '../../../runner/wall/lane/tools.ts'
import type { Berth, Wall } from '../../../runner/wall/wall.ts'
import type { OpenWorld } from '../../../fronts/worlds.ts'
import type { Attack, Range } from './attack.ts'
import { Canaries, hostAddresses } from './canaries.ts'
import { innocent } from './innocent.ts'
import { rulesIn } from './outside-view.ts'
import { writeProgram } from './programs.ts'

/** What every hostile subject may use up: little, so that it gets there soon. */
const limits = { memoryMb: 384, processes: 64, files: 200, fileMb: 16, diskMb: 24 }

/** One berth for many subjects, one after the other. */
export interface Cage {
  wall: Wall
  berth: Berth
  /** Of the process that keeps up its network. */
  pid: number
  /** What an innocent subject saw before anything hostile was in there. */
  asItWas: unknown
  rulesAsTheyWere: string
}

/** What came of one attack. */
export interface Outcome extends Played {
  /** Whatever it got hold of outside. */
  breaches: string[]
}

/** Canaries outside, cages inside, and a run's own server. */
export class Arena {
  readonly stage: LaneStage
  readonly canaries: Canaries
  readonly #other: OpenWorld
  readonly #otherToken: string
  readonly #innocent: string
  #played = 0

  private constructor(stage: LaneStage, canaries: Canaries) {
    this.stage = stage
    this.canaries = canaries
    this.#other = stage.worlds.add(stage.fork('another trial'))
    this.#otherToken = stage.worlds.mint(this.#other.id, 'slack')['bot']!
    this.#innocent = stage.write('innocent.cjs', innocent)
  }

  static async open(means?: LaneMeans): Promise<Arena> {
    const [stage, canaries] = await Promise.all([LaneStage.open(means), Canaries.open()])
    await canaries.leadFrom(stage.folder)
    return new Arena(stage, canaries)
  }

  /** A lane of its own, and how it looks while it is clean. */
  async openCage(): Promise<Cage> {
    const berth = await this.stage.wall.open({ readable: [this.stage.folder], limits })
    const pid = pidOf(berth)
    const { name, about, unsafe } = this.stage.wall
    const wall: Wall = {
      name,
      about,
      unsafe,
      strays: [],
      open: () => Promise.resolve(berth),
      close: () => Promise.resolve(),
    }
    const cage = { wall, berth, pid, asItWas: undefined, rulesAsTheyWere: rulesIn(pid) }
    // The first one also warms what is only there once somebody has spoken.
    await this.playInnocent(cage)
    return { ...cage, asItWas: (await this.playInnocent(cage)).reply.body }
  }

  /** Whether programs are kept from starting processes without end; known once a cage is open. */
  get countsProcesses(): boolean {
    return !this.stage.wall.about.includes('was not limited')
  }

  /** An attack in a cage, as a trial of its own. */
  play(attack: Attack, cage: Cage): Promise<Outcome> {
    return this.#play(attack, cage.wall, { addresses: ['127.0.0.1', ...hostAddresses()] })
  }

  /** The same where nothing but settings leads to the twins. */
  playWithoutWall(attack: Attack): Promise<Outcome> {
    return this.#play(attack, createEnvironmentWall(), { addresses: ['127.0.0.1'] })
  }

  /** An honest subject that says what it sees of its berth. */
  playInnocent({ wall }: Pick<Cage, 'wall'>): Promise<Played> {
    return this.stage.play(this.stage.subject(['node', this.#innocent], { wall }))
  }

  /** What a subject in a cage is told of the world outside. */
  rangeFor(mark = ''): Range {
    return this.#rangeOf(mark, ['127.0.0.1', ...hostAddresses()])
  }

  /** What the world of the other trial has heard. */
  get otherJournal(): readonly unknown[] {
    return this.#other.world.journal.entries
  }

  async close(): Promise<void> {
    await this.canaries.close()
    await this.stage.close()
  }

  async #play(attack: Attack, wall: Wall, { addresses }: Pick<Range, 'addresses'>) {
    const mark = `mark-${++this.#played}-of-the-red-team`
    const { canaries } = this
    const cwd = join(this.stage.folder, mark)
    const range = this.#rangeOf(mark, addresses)
    const subject = this.stage.subject(writeInto(cwd, attack), {
      wall,
      cwd,
      env: { RED_TEAM: JSON.stringify(range) },
      timeoutMs: attack.timeoutMs ?? 30_000,
    })
    const played = await this.stage.play(subject)
    const breaches = canaries.heardFrom(mark)
    if (canaries.isWrittenBy(mark)) breaches.push('wrote to a file outside')
    if (JSON.stringify(played).includes(canaries.secret)) breaches.push('read the secret')
    const { body } = played.reply
    for (const [name, value] of Object.entries((body ?? {}) as Record<string, unknown>)) {
      if (value === 'in') breaches.push(name)
    }
    return { ...played, breaches }
  }

  #rangeOf(mark: string, addresses: readonly string[]): Range {
    const { tcpPort, udpPort, unixSocket, abstractSocket, folder } = this.canaries
    return {
      mark,
      addresses,
      tcpPort,
      udpPort,
      serverPort: Number(new URL(this.stage.server.url).port),
      unixSocket,
      abstractSocket,
      outside: folder,
      otherWorld: this.#other.id,
      otherToken: this.#otherToken,
    }
  }
}

/** Of the process that keeps up a berth's network: every program is put where it is. */
function pidOf(berth: Berth): number {
  const { command } = berth.wrap({ command: ['true'], cwd: '/', env: {} })
  return Number(command[command.indexOf('--target') + 1])
}

/** The command that runs an attack, from a folder of its own. */
function writeInto(folder: string, { by, program }: Attack): string[] {
  mkdirSync(folder)
  const text = writeProgram(by, program)
  const write = (name: string): string => {
    writeFileSync(join(folder, name), text)
    return name
  }
  if (by === 'node') return ['node', write('attack.mjs')]
  if (by === 'python') return ['/usr/bin/python3', write('attack.py')]
  if (by === 'sh') return ['/bin/sh', write('attack.sh')]
  const source = write('attack.c')
  execFileSync('gcc', ['-w', '-o', 'attack', source], { cwd: folder, stdio: 'pipe' })
  return ['./attack']
}
