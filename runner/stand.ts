import { randomBytes } from 'node:crypto'
import type { Depth } from '../engine/depth.ts'
import type { TwinDefinition } from '../engine/twin.ts'
import { UsageError } from '../engine/usage-error.ts'
import { World } from '../engine/world.ts'
import { startPump } from '../fronts/deliver.ts'
import { serveHttp, type HttpOptions, type HttpServer } from '../fronts/http.ts'
import { createResolver } from '../fronts/resolve.ts'
import { defaultId, Worlds } from '../fronts/worlds.ts'
import { loadTwin, twinNames } from '../twins/index.ts'
import { adminPrefix, createAdmin } from './admin/admin.ts'
import { makeGivenRows } from './given-rows.ts'
import { placesOf, viewPlaces } from './place-view.ts'
import type { ReadDocument } from './read-document.ts'
import type { OnWarning } from './spec-file.ts'

/**
 * A server may stand for days, so its journals let older entries go. How many they hold is what a
 * call over HTTP costs most by: 10,000 made it a third dearer than 1,000, since the collector moves
 * every entry twice. Whoever wants more says so with --journal.
 */
export const journalMax = 2000

/** What a stand is made of. */
export interface StandOptions {
  twins: string[]
  /** Finds a twin's definition by its name, or makes one from a document. */
  load?: (name: string) => Promise<TwinDefinition>
  /** Hears what had to be left out of a document. */
  onWarning?: OnWarning
  port: number
  host: string
  seedFile?: string
  seedText?: string
  limits: boolean
  strictHttps: boolean
  /** How many journal entries each world holds. */
  journal?: number
  minDepth?: Depth
}

/** A server that stands, and what to tell of it. */
export interface Stand {
  server: HttpServer
  worlds: Worlds
  admin: { url: string; token: string }
  close: () => Promise<void>
}

/** Builds the default world and opens the server. */
export async function standUp(options: StandOptions): Promise<Stand> {
  return standOn(await buildBase(options), options)
}

/** Opens the server on a world that is there already; what is done through it happens in a fork. */
export async function standOn(
  base: World,
  { strictHttps, port, host }: Pick<StandOptions, 'strictHttps' | 'port' | 'host'>,
): Promise<Stand> {
  const worlds = new Worlds({ onAdd: ({ world }) => startPump(world, { strictHttps }).stop })
  const held = { journalMax: base.journal.entriesMax }
  worlds.add(base.fork({ seed: base.seed, ...held }), defaultId)
  const token = randomBytes(18).toString('base64url')
  const handle = createAdmin({ worlds, base, token })
  const beside = { prefix: adminPrefix, handle }
  const server = await listen({ resolve: createResolver(worlds), port, host, beside })
  return {
    server,
    worlds,
    admin: { url: server.url + adminPrefix, token },
    close: async () => {
      worlds.clear()
      await server.close()
    },
  }
}

async function buildBase(options: StandOptions): Promise<World> {
  const { seedText, limits, minDepth, seedFile, onWarning } = options
  const load = options.load ?? ((word) => loadLate(word, onWarning))
  const [twins, document] = await Promise.all([
    Promise.all(options.twins.map((name) => load(name))),
    seedFile === undefined ? undefined : readRows(seedFile),
  ])
  const base = World.create({
    twins,
    start: Date.now(),
    wall: Date.now,
    journalMax: options.journal ?? journalMax,
    limits,
    ...(seedText === undefined ? {} : { seed: seedText }),
    ...(minDepth === undefined ? {} : { minDepth }),
  })
  if (document !== undefined) {
    makeGivenRows(base, document.value, document.at)
    base.rows.forgetChanges()
  }
  return base
}

/** The reader of documents takes longer to load than a twin; most servers stand up known twins. */
async function loadLate(word: string, onWarning?: OnWarning): Promise<TwinDefinition> {
  if ((twinNames as string[]).includes(word)) return loadTwin(word)
  const { loadTwinOrSpec } = await import('./spec-file.ts')
  return loadTwinOrSpec(word, onWarning)
}

/** The reader of YAML takes as long to load as a twin; most servers begin without a file. */
async function readRows(file: string): Promise<ReadDocument> {
  const { readDocument } = await import('./read-document.ts')
  return readDocument(file)
}

/** The one line that `--json` prints. */
export function toReady({ server, worlds, admin }: Stand): Record<string, unknown> {
  const open = worlds.default!
  const twins = viewPlaces(open, placesOf(worlds, open, server.url))
  return { ready: true, url: server.url, twins, admin }
}

async function listen(options: HttpOptions): Promise<HttpServer> {
  try {
    return await serveHttp(options)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE') {
      throw new UsageError(`Port ${options.port} is in use.`, {
        field: '--port',
        fix: 'End what listens there, choose another port, or let --port 0 take a free one.',
      })
    }
    if (code === 'EACCES') {
      const fix = 'Ports below 1024 are for the administrator: choose a higher one.'
      throw new UsageError(`Port ${options.port} is not allowed.`, { field: '--port', fix })
    }
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      const fix = 'Use 127.0.0.1, or 0.0.0.0 for all addresses of this machine.'
      throw new UsageError(`This machine has no address "${options.host}".`, {
        field: '--host',
        fix,
      })
    }
    throw new UsageError(`The server can't listen: ${message}.`, { field: '--port' })
  }
}
