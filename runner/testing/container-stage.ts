import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import type { FaultPlan } from '../../engine/faults.ts'
import { World } from '../../engine/world.ts'
import { serveHttp, type HttpServer } from '../../fronts/http.ts'
import { createResolver } from '../../fronts/resolve.ts'
import { Worlds } from '../../fronts/worlds.ts'
import { loadTwin } from '../../twins/index.ts'
import { playTrial } from '../play.ts'
import { scenario } from '../scenario.ts'
import { describeSubject } from '../subject/load.ts'
import type { Subject, SubjectReply } from '../subject/subject.ts'
import type { TrialResult } from '../trial-result.ts'
import { isMissing, openEngine, type Engine } from '../wall/container/engine.ts'
import { ownLabels } from '../wall/container/labels.ts'

/** The engine that containers can be tried on here; undefined, with the reason said, where there is none. */
export async function engineForTests(): Promise<Engine | undefined> {
  const skip = (why: string): undefined => {
    process.stderr.write(`Skipped: no containers here, ${why}\n`)
  }
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return skip('only root on Linux.')
  try {
    const engine = await openEngine()
    await engine.api.ping()
    return engine
  } catch (error) {
    return skip((error as Error).message)
  }
}

/** An image with this very Node and the libraries it needs, and nothing else; built from nothing, once for each Node. */
async function nodeImage(engine: Engine): Promise<string> {
  const node = realpathSync(process.execPath)
  const { size, mtimeMs } = statSync(node)
  const key = createHash('sha256').update(JSON.stringify([node, size, mtimeMs]))
  const tag = `backlot-test/node:${key.digest('hex').slice(0, 12)}`
  if (await isThere(engine, tag)) return tag
  const folder = mkdtempSync(join(tmpdir(), 'node-image-'))
  try {
    for (const [from, to] of filesOf(node)) {
      mkdirSync(dirname(join(folder, 'root', to)), { recursive: true })
      copyFileSync(from, join(folder, 'root', to))
    }
    await build(engine, folder, tag, [
      'FROM scratch',
      'COPY root/ /',
      'ENV PATH=/bin',
      'WORKDIR /work',
    ])
    return tag
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** An image that says more than another. */
export async function derivedImage(
  engine: Engine,
  from: string,
  lines: readonly string[],
): Promise<string> {
  const key = createHash('sha256').update([from, ...lines].join('\n'))
  const tag = `backlot-test/derived:${key.digest('hex').slice(0, 12)}`
  if (await isThere(engine, tag)) return tag
  const folder = mkdtempSync(join(tmpdir(), 'derived-image-'))
  try {
    mkdirSync(join(folder, 'root'))
    await build(engine, folder, tag, [`FROM ${from}`, ...lines])
    return tag
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function isThere({ api }: Engine, tag: string): Promise<boolean> {
  try {
    await api.getImage(tag).inspect()
    return true
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}

/** Builds an image from a folder with `root` in it; fails when there is none then. */
async function build(
  { api }: Engine,
  folder: string,
  tag: string,
  lines: readonly string[],
): Promise<void> {
  writeFileSync(join(folder, 'Dockerfile'), `${lines.join('\n')}\n`)
  const context = { context: folder, src: ['Dockerfile', 'root'] }
  const built = await api.buildImage(context, { t: tag, forcerm: true })
  await new Promise<void>((resolve, reject) => {
    api.modem.followProgress(built as Readable, (error) => (error ? reject(error) : resolve()))
  })
  await api.getImage(tag).inspect()
}

/** Node, what it is linked with, and what looks names up: where each is, and where it goes. */
function filesOf(node: string): [from: string, to: string][] {
  const linked = execFileSync('ldd', [node], { encoding: 'utf8' }).match(/\/\S+\.so\S*/g) ?? []
  const libc = linked.find((path) => path.includes('/libc.so'))
  const lookups = ['libnss_dns.so.2', 'libnss_files.so.2', 'libresolv.so.2']
    .map((name) => join(dirname(libc ?? '/lib'), name))
    .filter((path) => statSync(path, { throwIfNoEntry: false }) !== undefined)
  return [[node, '/bin/node'], ...[...linked, ...lookups].map((one) => [one, one] as const)].map(
    ([from, to]) => [realpathSync(from), to],
  )
}

/** A script's own words, and the trial that it played. */
interface Played {
  reply: SubjectReply
  result: TrialResult
  /** Each attempt to get out as `how target`. */
  escapes: string[]
}

/** Plays containers as subjects, on the twin of Slack. */
export class ContainerStage {
  readonly engine: Engine
  readonly image: string
  /** Of the scripts; mounted as `/work`. */
  readonly folder = mkdtempSync(join(tmpdir(), 'container-stage-'))
  readonly #base: World
  readonly #http: HttpServer
  readonly #worlds: Worlds
  readonly #open: Subject[] = []

  private constructor(
    engine: Engine,
    image: string,
    base: World,
    http: HttpServer,
    worlds: Worlds,
  ) {
    this.engine = engine
    this.image = image
    this.#base = base
    this.#http = http
    this.#worlds = worlds
  }

  static async open(engine: Engine): Promise<ContainerStage> {
    const worlds = new Worlds()
    const [image, slack, http] = await Promise.all([
      nodeImage(engine),
      loadTwin('slack'),
      serveHttp({ resolve: createResolver(worlds) }),
    ])
    const stage = new ContainerStage(engine, image, World.create({ twins: [slack] }), http, worlds)
    // Who runs in a container is nobody on this machine.
    chmodSync(stage.folder, 0o755)
    return stage
  }

  get server(): { url: string; worlds: Worlds } {
    return { url: this.#http.url, worlds: this.#worlds }
  }

  /** Writes a file beside the scripts. */
  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text)
  }

  /** A subject as a description says, by default a container of the stage’s image with its scripts. */
  async subject(rest: object): Promise<Subject> {
    const mounts = [{ from: '.', to: '/work' }]
    const whole = 'kind' in rest ? {} : { kind: 'container', image: this.image, mounts }
    const file = join(this.folder, 'subject.json')
    const at = (...path: (string | number)[]) => ({ field: path.join('.') })
    const subject = await describeSubject({ ...whole, ...rest }, file, at, undefined)
    this.#open.push(subject)
    return subject
  }

  /** Plays one trial that asks the subject once for each path. */
  async play(
    subject: Subject,
    {
      paths = ['/go'],
      plan,
      seed = '1',
    }: { paths?: string[]; plan?: FaultPlan; seed?: string } = {},
  ): Promise<Played> {
    let reply: SubjectReply | undefined
    const asking = scenario('A test', { twins: ['slack'] }, async ({ subject, check }) => {
      for (const path of paths) reply = await subject.post(path, {})
      check('asked', true)
    })
    const trial = {
      scenarioId: 'test/container',
      scenario: asking,
      seed,
      plan: plan ?? { name: 'none', faults: [] },
    }
    const result = await playTrial(trial, { base: this.#base, subject, server: this.server })
    const escapes = result.escapes.map(({ how, target }) => `${how} ${target}`)
    return { reply: reply!, result, escapes }
  }

  /** Ends every subject. Fails when one leaves a container behind. */
  async endSubjects(): Promise<void> {
    await Promise.all(this.#open.splice(0).map((one) => one.close()))
    // The engine takes a moment to forget one that is gone.
    for (let turn = 0; (await this.left()).length > 0; turn++) {
      if (turn === 100) throw new Error(`left behind: ${(await this.left()).join(', ')}`)
      await wait(50)
    }
  }

  /** The ids of all containers that this process has on the engine. */
  async left(): Promise<string[]> {
    const label = Object.entries(ownLabels()).map(([name, value]) => `${name}=${value}`)
    const all = await this.engine.api.listContainers({ all: true, filters: { label } })
    return all.map(({ Id }) => Id)
  }

  async close(): Promise<void> {
    await this.endSubjects()
    await this.#http.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
