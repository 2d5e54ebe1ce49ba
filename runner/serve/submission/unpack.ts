import { createHash } from 'node:crypto'
import { mkdir, open, realpath, rm, symlink } from 'node:fs/promises'
import { join, posix, sep } from 'node:path'
import { createGunzip } from 'node:zlib'
import { SubmissionError, type SubmissionLimits } from './limits.ts'
import { tarEntries, type TarEntry } from './tar-entries.ts'

/** What was unpacked. */
export interface Unpacked {
  /** SHA-256 over names, kinds and contents, in one order: the same files are the same subject, whoever packed them. */
  digest: string
  bytes: number
  entries: number
}

/**
 * Unpacks a tar archive into a new folder as it comes; nothing of it lands anywhere else. Links may only
 * lead to what is inside, and are made last, so that nothing is ever written through one. On any
 * trouble the folder is gone. Throws a SubmissionError that tells the author what is wrong.
 */
export async function unpack(
  source: AsyncIterable<Buffer>,
  folder: string,
  limits: SubmissionLimits,
): Promise<Unpacked> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  try {
    return await new Unpacking(folder, limits).run(source)
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

/** The tar archive inside a packed one. Throws a SubmissionError when it is too large, packed too well, or not gzip. */
export async function* unzip(
  source: AsyncIterable<Buffer>,
  { packedBytesMax, unpackedBytesMax, ratioMax, entriesMax }: SubmissionLimits,
): AsyncGenerator<Buffer> {
  let packed = 0
  let unpacked = 0
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      packed += chunk.length
      if (packed > packedBytesMax) throw new SubmissionError('The archive is too large.', 413)
      yield chunk
    }
  }
  // Headers and padding come to at most two kibibytes for each entry.
  const most = unpackedBytesMax + entriesMax * 2048
  const zipped = counted()
  const gunzip = createGunzip()
  const feeding = feed(zipped, gunzip)
  feeding.catch((error: Error) => gunzip.destroy(error))
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      unpacked += chunk.length
      const isBomb = unpacked > most || unpacked > packed * ratioMax + 1024 * 1024
      if (isBomb) throw new SubmissionError('The archive unpacks to too much.', 413)
      yield chunk
    }
    await feeding
  } catch (error) {
    if (error instanceof SubmissionError) throw error
    throw new SubmissionError('This is no gzip archive, or it is damaged.')
  } finally {
    gunzip.destroy()
  }
}

async function feed(
  source: AsyncIterable<Buffer>,
  sink: ReturnType<typeof createGunzip>,
): Promise<void> {
  for await (const chunk of source) {
    if (sink.destroyed) return
    if (sink.write(chunk)) continue
    await new Promise<void>((resolve) => {
      sink.once('drain', resolve)
      sink.once('close', resolve)
    })
  }
  sink.end()
}

class Unpacking {
  readonly #folder: string
  readonly #limits: SubmissionLimits
  readonly #kinds = new Map<string, 'file' | 'folder' | 'symlink'>()
  readonly #links = new Map<string, string>()
  readonly #lines: string[] = []
  #bytes = 0

  constructor(folder: string, limits: SubmissionLimits) {
    this.#folder = folder
    this.#limits = limits
  }

  async run(source: AsyncIterable<Buffer>): Promise<Unpacked> {
    let entries = 0
    for await (const entry of tarEntries(source)) {
      if (++entries > this.#limits.entriesMax) {
        throw new SubmissionError('The archive holds too many files.', 413)
      }
      await this.#enter(entry)
    }
    if (this.#lines.length === 0) throw new SubmissionError('The archive is empty.')
    for (const [path, target] of this.#links) {
      await symlink(target, join(this.#folder, path))
    }
    await this.#checkLinks()
    const digest = createHash('sha256')
    for (const line of this.#lines.sort()) digest.update(line)
    return { digest: digest.digest('hex'), bytes: this.#bytes, entries }
  }

  async #enter(entry: TarEntry): Promise<void> {
    const path = safePath(entry.path)
    if (path === '') {
      if (entry.kind === 'folder') return
      throw new SubmissionError('A file in the archive has no name.')
    }
    if (entry.kind === 'other') {
      throw new SubmissionError(
        `${shown(path)} is neither file, folder nor symbolic link; nothing else is taken.`,
      )
    }
    await this.#makeFolders(posix.dirname(path))
    if (entry.kind === 'folder') return this.#makeFolders(path)
    if (this.#kinds.has(path)) throw new SubmissionError(`${shown(path)} is in the archive twice.`)
    this.#kinds.set(path, entry.kind)
    if (entry.kind === 'symlink') this.#link(path, entry.target)
    else await this.#write(path, entry)
  }

  /** Only what was entered as a folder is one: a link or a file is never walked through. */
  async #makeFolders(path: string): Promise<void> {
    if (path === '.') return
    const kind = this.#kinds.get(path)
    if (kind === 'folder') return
    if (kind !== undefined) {
      throw new SubmissionError(`${shown(path)} is a ${kind} and a folder in one archive.`)
    }
    await this.#makeFolders(posix.dirname(path))
    this.#kinds.set(path, 'folder')
    if (this.#kinds.size > this.#limits.entriesMax) {
      throw new SubmissionError('The archive holds too many folders.', 413)
    }
    await mkdir(join(this.#folder, path), { mode: 0o755 })
  }

  #link(path: string, target: string): void {
    const leads = posix.normalize(posix.join(posix.dirname(path), target))
    const isOut = posix.isAbsolute(target) || leads === '..' || leads.startsWith('../')
    if (target === '' || target.includes('\\') || isOut) throw leadsOut(path)
    this.#links.set(path, target)
    this.#lines.push(`link ${JSON.stringify([path, target])}\n`)
  }

  async #write(path: string, { bytes, isExecutable }: TarEntry): Promise<void> {
    const digest = createHash('sha256')
    // `wx` never follows a link and never writes over anything.
    const file = await open(join(this.#folder, path), 'wx', isExecutable ? 0o755 : 0o644)
    try {
      for await (const chunk of bytes) {
        this.#bytes += chunk.length
        if (this.#bytes > this.#limits.unpackedBytesMax) {
          throw new SubmissionError('The files are too large.', 413)
        }
        digest.update(chunk)
        await file.writeFile(chunk)
      }
    } finally {
      await file.close()
    }
    const kind = isExecutable ? 'program' : 'file'
    this.#lines.push(`${kind} ${JSON.stringify([path, digest.digest('hex')])}\n`)
  }

  /** A path by its words may lead elsewhere than by the links in it: only the system knows. */
  async #checkLinks(): Promise<void> {
    const root = await realpath(this.#folder)
    for (const path of this.#links.keys()) {
      const leads = await realpath(join(this.#folder, path)).catch(() => undefined)
      // One that leads nowhere could lead out as soon as something is there.
      if (leads === undefined || !`${leads}${sep}`.startsWith(root + sep)) throw leadsOut(path)
    }
  }
}

/** A path below the folder; '' for the folder itself. Throws a SubmissionError for any other. */
function safePath(path: string): string {
  const isStrange = path.includes('\0') || path.includes('\\') || path.length > 1024
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  const isLong = parts.length > 64 || parts.some((part) => Buffer.byteLength(part) > 255)
  if (isStrange || isLong || posix.isAbsolute(path) || parts.includes('..')) {
    throw new SubmissionError(`${shown(path)} is no path below the submission.`)
  }
  return parts.join('/')
}

function leadsOut(path: string): SubmissionError {
  return new SubmissionError(`The link ${shown(path)} leads out of the submission, or nowhere.`)
}

function shown(path: string): string {
  return JSON.stringify(path.length > 80 ? `${path.slice(0, 80)}…` : path)
}
