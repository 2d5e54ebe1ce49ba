import { mkdir, readdir, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isIPv6 } from 'node:net'
import { join } from 'node:path'
import { UsageError } from '../../engine/usage-error.ts'
import { readPolicy } from '../gate/policy.ts'
import { readManifest } from '../holdout/seal/manifest.ts'
import { loadScenarios } from '../load-scenarios.ts'
import { note } from './audit.ts'
import type { ServeConfig } from './config.ts'
import { openDatabase, type Database } from './database/database.ts'
import { Login } from './login/login.ts'
import { Queue } from './queue.ts'
import { openVault } from './vault.ts'
import { createApp } from './web/app.ts'

/** A service that stands. */
export interface Service {
  /** `http://127.0.0.1:4020` */
  url: string
  database: Database
  /** Takes no more requests, ends the scorings under way, which begin again with the next server. */
  close: () => Promise<void>
}

/** Where it listens, and what hears of its troubles. */
export interface ServiceOptions {
  host?: string
  /** 0 takes a free one. */
  port?: number
  databaseUrl?: string | undefined
  onError?: (error: unknown) => void
}

/** Opens the service's database. Throws a UsageError when it can't be used. */
export function openState(config: ServeConfig, databaseUrl?: string): Promise<Database> {
  return openDatabase({ url: databaseUrl, file: join(config.data!, 'service.sqlite') })
}

/**
 * Starts the scoring service. Throws a UsageError when the set, its key, the public cases, the policy or the
 * database can't be used, or another server has them open.
 */
export async function startService(
  config: ServeConfig,
  { host = '127.0.0.1', port = 0, databaseUrl, onError = () => {} }: ServiceOptions = {},
): Promise<Service> {
  await check(config)
  const vault = await openVault(config.holdout)
  const policy = config.policy === undefined ? undefined : await readPolicy(config.policy)
  const database = await openState(config, databaseUrl)
  const server = createServer(guards)
  server.maxConnections = 512
  try {
    await database.claim()
    const { folders, scratch } = await clear(config, database)
    const rules = { config, policy, place: database.place, vault }
    const queue = new Queue({ database, rules, folders, scratch, onError })
    const own = await listen(server, { host, port })
    const url = config.url ?? own
    const login = config.login && (await Login.create(config.login, url))
    const onSubmission = (): void => queue.wake()
    const ground = { database, config, rules, folders, scratch, url, login }
    server.on('request', createApp({ ...ground, onSubmission, onError }))
    await database.transaction((sql) => note(sql, { who: 'service', what: 'server-started' }))
    await queue.start()
    return {
      url: own,
      database,
      close: async () => {
        const closed = new Promise((resolve) => server.close(resolve))
        server.closeAllConnections()
        await closed
        await queue.stop()
        await database.close()
      },
    }
  } catch (error) {
    server.close()
    await database.close()
    throw error
  }
}

/** How long a client may take, and how much it may say before its body. */
const guards = {
  headersTimeout: 10_000,
  requestTimeout: 120_000,
  keepAliveTimeout: 5000,
  connectionsCheckingInterval: 5000,
  maxHeaderSize: 16 * 1024,
}

/** What can be known to be wrong is said before anything is handed in. */
async function check({ holdout, scenarios }: ServeConfig): Promise<void> {
  await readManifest(holdout.set)
  const { broken } = await loadScenarios(scenarios)
  for (const { error } of broken) throw error
}

/** What a server that was cut off left: scratch folders, and files of which no submission knows. */
async function clear(
  config: ServeConfig,
  database: Database,
): Promise<{ folders: string; scratch: string }> {
  const folders = join(config.data!, 'submissions')
  const scratch = join(config.data!, 'scratch')
  await rm(scratch, { recursive: true, force: true })
  await mkdir(folders, { recursive: true, mode: 0o700 })
  await mkdir(scratch, { recursive: true, mode: 0o700 })
  const open = await database.all<{ ticket: string }>(
    "SELECT ticket FROM submissions WHERE state <> 'done'",
  )
  const known = new Set(open.map(({ ticket }) => ticket))
  for (const name of await readdir(folders)) {
    if (!known.has(name)) await rm(join(folders, name), { recursive: true, force: true })
  }
  return { folders, scratch }
}

function listen(server: Server, { host, port }: { host: string; port: number }): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const fix = 'Name another with --port or --host.'
      reject(new UsageError(`It can't listen there: ${error.message}.`, { field: '--port', fix }))
    })
    server.listen(port, host, () => {
      const { port: bound } = server.address() as AddressInfo
      resolve(`http://${isIPv6(host) ? `[${host}]` : host}:${bound}`)
    })
  })
}
