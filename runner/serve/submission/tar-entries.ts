import { SubmissionError } from './limits.ts'

/** One entry of a tar archive; the bytes of a file must be read before the next entry is asked for. */
export interface TarEntry {
  kind: 'file' | 'folder' | 'symlink' | 'other'
  /** As the archive has it: nothing about it is safe. */
  path: string
  /** Of a symlink. */
  target: string
  isExecutable: boolean
  bytes: AsyncIterable<Buffer>
}

const BLOCK = 512
/** More than any path needs; pax headers are read into memory. */
const HEADER_BYTES_MAX = 64 * 1024

/** Reads a tar archive (POSIX ustar and pax, and GNU's long names) as it comes. Throws a SubmissionError when it is none. */
export async function* tarEntries(source: AsyncIterable<Buffer>): AsyncGenerator<TarEntry> {
  const input = new Input(source)
  let long: { path?: string; linkpath?: string; size?: string } = {}
  for (;;) {
    const header = await input.take(BLOCK)
    if (header === undefined) return
    if (header.every((byte) => byte === 0)) return
    checkSum(header)
    const type = String.fromCharCode(header[156]!)
    const size = long.size === undefined ? octal(header, 124, 12) : Number(long.size)
    if (!Number.isSafeInteger(size) || size < 0)
      throw new SubmissionError('A size in the archive is no number.')
    if (type === 'g') {
      await input.drop(padded(size))
      continue
    }
    if (type === 'x' || type === 'L' || type === 'K') {
      const text = await readHeaderText(input, size)
      if (type === 'x') long = { ...long, ...readPax(text) }
      else long[type === 'L' ? 'path' : 'linkpath'] = text.replace(/\0+$/, '')
      continue
    }
    const left = { bytes: kindOf(type) === 'file' ? size : 0 }
    yield {
      kind: kindOf(type),
      path: long.path ?? nameOf(header),
      target: long.linkpath ?? textAt(header, 157, 100),
      isExecutable: (octal(header, 100, 8) & 0o100) !== 0,
      bytes: input.stream(left),
    }
    const unread = kindOf(type) === 'file' ? left.bytes : type === '1' || type === '2' ? 0 : size
    await input.drop(unread + padded(size) - size)
    long = {}
  }
}

function kindOf(type: string): TarEntry['kind'] {
  if (type === '0' || type === '\0' || type === '7') return 'file'
  if (type === '5') return 'folder'
  return type === '2' ? 'symlink' : 'other'
}

async function readHeaderText(input: Input, size: number): Promise<string> {
  if (size > HEADER_BYTES_MAX) throw new SubmissionError('A header in the archive is too long.')
  const bytes = await input.take(padded(size))
  if (bytes === undefined) throw cutOff()
  return bytes.subarray(0, size).toString('utf8')
}

/** `27 path=some/long/name\n` and so on; the length counts itself. */
function readPax(text: string): { path?: string; linkpath?: string; size?: string } {
  const found: Record<string, string> = {}
  for (let rest = Buffer.from(text); rest.length > 0;) {
    const length = Number(/^\d+(?= )/.exec(rest.toString('latin1'))?.[0])
    if (!(length > 0 && length <= rest.length))
      throw new SubmissionError('A header in the archive is damaged.')
    const record = rest.subarray(0, length - 1).toString('utf8')
    const [, name = '', value = ''] = /^\d+ ([^=]*)=(.*)$/s.exec(record) ?? []
    if (name === 'path' || name === 'linkpath' || name === 'size') found[name] = value
    rest = rest.subarray(length)
  }
  return found
}

function nameOf(header: Buffer): string {
  const isUstar = header.subarray(257, 262).toString('latin1') === 'ustar'
  const prefix = isUstar ? textAt(header, 345, 155) : ''
  const name = textAt(header, 0, 100)
  return prefix === '' ? name : `${prefix}/${name}`
}

function textAt(header: Buffer, at: number, length: number): string {
  const field = header.subarray(at, at + length)
  const end = field.indexOf(0)
  return field.subarray(0, end === -1 ? length : end).toString('utf8')
}

function octal(header: Buffer, at: number, length: number): number {
  const text = textAt(header, at, length).trim()
  return /^[0-7]*$/.test(text) ? Number.parseInt(text || '0', 8) : Number.NaN
}

function checkSum(header: Buffer): void {
  let sum = 0
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : header[i]!
  if (sum !== octal(header, 148, 8))
    throw new SubmissionError('This is no tar archive, or it is damaged.')
}

function padded(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK
}

function cutOff(): SubmissionError {
  return new SubmissionError('The archive is cut off.')
}

/** Bytes as they come, taken in the amounts that are wanted. */
class Input {
  readonly #source: AsyncIterator<Buffer>
  #buffer: Buffer = Buffer.alloc(0)

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  /** So many bytes; undefined at the end. */
  async take(count: number): Promise<Buffer | undefined> {
    const parts: Buffer[] = []
    for (let left = count; left > 0;) {
      const part = await this.#some(left)
      if (part === undefined) {
        if (parts.length === 0) return undefined
        throw cutOff()
      }
      parts.push(part)
      left -= part.length
    }
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts)
  }

  async drop(count: number): Promise<void> {
    for (let left = count; left > 0;) {
      const part = await this.#some(left)
      if (part === undefined) throw cutOff()
      left -= part.length
    }
  }

  /** Counts `left` down as it is read. */
  async *stream(left: { bytes: number }): AsyncGenerator<Buffer> {
    while (left.bytes > 0) {
      const part = await this.#some(left.bytes)
      if (part === undefined) throw cutOff()
      left.bytes -= part.length
      yield part
    }
  }

  async #some(most: number): Promise<Buffer | undefined> {
    while (this.#buffer.length === 0) {
      const next = await this.#source.next()
      if (next.done === true) return undefined
      this.#buffer = next.value
    }
    const part = this.#buffer.subarray(0, most)
    this.#buffer = this.#buffer.subarray(part.length)
    return part
  }
}
