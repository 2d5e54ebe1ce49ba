import { UsageError } from '../../../engine/usage-error.ts'
import { findFiles, idOf } from '../../load-scenarios.ts'
import { readText } from '../../read-document.ts'
import { SealedLoadError } from './memory-module.ts'
import { loadText } from './open-set.ts'
import { makeCase, type SealedCase } from './sealed-case.ts'

/**
 * Makes cases of scenario files (files, folders or ids), each checked as it will be opened: from
 * memory, importing nothing but the language. `tags` are given to all, beside their own.
 * Throws a UsageError with the file where one is no scenario.
 */
export async function readCaseFiles(
  paths: readonly string[],
  { tags, now }: { tags: readonly string[]; now: Date },
): Promise<SealedCase[]> {
  const from = process.cwd()
  const found = await Promise.all(paths.map((path) => findFiles(path, from)))
  const cases: SealedCase[] = []
  for (const file of [...new Set(found.flat())].sort()) {
    const text = await readText(file)
    const language = /\.(?:ya?ml|json)$/.test(file) ? 'yaml' : 'ts'
    const own = await load(file, { language, text })
    const made = { name: idOf(file, from), language, text } as const
    cases.push(makeCase({ ...made, tags: [...new Set([...own, ...tags])] }, now))
  }
  return cases
}

/** The tags of a scenario that must load by itself: what it shares with other files is not sealed with it. */
async function load(
  file: string,
  { language, text }: Pick<SealedCase, 'language' | 'text'>,
): Promise<readonly string[]> {
  try {
    return (await loadText(file, { language, text })).options.tags ?? []
  } catch (error) {
    if (!(error instanceof SealedLoadError)) throw error
    throw new UsageError(`This can't be sealed: ${error.message}.`, {
      file,
      fix: "A case imports 'backlot/scenario' and nothing else; backlot scenario check tells more.",
    })
  }
}
