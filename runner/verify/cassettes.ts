import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { isRecord } from '../../engine/contract/schema.ts'
import { parseJson, type Recorded } from '../../engine/learn/recorded.ts'
import { UsageError } from '../../engine/usage-error.ts'
import { readText } from '../read-document.ts'
import { EntryCutter } from './har-entries.ts'
import { noNotes, readEntry, type ReadNotes } from './har-entry.ts'

/** A recording on the disk. */
export interface Cassette {
  file: string
  /** As it is called in reports: its path below the folder that was named. */
  name: string
  /** Cassettes of one group tell the same story; they are learned from, or judged, together. */
  group: string
  /** Somebody changed it by hand; it is no witness. */
  isEdited: boolean
}

/** Finds the recordings that paths name: files, or folders with everything below. Throws a UsageError. */
export async function findCassettes(paths: readonly string[]): Promise<Cassette[]> {
  const out = new Map<string, Cassette>()
  for (const path of paths) {
    const files = await harsIn(path)
    if (files.length === 0)
      throw new UsageError('There is no recording (.har) here.', { file: path })
    for (const file of files) {
      const facts = await factsOf(file)
      const name = files.length === 1 && file === path ? file : relative(path, file)
      out.set(file, { file, name, group: facts.group ?? file, isEdited: facts.isEdited })
    }
  }
  return [...out.values()]
}

async function harsIn(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) throw new UsageError('There is no such file.', { file: path })
  if (!found.isDirectory()) return [path]
  const names = await readdir(path, { recursive: true, encoding: 'utf8' })
  return names
    .filter((name) => name.endsWith('.har'))
    .sort()
    .map((name) => join(path, name))
}

interface Facts {
  group: string | undefined
  isEdited: boolean
}

const indexes = new Map<string, Promise<Map<string, Facts>>>()

/** What an `index.json` beside or above the recording says of it. */
async function factsOf(file: string): Promise<Facts> {
  let folder = dirname(file)
  for (let up = 0; up < 3; up++) {
    const index = await (indexes.get(folder) ?? readIndex(folder))
    const facts = index.get(relative(folder, file))
    if (facts !== undefined) return facts
    folder = dirname(folder)
  }
  return { group: undefined, isEdited: false }
}

function readIndex(folder: string): Promise<Map<string, Facts>> {
  const reading = readText(join(folder, 'index.json')).then(toIndex, () => new Map<string, Facts>())
  indexes.set(folder, reading)
  return reading
}

function toIndex(text: string): Map<string, Facts> {
  const list = parseJson(text)
  const out = new Map<string, Facts>()
  if (!Array.isArray(list)) return out
  for (const one of list as unknown[]) {
    if (!isRecord(one) || typeof one['file'] !== 'string') continue
    const group = typeof one['group'] === 'string' ? one['group'] : undefined
    const isEdited = typeof one['quality'] === 'string' && one['quality'].includes('edited')
    out.set(one['file'], { group, isEdited })
  }
  return out
}

/** How much is held of a recording at a time: characters of bodies, and exchanges. */
const partCharsMax = 8 * 1024 * 1024
const partEntriesMax = 1000

/** The exchanges of a recording, one by one. Throws a UsageError when it is no HAR. */
export async function* readCassette(
  { file, name }: Pick<Cassette, 'file' | 'name'>,
  notes: ReadNotes = noNotes(),
): AsyncGenerator<Recorded> {
  const cutter = new EntryCutter()
  let n = 0
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 18 })) {
    for (const text of cutter.take(chunk as Buffer)) {
      const entry = readEntry(text, name, n++, notes)
      if (entry !== undefined) yield entry
    }
  }
  notes.tooLarge += cutter.skipped
  if (!cutter.isHar) {
    throw new UsageError('This is no HAR: it has no log.entries.', {
      file,
      fix: 'Record one with backlot record, or export it from a browser.',
    })
  }
}

/**
 * The exchanges of a recording in order, in parts that memory can hold: nearly always one. A part tells of its past
 * like a recording that began there. A recording without an exchange is one empty part.
 */
export async function* readParts(
  cassette: Pick<Cassette, 'file' | 'name'>,
  notes?: ReadNotes,
): AsyncGenerator<Recorded[]> {
  let part: Recorded[] = []
  let chars = 0
  for await (const one of readCassette(cassette, notes)) {
    const more = (one.text?.length ?? 0) + (one.body?.length ?? 0)
    if (part.length >= partEntriesMax || (part.length > 0 && chars + more > partCharsMax)) {
      yield part
      part = []
      chars = 0
    }
    part.push(one)
    chars += more
  }
  yield part
}
