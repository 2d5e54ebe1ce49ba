import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FaultPlan } from '../../engine/faults.ts'
import { World } from '../../engine/world.ts'
import { serveHttp, type HttpServer } from '../../fronts/http.ts'
import { createResolver } from '../../fronts/resolve.ts'
import { Worlds } from '../../fronts/worlds.ts'
import { loadTwin } from '../../twins/index.ts'
import { playTrial } from '../play.ts'
import { scenario } from '../scenario.ts'
import { createCommandSubject, type CommandOptions } from '../subject/command.ts'
import type { Subject, SubjectReply } from '../subject/subject.ts'
import { createWarmCommandSubject } from '../subject/warm-command.ts'
import type { TrialResult } from '../trial-result.ts'
import { LaneWall } from '../wall/lane/lane-wall.ts'
import { probeLane, type Probe } from '../wall/lane/probe.ts'
import type { LaneMeans } from '../wall/lane/tools.ts'

/** Whether lanes can be had here; says so when they can't, since tests are skipped then. */
export async function probeForTests(): Promise<Probe> {
  const probe = await probeLane()
  if (!('tools' in probe)) process.stderr.write(`Skipped: no lane here, ${probe.why}.\n`)
  return probe
}

/** A script's own words, and the trial that it played. */
export interface Played {
  reply: SubjectReply
  result: TrialResult
  /** Each attempt to get out as `how target`. */
  escapes: string[]
}

const twins = ['okta', 'jira', 'slack'] as const

/** Plays scripts as subjects in lanes, on the three twins. */
export class LaneStage {
  readonly wall: LaneWall
  /** Of the scripts. */
  readonly folder = mkdtempSync(join(tmpdir(), 'lane-stage-'))
  readonly worlds = new Worlds()
  readonly #base: World
  readonly #http: HttpServer
  readonly #subjects: Subject[] = []

  private constructor(wall: LaneWall, base: World, http: HttpServer, worlds: Worlds) {
    this.wall = wall
    this.#base = base
    this.#http = http
    this.worlds = worlds
  }

  /** Fails when there is no lane; ask `probeForTests` before. */
  static async open(means?: LaneMeans): Promise<LaneStage> {
    const probe = await probeLane()
    if (!('tools' in probe)) throw new Error(probe.why)
    const worlds = new Worlds()
    const [base, http] = await Promise.all([
      Promise.all(twins.map((name) => loadTwin(name))).then((all) => World.create({ twins: all })),
      serveHttp({ resolve: createResolver(worlds) }),
    ])
    return new LaneStage(new LaneWall(probe.tools, means ?? probe.means), base, http, worlds)
  }

  get server(): { url: string; worlds: Worlds } {
    return { url: this.#http.url, worlds: this.worlds }
  }

  /** A world of one's own, without a trial. */
  fork(seed: string): World {
    return this.#base.fork({ seed })
  }

  /** Writes a file beside the scripts. */
  write(name: string, text: string): string {
    const file = join(this.folder, name)
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(file, text)
    return file
  }

  /** A subject that runs a command in the folder of the scripts. */
  subject(
    command: readonly string[],
    options: Partial<CommandOptions> & { warm?: boolean } = {},
  ): Subject {
    const whole: CommandOptions = {
      name: 'script',
      command,
      cwd: this.folder,
      env: {},
      timeoutMs: 20_000,
      startMs: 20_000,
      wall: this.wall,
      ...options,
    }
    const subject = options.warm ? createWarmCommandSubject(whole) : createCommandSubject(whole)
    // The wall is shared, and closed at the end.
    const kept = { ...subject, close: () => Promise.resolve() }
    this.#subjects.push(kept)
    return kept
  }

  /** Plays one trial that asks the subject once for each path. */
  async play(subject: Subject, plan?: FaultPlan, paths = ['/go']): Promise<Played> {
    let reply: SubjectReply | undefined
    const asking = scenario('A test', { twins: [...twins] }, async ({ subject, check }) => {
      for (const path of paths) reply = await subject.post(path, {})
      check('asked', true)
    })
    const trial = {
      scenarioId: 'test/lane',
      scenario: asking,
      seed: '1',
      plan: plan ?? { name: 'none', faults: [] },
    }
    const result = await playTrial(trial, { base: this.#base, subject, server: this.server })
    const escapes = result.escapes.map(({ how, target }) => `${how} ${target}`)
    return { reply: reply!, result, escapes }
  }

  /** Plays a script of Node: statements that fill `said`, which is its answer. */
  script(statements: string, options: Partial<CommandOptions> = {}): Promise<Played> {
    const name = `script-${this.#subjects.length}.mjs`
    this.write(
      name,
      `${preamble}${statements}\nconsole.log(JSON.stringify({ status: 200, body: said }))\nprocess.exit(0)\n`,
    )
    return this.play(this.subject(['node', name], options))
  }

  async close(): Promise<void> {
    await this.wall.close()
    await this.#http.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

const preamble = `import fs from 'node:fs'
import net from 'node:net'
import dgram from 'node:dgram'
import { spawn, spawnSync, execFileSync } from 'node:child_process'
const said = {}
const code = (error) => error.cause?.code ?? error.code ?? error.message
const attempt = async (name, body) => { try { said[name] = await body() } catch (error) { said[name] = code(error) } }
const tcp = (host, port) => new Promise((resolve, reject) => {
  const socket = net.connect({ host, port, timeout: 5000 })
  socket.on('connect', () => socket.write('hello'))
  socket.on('data', (data) => resolve(String(data)))
  socket.on('error', reject)
  socket.on('timeout', () => resolve('TIMEOUT'))
  socket.on('close', () => resolve('closed'))
})
`
