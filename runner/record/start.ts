import { readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { UsageError } from '../../engine/usage-error.ts'
import { openAuthority } from './authority/authority-folder.ts'
import { forwardProxy } from './forward.ts'
import { Recorder, type RecordedCounts, type RecorderOptions } from './recorder.ts'
import type { Relay } from './relay.ts'
import { reverseProxy } from './reverse.ts'
import { openUpstream, toTarget } from './target.ts'

/** Where to stand, and what to write. */
export interface RecordingOptions extends RecorderOptions {
  /** The service, for a reverse proxy; a forward proxy without. */
  target?: URL
  host: string
  port: number
  caFolder?: string
  only: readonly string[]
  /** Files with further authorities that services' certificates may come from. */
  trust: readonly string[]
  timeoutMs: number
  /** Called once for every host whose client does not trust our authority. */
  onDistrust?: (host: string) => void
  /** Called at once when something can't be written; the traffic goes on. */
  onTrouble?: (error: Error) => void
}

/** A recording that is going on. */
export interface Recording {
  url: string
  /** What clients of a forward proxy have to trust. */
  certificateFile: string | undefined
  readonly counts: RecordedCounts
  /** Calls back whenever something has been written. */
  watch(onChange: () => void): void
  /** Ends it in good order: what is under way is noted as cut off. */
  close(): Promise<RecordedCounts>
}

/** Begins to record. Throws a UsageError when the port is taken or a file can't be used. */
export async function startRecording(options: RecordingOptions): Promise<Recording> {
  const upstream = openUpstream(options.timeoutMs, options.trust.map(readAuthorities))
  const kept = options.target === undefined ? openAuthority(options.caFolder) : undefined
  // Listening comes first: a port that is taken leaves no empty file behind.
  const shared = { upstream, underWay: new Set<() => void>() } as Relay
  const server =
    kept === undefined
      ? reverseProxy(shared, toTarget(options.target!))
      : forwardProxy(shared, {
          authority: kept.authority,
          only: options.only,
          onDistrust: onceEach(options.onDistrust ?? (() => {})),
        })
  await listen(server, options)
  let recorder: Recorder
  try {
    recorder = new Recorder(options)
    recorder.onTrouble = options.onTrouble
    shared.recorder = recorder
  } catch (error) {
    server.close()
    throw error
  }
  return toRecording(server, recorder, shared.underWay, kept?.certificateFile)
}

function toRecording(
  server: Server,
  recorder: Recorder,
  underWay: Relay['underWay'],
  certificateFile: string | undefined,
): Recording {
  const { address, family, port } = server.address() as AddressInfo
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    certificateFile,
    get counts() {
      return recorder.counts
    },
    watch: (onChange) => {
      recorder.onChange = onChange
    },
    close: async () => {
      server.close()
      for (const giveUp of underWay) giveUp()
      server.closeAllConnections()
      await recorder.close()
      return recorder.counts
    },
  }
}

function listen(server: Server, { host, port }: RecordingOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE'
      const what = isTaken ? `Port ${port} is in use.` : `Can't listen: ${error.message}.`
      const fix = isTaken ? 'Name another one; 0 takes a free one.' : undefined
      reject(new UsageError(what, { field: isTaken ? '--port' : '--host', fix }))
    })
    server.listen(port, host, resolve)
  })
}

function readAuthorities(file: string): string {
  try {
    const text = readFileSync(file, 'utf8')
    if (text.includes('-----BEGIN CERTIFICATE-----')) return text
  } catch (error) {
    throw new UsageError(`${file} can't be read: ${(error as Error).message}.`, {
      field: '--trust',
    })
  }
  throw new UsageError(`${file} holds no certificate.`, {
    field: '--trust',
    fix: 'Name a PEM file.',
  })
}

function onceEach(tell: (host: string) => void): (host: string) => void {
  const told = new Set<string>()
  return (host) => {
    if (told.has(host)) return
    told.add(host)
    tell(host)
  }
}
