import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { extname, join, resolve } from 'node:path'
import { UsageError } from '../../engine/usage-error.ts'
import type { Config } from '../config.ts'
import { parseDocument } from '../read-document.ts'
import { configShape } from './config-shape.ts'
import { placeIn } from './place-in.ts'
import { readValue, type Locate } from './read-value.ts'

/** A configuration with the file that it stands in. */
export interface FoundConfig {
  /** Absolute path. */
  file: string
  config: Config
  at: Locate
}

const names = ['ts', 'mts', 'js', 'mjs', 'json', 'yaml', 'yml'].map(
  (ending) => `backlot.config.${ending}`,
)
const known = new Map<string, FoundConfig>()

/** The configuration of a folder; undefined when it has none. Throws a UsageError with the place of what is wrong with it. */
export function findConfig(folder = process.cwd()): FoundConfig | undefined {
  const [name, other] = names.filter((one) => existsSync(join(folder, one)))
  if (name === undefined) return undefined
  if (other !== undefined) {
    const fix = 'Keep one of them.'
    throw new UsageError(`There is a ${other} as well.`, { file: join(folder, name), fix })
  }
  return readConfig(join(folder, name))
}

/** Reads a configuration: a script's default export, or a document. Throws a UsageError with the place of what is wrong. */
export function readConfig(path: string): FoundConfig {
  const file = resolve(path)
  const text = readText(file)
  const before = known.get(file + text)
  if (before !== undefined) return before
  const { value, at } = /^\.m?[jt]s$/.test(extname(file))
    ? fromScript(file, text)
    : parseDocument(file, text)
  readValue(value, configShape.schema, at)
  const found = { file, config: value as Config, at }
  known.set(file + text, found)
  return found
}

function fromScript(file: string, text: string): { value: unknown; at: Locate } {
  return { value: load(file), at: (...path) => placeIn(file, text, path) }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`The file can't be read: ${(error as Error).message}.`, { file })
  }
}

function load(file: string): unknown {
  let exports: { default?: unknown }
  try {
    exports = createRequire(import.meta.url)(file) as { default?: unknown }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ERR_REQUIRE_ASYNC_MODULE') {
      const fix = 'Leave out the await at its top.'
      throw new UsageError('The configuration must be there at once.', { file, fix })
    }
    throw new UsageError(`The configuration does not load: ${message.split('\n', 1)[0]}.`, { file })
  }
  if (exports.default !== undefined) return exports.default
  throw new UsageError('The file exports no configuration.', {
    file,
    fix: "Write export default defineConfig({ … }), from 'backlot/config'.",
  })
}
