import type { RecordedCounts } from './recorder.ts'

/** What is told when a recording begins. */
export interface ReadyToRecord {
  url: string
  file: string
  target: string | undefined
  certificateFile: string | undefined
}

/** Says how to send traffic through the recorder. */
export function describeReady({ url, file, target, certificateFile }: ReadyToRecord): string {
  const end = `\nWriting ${file}; Ctrl-C ends it.\n`
  if (certificateFile === undefined) return `Use ${url} instead of ${target}\n${end}`
  return `A proxy at ${url}. In the shell of the program to record:

  export HTTP_PROXY=${url} HTTPS_PROXY=${url} NODE_USE_ENV_PROXY=1
  export NODE_EXTRA_CA_CERTS=${quoted(certificateFile)}
  export SSL_CERT_FILE=${quoted(certificateFile)} REQUESTS_CA_BUNDLE=${quoted(certificateFile)} CURL_CA_BUNDLE=${quoted(certificateFile)}

Node reads the second line, Python and curl the third. Trust it in that shell alone, not in your system.
${end}`
}

/** Says what has been written. */
export function describeEnd(counts: RecordedCounts & { file: string }): string {
  const { file, exchanges, errors, secrets, people } = counts
  const failed = errors === 0 ? '' : `, ${errors} of them without a whole answer`
  return `${file}: ${some(exchanges, 'exchange')}${failed}. Replaced: ${some(secrets, 'secret')}, ${people} ${people === 1 ? 'person' : 'people'}.
Look into it before you share it: docs/recording.md says what can't be recognised.
`
}

/** One line on a terminal that is written over; nothing at all in a pipe. */
export class CountsLine {
  readonly #out: NodeJS.WriteStream
  #shownAt = -Infinity
  #timer: NodeJS.Timeout | undefined

  readonly #read: () => RecordedCounts

  constructor(read: () => RecordedCounts, out: NodeJS.WriteStream = process.stderr) {
    this.#read = read
    this.#out = out
  }

  readonly show = (): void => {
    if (!this.#out.isTTY || this.#timer !== undefined) return
    const waitMs = Math.max(0, 100 - (performance.now() - this.#shownAt))
    this.#timer = setTimeout(() => this.#write(), waitMs).unref()
  }

  /** Takes the line away again. */
  end(): void {
    clearTimeout(this.#timer)
    if (this.#shownAt > 0) this.#out.write('\r\x1b[2K')
  }

  #write(): void {
    const { exchanges, errors, secrets, people, bytes } = this.#read()
    this.#timer = undefined
    this.#shownAt = performance.now()
    const parts = [some(exchanges, 'exchange'), some(secrets, 'secret'), `${people} people`]
    if (errors > 0) parts.push(some(errors, 'error'))
    parts.push(`${Math.ceil(bytes / 1024)} kB`)
    this.#out.write(`\r\x1b[2K${parts.join(' · ')}`)
  }
}

function some(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
