import { readFile } from 'node:fs/promises'
import { UsageError } from '../../engine/usage-error.ts'
import type { HoldoutScore } from '../holdout/score-holdout.ts'
import { unseal } from '../holdout/seal/age.ts'
import { defaultKeyFile, readKeyFile } from '../holdout/seal/keys.ts'
import { readText } from '../read-document.ts'

const ageLine = 'age-encryption.org/v1'

/**
 * A full scoring from its file, sealed or open. `keyFile` opens a sealed one. Throws a UsageError that says
 * what is wrong with the file and nothing of what is in it.
 */
export async function readScoring(
  file: string,
  {
    keyFile = defaultKeyFile(),
    anyMode = false,
  }: { keyFile?: string | undefined; anyMode?: boolean } = {},
): Promise<HoldoutScore> {
  const start = await readText(file)
  const text = start.startsWith(ageLine) ? await openText(file, { keyFile, anyMode }) : start
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new UsageError('This is no scoring: it is not JSON.', { file })
  }
  if (isScoring(value)) return value
  throw new UsageError('This is no scoring.', {
    file,
    fix: 'backlot score --full FILE writes one; backlot run writes something else.',
  })
}

async function openText(
  file: string,
  { keyFile, anyMode }: { keyFile: string; anyMode: boolean },
): Promise<string> {
  const plain = await unseal(await readKeyFile(keyFile, { anyMode }), await readFile(file))
  if (plain !== undefined) return Buffer.from(plain).toString()
  throw new UsageError('The key does not open this scoring.', {
    file,
    fix: 'Name the key with --key.',
  })
}

function isScoring(value: unknown): value is HoldoutScore {
  const { format, holdout, result, set, byTag, escapes } = (value ?? {}) as Partial<HoldoutScore>
  return (
    format === 'backlot.scoring/1' &&
    [holdout, result, set].every((one) => typeof one === 'object' && one !== null) &&
    Array.isArray(byTag) &&
    Array.isArray(escapes) &&
    Array.isArray(result!.trials) &&
    Array.isArray(result!.broken)
  )
}
