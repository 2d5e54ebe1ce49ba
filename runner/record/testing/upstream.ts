import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo, Server as NetServer } from 'node:net'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Authority } from '../authority/authority.ts'
import type { HarEntry } from '../har.ts'
import { startRecording, type Recording, type RecordingOptions } from '../start.ts'

/** What a test has opened, and closes in the end. */
export class Bench {
  readonly folder = mkdtempSync(join(tmpdir(), 'record-'))
  readonly #servers: NetServer[] = []
  readonly #recordings: Recording[] = []
  #files = 0

  /** A service on this machine; returns its address. */
  async serve(answer: RequestListener): Promise<string> {
    return `http://127.0.0.1:${await this.listen(createServer(answer))}`
  }

  /** A service with a certificate of an authority. */
  async serveSecurely(authority: Authority, answer: RequestListener): Promise<string> {
    const server = createSecureServer(
      { SNICallback: (name, done) => done(null, authority.contextFor(name)) },
      answer,
    )
    return `https://localhost:${await this.listen(server)}`
  }

  async listen(server: NetServer | Server): Promise<number> {
    this.#servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return (server.address() as AddressInfo).port
  }

  /** Begins a recording, and knows how to read it. */
  async record(
    options: Partial<Omit<RecordingOptions, 'target'>> & { target?: string },
  ): Promise<Recording & { end: () => Promise<HarEntry[]>; file: string }> {
    const { target, ...rest } = options
    const file = join(this.folder, `${++this.#files}.har`)
    const recording = await startRecording({
      file,
      scrub: { salt: 'pepper' },
      bodyBytesMax: 1_000_000,
      host: '127.0.0.1',
      port: 0,
      only: [],
      trust: [],
      timeoutMs: 5000,
      caFolder: join(this.folder, 'ca'),
      ...(target === undefined ? {} : { target: new URL(target) }),
      ...rest,
    })
    this.#recordings.push(recording)
    const end = async (): Promise<HarEntry[]> => {
      await recording.close()
      this.#recordings.splice(this.#recordings.indexOf(recording), 1)
      return readHar(file)
    }
    return Object.assign(recording, { end, file })
  }

  async close(): Promise<void> {
    for (const recording of this.#recordings.splice(0)) await recording.close().catch(() => {})
    for (const server of this.#servers.splice(0)) {
      server.close()
      if ('closeAllConnections' in server) (server as Server).closeAllConnections()
    }
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** The entries of a recording on disk. */
export function readHar(file: string): HarEntry[] {
  const { log } = JSON.parse(readFileSync(file, 'utf8')) as { log: { entries: HarEntry[] } }
  return log.entries
}
