import { rm, writeFile } from 'node:fs/promises'
import { sealTo } from './seal/age.ts'

/** Where all of a scoring goes, and for whom. */
export interface FullPlace {
  file: string
  /** age recipients; `open` writes it as it is. */
  to: readonly string[] | 'open'
}

/** Writes what only release managers may read, sealed for them. */
export async function writeFull({ file, to }: FullPlace, value: unknown): Promise<void> {
  const bytes = Buffer.from(`${JSON.stringify(value)}\n`)
  const written = to === 'open' ? bytes : await sealTo(to, bytes)
  // A link that somebody has put there is not followed.
  await rm(file, { force: true })
  await writeFile(file, written, { mode: 0o600, flag: 'wx' })
}
