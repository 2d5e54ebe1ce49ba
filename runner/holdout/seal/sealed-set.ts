import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from '../../../engine/usage-error.ts'
import { sealTo, unseal } from './age.ts'
import {
  digestOf,
  formatManifest,
  manifestName,
  readManifest,
  rootOf,
  type Manifest,
  type SealedFile,
} from './manifest.ts'
import { decodeCase, encodeCase, leafOf, type SealedCase } from './sealed-case.ts'

const casesName = 'cases'

/**
 * Opens every case of a set into memory. Throws a UsageError when a file is missing, foreign,
 * changed, or not sealed to these identities, and when the cases are not those of the manifest.
 */
export async function readCases(
  folder: string,
  identities: readonly string[],
): Promise<{ cases: SealedCase[]; manifest: Manifest; digest: string }> {
  const { manifest, digest } = await readManifest(folder)
  const there = (await readdir(join(folder, casesName))).filter((name) => name.endsWith('.age'))
  const foreign = there.find((name) => !Object.hasOwn(manifest.files, name))
  const fix = 'Take the set from where it was sealed; it is not as it was.'
  if (foreign !== undefined) {
    const file = join(folder, casesName, foreign)
    throw new UsageError('The manifest does not know this case.', { file, fix })
  }
  const cases: SealedCase[] = []
  for (const [name, { sha256, leaf }] of Object.entries(manifest.files)) {
    const file = join(folder, casesName, name)
    const bytes = await readFile(file).catch(() => undefined)
    if (bytes === undefined) throw new UsageError('A case of the set is missing.', { file, fix })
    if (digestOf(bytes) !== sha256) throw new UsageError('A case was changed.', { file, fix })
    const plain = await unseal(identities, bytes)
    if (plain === undefined) {
      throw new UsageError('The key does not open this case.', {
        file,
        fix: `It is sealed to ${manifest.recipients.join(', ')}.`,
      })
    }
    const one = decodeCase(plain)
    if (one === undefined || leafOf(one).toString('hex') !== leaf || `${one.id}.age` !== name) {
      throw new UsageError('What is sealed here is not the case that the manifest tells of.', {
        file,
        fix,
      })
    }
    cases.push(one)
  }
  return { cases, manifest, digest }
}

/** What a set is written with. */
export interface WriteOptions {
  recipients: readonly string[]
  now: Date
  note?: string | undefined
  /** The set to which these cases are added; none of its cases is opened. */
  onto?: Manifest
}

/**
 * Writes a set: one sealed file for each case, and the manifest, which is replaced last and at once,
 * so that an interruption loses no case. Files that are in no manifest any more go after that.
 */
export async function writeSet(
  folder: string,
  cases: readonly SealedCase[],
  { recipients, now, note, onto }: WriteOptions,
): Promise<Manifest> {
  const place = join(folder, casesName)
  await mkdir(place, { recursive: true })
  const files: Record<string, SealedFile> = { ...onto?.files }
  const fresh: string[] = []
  for (const one of cases) {
    const name = `${one.id}.age`
    const bytes = await sealTo(recipients, encodeCase(one))
    files[name] = { sha256: digestOf(bytes), leaf: leafOf(one).toString('hex') }
    await writeFile(join(place, `${name}.new`), bytes)
    fresh.push(name)
  }
  const said = note ?? onto?.note
  const manifest: Manifest = {
    format: 'backlot.holdout/1',
    sealed: now.toISOString(),
    recipients: [...recipients],
    count: Object.keys(files).length,
    tags: countTags(cases, onto?.tags),
    root: rootOf(files),
    files,
    ...(said !== undefined && { note: said }),
  }
  for (const name of fresh) await rename(join(place, `${name}.new`), join(place, name))
  const file = join(folder, manifestName)
  await writeFile(`${file}.new`, formatManifest(manifest))
  await rename(`${file}.new`, file)
  for (const name of await readdir(place)) {
    if (!Object.hasOwn(files, name)) await rm(join(place, name))
  }
  return manifest
}

function countTags(
  cases: readonly SealedCase[],
  before: Readonly<Record<string, number>> = {},
): Record<string, number> {
  const counts: Record<string, number> = { ...before }
  for (const tag of cases.flatMap(({ tags }) => [...new Set(tags)])) {
    counts[tag] = (counts[tag] ?? 0) + 1
  }
  return counts
}
