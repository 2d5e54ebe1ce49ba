import { randomBytes } from 'node:crypto'
import { UsageError } from '../../engine/usage-error.ts'
import { readCount, readFlags } from '../flags.ts'
import { repositoryAround } from '../record/authority/authority-folder.ts'
import { CountsLine, describeEnd, describeReady } from '../record/words.ts'
import { startRecording, type RecordingOptions } from '../record/start.ts'

export const recordHelp = `backlot record – writes down what is said to a service, without secrets and people

  backlot record --target https://api.vendor.com     then use http://127.0.0.1:4020 instead of it
  backlot record --forward                           a proxy for any client that honours HTTPS_PROXY
  backlot record --forward --only '*.okta.com'       everything else passes through unread

  --out FILE       the HAR file to write, which must not be there yet (recording.har)
  --port N         where to listen; 0 takes a free port (4020)
  --host NAME      the address to listen on (127.0.0.1)
  --salt TEXT      the same salt makes the same other people of the same people, in every file.
                   Better in BACKLOT_SALT, where no list of processes shows it; a random one without
  --secret NAME    a further field, header or parameter that holds a secret; may be repeated
  --keep NAME      a field, header or parameter to leave as it is; may be repeated
  --hosts          replace the names of hosts, too
  --max-body N     bytes of a body to keep at most; a longer one is noted (8388608)
  --timeout N      seconds to wait for a service's answer to begin (120)
  --trust FILE     authorities of services' certificates besides the usual ones, PEM; may be repeated
  --ca-dir DIR     where the forward proxy's own authority is kept (this user's data folder)
  --json           one line of JSON when ready, on a free port, and one at the end

Credentials, cookies, tokens and keys never reach the disk; people are replaced by made-up ones, each
always by the same. Ctrl-C ends it. Look into a recording before you share it: docs/recording.md.
`

/** Runs `backlot record` until it is interrupted; returns the exit code. */
export async function record(args: readonly string[]): Promise<number> {
  const { json, ...options } = readRecordOptions(args)
  const repository = options.caFolder === undefined ? undefined : repositoryAround(options.caFolder)
  if (repository !== undefined) {
    process.stderr.write(
      `! ${options.caFolder} lies in the repository ${repository}: do not commit it.\n`,
    )
  }
  const ended = interrupted()
  const recording = await startRecording({
    ...options,
    onTrouble: (error) => {
      process.stderr.write(`! An exchange could not be written, and is lost: ${error.message}\n`)
    },
    onDistrust: (host) => {
      const file = recording.certificateFile
      process.stderr.write(`! A client of ${host} asked nothing: does it trust ${file}?\n`)
    },
  })
  const { url, certificateFile } = recording
  const ready = { url, certificateFile, file: options.file, target: options.target?.href }
  process.stdout.write(
    json ? `${JSON.stringify({ ready: true, ...ready })}\n` : describeReady(ready),
  )
  const line = new CountsLine(() => recording.counts)
  recording.watch(line.show)
  await ended
  line.end()
  const counts = await recording.close()
  const told = { file: options.file, ...counts }
  process.stdout.write(json ? `${JSON.stringify({ ended: true, ...told })}\n` : describeEnd(told))
  return 0
}

/** Reads the command line. Throws a UsageError that names what is wrong and what is meant. */
export function readRecordOptions(args: readonly string[]): RecordingOptions & { json: boolean } {
  const { values, positionals } = readFlags('record', args, {
    target: { type: 'string' },
    forward: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    out: { type: 'string', short: 'o', default: 'recording.har' },
    port: { type: 'string', short: 'p' },
    host: { type: 'string', default: '127.0.0.1' },
    salt: {
      type: 'string',
      default: process.env['BACKLOT_SALT'] || randomBytes(32).toString('hex'),
    },
    secret: { type: 'string', multiple: true, default: [] },
    keep: { type: 'string', multiple: true, default: [] },
    hosts: { type: 'boolean', default: false },
    'max-body': { type: 'string', default: String(8 * 1024 * 1024) },
    timeout: { type: 'string', default: '120' },
    trust: { type: 'string', multiple: true, default: [] },
    'ca-dir': { type: 'string' },
    json: { type: 'boolean', default: false },
  })
  const { target, forward, only, out, host, json, salt, secret, keep, hosts, trust } = values
  const example = 'Write for example: backlot record --target https://api.vendor.com'
  if (positionals.length > 0) {
    throw new UsageError(`"${positionals[0]}" stands there without a flag.`, { fix: example })
  }
  if (forward === (target !== undefined)) {
    throw new UsageError('It takes either --target or --forward.', { fix: example })
  }
  const onlyHosts = only.flatMap((one) => one.split(',')).filter(Boolean)
  if (target !== undefined && onlyHosts.length > 0) {
    throw new UsageError('--only goes with --forward: --target is one host anyway.')
  }
  if (salt === '') throw new UsageError('An empty salt hides nothing.', { field: '--salt' })
  return {
    file: out,
    scrub: { salt, secret, keep, hosts },
    bodyBytesMax: readCount('--max-body', values['max-body'], 0),
    ...(target === undefined ? {} : { target: readTarget(target) }),
    host,
    port: values.port === undefined ? (json ? 0 : 4020) : readPort(values.port),
    ...(values['ca-dir'] === undefined ? {} : { caFolder: values['ca-dir'] }),
    only: onlyHosts,
    trust,
    timeoutMs: readCount('--timeout', values.timeout, 1) * 1000,
    json,
  }
}

function readTarget(text: string): URL {
  const fix = 'Write the address that your client would use, such as https://api.vendor.com.'
  if (!URL.canParse(text) || !/^https?:\/\//i.test(text)) {
    throw new UsageError(`"${text}" is no http or https address.`, { field: '--target', fix })
  }
  const url = new URL(text)
  if (url.username === '' && url.search === '' && url.hash === '') return url
  throw new UsageError('A target has no login, query or fragment.', { field: '--target', fix })
}

function readPort(text: string): number {
  const port = readCount('--port', text, 0)
  if (port <= 65_535) return port
  throw new UsageError(`"${text}" is no port.`, { field: '--port', fix: 'Ports end at 65535.' })
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    let isAsked = false
    const ask = (): void => {
      // The second time, at once: the file is whole as it is.
      if (isAsked) process.exit(130)
      isAsked = true
      resolve()
    }
    process.on('SIGINT', ask)
    process.on('SIGTERM', ask)
  })
}
