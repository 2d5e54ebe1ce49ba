import { existsSync } from 'node:fs'
import { didYouMean } from '../../engine/nearest.ts'
import { UsageError } from '../../engine/usage-error.ts'
import { readConfig } from './find-config.ts'
import type { Locate } from './read-value.ts'

/** A description that stands in a configuration: `backlot.config.ts#desk`. Undefined for any other word; throws a UsageError when there is no such subject. */
export function describedIn(
  word: string,
): { file: string; name: string; value: unknown; at: Locate } | undefined {
  const [, file, name] = /^(.+)#([^#]+)$/.exec(word) ?? []
  if (file === undefined || name === undefined || existsSync(word)) return undefined
  const { config, at } = readConfig(file)
  const value = config.subjects?.[name]
  if (value !== undefined)
    return { file, name, value, at: (...path) => at('subjects', name, ...path) }
  const names = Object.keys(config.subjects ?? {})
  const fix = didYouMean(name, names)
  throw new UsageError(`There is no subject "${name}".`, { ...at('subjects'), fix })
}
