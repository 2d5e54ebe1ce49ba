import * as fs from 'node:fs'
import { UsageError } from '../../engine/usage-error.ts'
import { readVersion } from '../version.ts'

const suffix = '\n]}}\n'

/** Where an entry stands in the file. */
interface Place {
  startedMs: number
  offset: number
  length: number
}

interface Copy {
  descriptor: number
  /** Where the entries end and the suffix begins. */
  end: number
  /** Written to the other copy already, not yet to this one. */
  behind: string
}

/**
 * A HAR file that is whole whenever the process ends, by SIGKILL too. There are two copies of it: an
 * entry is written to the hidden one, which then takes the name of the other by `rename`, the one step
 * that can't be cut in the middle (a long `write` can: the kernel looks for a deadly signal at every
 * page). So an entry costs two writes of its own length, however long the file has become. Where the
 * file system knows no hard links, it is one copy and one write.
 */
export class HarFile {
  readonly path: string
  readonly #places: Place[] = []
  #shown: Copy
  #hidden: Copy | undefined
  #begun = false

  /** Creates the file. Throws a UsageError when it is there already or can't be written. */
  constructor(path: string) {
    this.path = path
    const head = headOf()
    this.#shown = this.#create(path, head)
    // Only now: where the file was there, these may be those of a recorder that is at work.
    for (const left of [this.#nextPath, this.#previousPath]) fs.rmSync(left, { force: true })
    try {
      this.#hidden = this.#create(this.#nextPath, head)
      // Tried once now, so that a file system that can't is known before anything counts on it.
      this.#swap(this.#hidden)
    } catch {
      this.#dropHidden()
    }
  }

  /** How many entries have been written. */
  get count(): number {
    return this.#places.length
  }

  /** How many bytes of entries the file has. */
  get bytes(): number {
    return this.#shown.end
  }

  /** Adds one entry, given as one line of JSON. */
  append(line: string, startedMs: number): void {
    const text = `${this.#begun ? ',' : ''}\n${line}`
    const skipped = this.#begun ? 2 : 1
    const copy = this.#hidden ?? this.#shown
    const late = Buffer.from(copy.behind)
    const bytes = Buffer.from(text)
    writeAll(copy.descriptor, Buffer.concat([late, bytes, Buffer.from(suffix)]), copy.end)
    const offset = copy.end + late.length + skipped
    copy.end += late.length + bytes.length
    copy.behind = ''
    this.#begun = true
    this.#places.push({ startedMs, offset, length: bytes.length - skipped })
    if (this.#hidden === undefined) return
    this.#swap(this.#hidden)
    this.#hidden.behind = text
  }

  /**
   * Puts the entries in the order in which they began, each through `change`, and closes the file. It
   * is written beside and renamed, so that being killed now costs the order, and nothing else.
   */
  close(change: (line: string) => string = (line) => line): void {
    const source = this.#shown.descriptor
    const settled = `${this.path}.settled`
    const target = fs.openSync(settled, 'w')
    try {
      let end = writeAll(target, Buffer.from(headOf()), 0) - Buffer.byteLength(suffix)
      for (const [index, place] of this.#inOrder().entries()) {
        const line = change(readLine(source, place))
        end += writeAll(target, Buffer.from(`${index === 0 ? '' : ','}\n${line}`), end)
      }
      writeAll(target, Buffer.from(suffix), end)
      fs.fsyncSync(target)
    } finally {
      fs.closeSync(target)
    }
    this.#dropHidden()
    fs.closeSync(source)
    fs.renameSync(settled, this.path)
  }

  get #nextPath(): string {
    return `${this.path}.next`
  }

  get #previousPath(): string {
    return `${this.path}.previous`
  }

  #inOrder(): Place[] {
    return [...this.#places].sort((a, b) => a.startedMs - b.startedMs || a.offset - b.offset)
  }

  #create(path: string, head: string): Copy {
    try {
      const descriptor = fs.openSync(path, 'wx+')
      const end = writeAll(descriptor, Buffer.from(head), 0) - Buffer.byteLength(suffix)
      return { descriptor, end, behind: '' }
    } catch (error) {
      throw toUsageError(error as NodeJS.ErrnoException, path)
    }
  }

  /** The hidden copy takes the name of the shown one; there is a whole file under it at every moment. */
  #swap(hidden: Copy): void {
    fs.linkSync(this.path, this.#previousPath)
    fs.renameSync(this.#nextPath, this.path)
    fs.renameSync(this.#previousPath, this.#nextPath)
    this.#hidden = this.#shown
    this.#shown = hidden
  }

  #dropHidden(): void {
    if (this.#hidden !== undefined) fs.closeSync(this.#hidden.descriptor)
    this.#hidden = undefined
    for (const left of [this.#nextPath, this.#previousPath]) fs.rmSync(left, { force: true })
  }
}

function headOf(): string {
  const creator = JSON.stringify({ name: 'Backlot', version: readVersion() })
  return `{"log":{"version":"1.2","creator":${creator},"entries":[${suffix}`
}

function readLine(descriptor: number, { offset, length }: Place): string {
  const bytes = Buffer.alloc(length)
  let read = 0
  while (read < length) {
    const more = fs.readSync(descriptor, bytes, read, length - read, offset + read)
    if (more === 0) throw new Error(`The recording ends before byte ${offset + length}.`)
    read += more
  }
  return bytes.toString()
}

/** Writes everything at a place: one call may write less than it was given. Returns how much that was. */
function writeAll(descriptor: number, bytes: Buffer, at: number): number {
  let written = 0
  while (written < bytes.length) {
    written += fs.writeSync(descriptor, bytes, written, bytes.length - written, at + written)
  }
  return written
}

function toUsageError(error: NodeJS.ErrnoException, path: string): UsageError {
  if (error.code === 'EEXIST') {
    return new UsageError(`${path} is there already.`, {
      field: '--out',
      fix: 'A recording is never written over: name another file, or remove this one.',
    })
  }
  return new UsageError(`${path} can't be written: ${error.message}.`, {
    field: '--out',
    fix: 'Name a file in a folder that is there and that you may write to.',
  })
}
