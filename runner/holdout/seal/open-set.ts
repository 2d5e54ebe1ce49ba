import { UsageError } from '../../../engine/usage-error.ts'
import { checkScenario } from '../../check-scenario.ts'
import type { LoadedScenario } from '../../load-scenarios.ts'
import type { Scenario } from '../../scenario.ts'
import { loadStoryText } from '../../yaml-scenario/load.ts'
import { forbidDumps } from './forbid-dumps.ts'
import { readKeyFile } from './keys.ts'
import type { Manifest } from './manifest.ts'
import { importFromMemory } from './memory-module.ts'
import type { SealedCase } from './sealed-case.ts'
import { readCases } from './sealed-set.ts'

/** A set in memory, ready to be played. */
export interface OpenSet {
  /** Under names that say nothing: `case-1`, `case-2` …, in an order drawn for this scoring. */
  scenarios: LoadedScenario[]
  /** Which case each name stands for: for release managers. */
  cases: ReadonlyMap<string, SealedCase>
  manifest: Manifest
  /** SHA-256 of the manifest: what a verdict says that it was made on. */
  digest: string
  /** Words that nobody can know who has not seen a case. */
  canaries: string[]
}

/**
 * Opens a set. `order` shuffles: ids must not say which case is which from one scoring to the next.
 * Throws a UsageError when the key or the set is not as it should be, or a case does not load; it
 * names the case by its file and says nothing of what is in it.
 */
export async function openSet({
  folder,
  keyFile,
  anyMode = false,
  order = (cases) => cases,
}: {
  folder: string
  keyFile: string
  /** For keys that are no secret. */
  anyMode?: boolean
  order?: (cases: SealedCase[]) => SealedCase[]
}): Promise<OpenSet> {
  await forbidDumps()
  const identities = await readKeyFile(keyFile, { anyMode })
  const { cases, manifest, digest } = await readCases(folder, identities)
  const scenarios: LoadedScenario[] = []
  const byName = new Map<string, SealedCase>()
  for (const one of order([...cases])) {
    const id = `case-${scenarios.length + 1}`
    byName.set(id, one)
    scenarios.push({ id, file: `${id}`, scenario: await loadCase(one) })
  }
  return { scenarios, cases: byName, manifest, digest, canaries: cases.map(({ canary }) => canary) }
}

/** The scenario of a case. Throws a UsageError that names its file and nothing of its text. */
async function loadCase({ id, language, text }: SealedCase): Promise<Scenario> {
  const file = `${id}.age`
  try {
    return await loadText(file, { language, text })
  } catch {
    throw new UsageError('A sealed case does not load.', {
      file,
      fix: 'Check it where it was written: backlot scenario check. Then add it again.',
    })
  }
}

/**
 * The scenario that a text holds, which stands in no file. Throws a UsageError with its line, or a
 * SealedLoadError.
 */
export async function loadText(
  name: string,
  { language, text }: Pick<SealedCase, 'language' | 'text'>,
): Promise<Scenario> {
  if (language === 'yaml') return loadStoryText(name, text)
  return checkScenario(await importFromMemory(text), name, text)
}
