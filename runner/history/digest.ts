import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, extname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { readDocument } from '../read-document.ts'

/** Backlot itself is told by its version. */
const own = ['engine', 'fronts', 'twins', 'runner'].map(
  (name) => resolve(import.meta.dirname, '..', '..', name) + sep,
)

/** More files than this are not looked at. */
const FILES_MAX = 2000

const script = /\.[cm]?[jt]sx?$/
const document = /\.(?:json|ya?ml)$/
const locks = ['package-lock.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock']
/** `from './x'`, `import './x'`, `import('./x')`, `require('./x')`. */
const imported = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*(['"])(\.{1,2}\/[^'"\n]+)\1/g

/**
 * The sha256 of a source file and of all that it imports by relative paths: the same wherever the files lie.
 * Rejects when the file can't be read.
 */
export async function digestSource(file: string): Promise<string> {
  return hash(await withImports([resolve(file)]), dirname(resolve(file)))
}

/**
 * The sha256 of a subject as far as it can be told: its description, the files named there by relative paths with
 * what they import (of other languages, the files of the same kind beside and below them), and the lock file of its
 * packages. Programs and packages themselves are not looked at.
 */
export async function digestSubject(file: string): Promise<string> {
  const whole = resolve(file)
  const named = document.test(whole) ? await filesNamedIn(whole) : []
  const files = await withImports([whole, ...named])
  for (const one of named) {
    if (!script.test(one)) await addAlike(one, files)
  }
  await addLock(named[0] ?? whole, files)
  return hash(files, dirname(whole))
}

/** Files that a description names: `service.js` of `["node", "service.js"]`. */
async function filesNamedIn(file: string): Promise<string[]> {
  const { value } = await readDocument(file)
  const cwd = (value as { cwd?: unknown } | null)?.cwd
  const folders = [dirname(file)]
  if (typeof cwd === 'string') folders.unshift(resolve(dirname(file), cwd))
  const found = new Set<string>()
  for (const text of textsIn(value)) {
    if (isAbsolute(text) || text === '') continue
    for (const folder of folders) {
      const path = resolve(folder, text)
      if (!(await isFile(path))) continue
      found.add(path)
      break
    }
  }
  return [...found]
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(textsIn)
}

/** The files and, transitively, what the scripts among them import. */
async function withImports(files: readonly string[]): Promise<Map<string, Buffer>> {
  const texts = new Map<string, Buffer>()
  const waiting = [...files]
  while (waiting.length > 0 && texts.size < FILES_MAX) {
    const file = waiting.pop()!
    if (texts.has(file)) continue
    const bytes = await readFile(file)
    texts.set(file, bytes)
    if (!script.test(file)) continue
    for (const [, , path] of String(bytes).matchAll(imported)) {
      const led = await lead(resolve(dirname(file), path!))
      if (led !== undefined && !own.some((folder) => led.startsWith(folder))) waiting.push(led)
    }
  }
  return texts
}

/** The file that an import leads to. */
async function lead(path: string): Promise<string | undefined> {
  const endings = ['', '.ts', '.js', '.mjs', '.cjs', '.json', '/index.ts', '/index.js']
  for (const ending of endings) {
    if (await isFile(path + ending)) return path + ending
  }
  return undefined
}

/** What lies beside and below a program of another language: `*.py` for `service.py`. */
async function addAlike(file: string, files: Map<string, Buffer>): Promise<void> {
  const kind = extname(file)
  if (kind === '') return
  const folder = dirname(file)
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name)
    const parts = relative(folder, path).split(sep)
    const isForeign = parts.some(
      (part) => part.startsWith('.') || /^(?:node_modules|venv)$/.test(part),
    )
    if (!entry.isFile() || extname(entry.name) !== kind || isForeign) continue
    if (files.size >= FILES_MAX) return
    files.set(path, await readFile(path))
  }
}

/** The lock file beside the nearest package.json. */
async function addLock(file: string, files: Map<string, Buffer>): Promise<void> {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (await isFile(join(folder, 'package.json'))) {
      for (const name of locks) {
        const path = join(folder, name)
        if (await isFile(path)) files.set(path, await readFile(path))
      }
      return
    }
    if (dirname(folder) === folder) return
  }
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false
}

function hash(files: ReadonlyMap<string, Buffer>, from: string): string {
  const all = createHash('sha256')
  const named = [...files].map(([file, bytes]) => {
    const name = relative(from, file).split(sep).join('/')
    return { name, own: createHash('sha256').update(bytes).digest('hex') }
  })
  for (const { name, own } of named.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    all.update(`${name} ${own}\n`)
  }
  return all.digest('hex')
}
