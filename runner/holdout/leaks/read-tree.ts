import { lstat, opendir, open } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

/** How much of a folder is read. */
export interface ReadBounds {
  /** Of one file; the rest of a longer one is not read. */
  fileBytesMax: number
  /** Of all together. */
  bytesMax: number
  /** On the wall. */
  msMax: number
}

/** A file of a folder, or its beginning. */
export interface TreeFile {
  /** From the folder. */
  path: string
  bytes: Buffer
  /** Whether it belongs to something that was installed. */
  isDependency: boolean
}

/** What was and what was not read. */
export interface ReadCount {
  files: number
  bytes: number
  /** Files that were not read, or not to their end. */
  left: number
}

export const usualBounds: ReadBounds = {
  fileBytesMax: 8 * 1024 * 1024,
  bytesMax: 1024 * 1024 * 1024,
  msMax: 120_000,
}

const dependencyFolders = /(?:^|\/)(?:node_modules|vendor|site-packages|\.venv|venv|target|Pods)\//

/**
 * Hands every regular file of a folder to `look`, its own sources before dependencies, until a bound
 * is met. No link is followed: what it leads to is not the subject's, or is read where it stands.
 */
export async function readTree(
  folder: string,
  bounds: ReadBounds,
  look: (file: TreeFile) => void,
): Promise<ReadCount> {
  const deadline = performance.now() + bounds.msMax
  const count: ReadCount = { files: 0, bytes: 0, left: 0 }
  const dependencies: string[] = []
  for await (const path of filesOf(folder)) {
    if (dependencyFolders.test(path)) dependencies.push(path)
    else await readOne(path, false)
  }
  for (const path of dependencies) await readOne(path, true)
  return count

  async function readOne(path: string, isDependency: boolean): Promise<void> {
    if (count.bytes >= bounds.bytesMax || performance.now() > deadline) {
      count.left++
      return
    }
    const bytes = await readBeginning(join(folder, path), bounds.fileBytesMax)
    if (bytes === undefined) return void count.left++
    if (bytes.length === bounds.fileBytesMax) count.left++
    count.files++
    count.bytes += bytes.length
    look({ path, bytes, isDependency })
  }
}

async function* filesOf(folder: string): AsyncGenerator<string> {
  const waiting = [folder]
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    const entries = await opendir(place).catch(() => undefined)
    if (entries === undefined) continue
    for await (const entry of entries) {
      const whole = join(place, entry.name)
      if (entry.isDirectory()) waiting.push(whole)
      else if (entry.isFile()) yield relative(folder, whole).split(sep).join('/')
    }
  }
}

/** Undefined when it can't be read, or is no file any more. */
async function readBeginning(file: string, most: number): Promise<Buffer | undefined> {
  try {
    const { size } = await lstat(file)
    const handle = await open(file, 'r')
    try {
      const bytes = Buffer.alloc(Math.min(size, most))
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0)
      return bytes.subarray(0, bytesRead)
    } finally {
      await handle.close()
    }
  } catch {
    return undefined
  }
}
