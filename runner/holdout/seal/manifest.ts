import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from '../../../engine/usage-error.ts'
import { readDocument } from '../../read-document.ts'
import { isRecipient } from './age.ts'
import { merkleRoot } from './merkle.ts'

/** What everybody may know of a set: hashes and counts, and nothing else. */
export interface Manifest {
  format: 'backlot.holdout/1'
  /** ISO 8601. */
  sealed: string
  /** For whom it is sealed. */
  recipients: string[]
  count: number
  /** How many cases carry each tag. */
  tags: Record<string, number>
  /** The Merkle root over the cases in the order of their ids (RFC 6962), hex. */
  root: string
  /** By the name of each sealed file: SHA-256 of its bytes, and its case's leaf of the tree, both in hex. */
  files: Record<string, SealedFile>
  /** Said by whoever made it: that its keys are known, for one. */
  note?: string
}

export interface SealedFile {
  sha256: string
  /** Salted, so that it says nothing of the case; with it, cases can be added by those who can't read the others. */
  leaf: string
}

export const manifestName = 'manifest.json'

/** A hex digest by SHA-256. */
export function digestOf(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** The text of a manifest as it is written: the same for the same set, so that its digest names the set. */
export function formatManifest(manifest: Manifest): string {
  const { files, tags, ...rest } = manifest
  const sorted = { ...rest, tags: inOrder(tags), files: inOrder(files) }
  return `${JSON.stringify(sorted, null, 2)}\n`
}

/** Reads the manifest of a set. Throws a UsageError that says what is wrong with it, and where. */
export async function readManifest(
  folder: string,
): Promise<{ manifest: Manifest; digest: string }> {
  const file = join(folder, manifestName)
  const { value, at } = await readDocument(file)
  const given = (value ?? {}) as Partial<Manifest>
  const need = (holds: boolean, field: string, fix: string): void => {
    if (!holds) throw new UsageError(`"${field}" is not what is needed.`, { ...at(field), fix })
  }
  need(given.format === 'backlot.holdout/1', 'format', 'Is this the folder of a sealed set?')
  const { recipients, count, root, files, tags } = given
  need(
    Array.isArray(recipients) && recipients.length > 0 && recipients.every(isRecipient),
    'recipients',
    'Write a list of age recipients: age1….',
  )
  need(isFiles(files), 'files', 'Write the SHA-256 and the leaf of each file.')
  for (const name of Object.keys(files!)) {
    need(/^[0-9a-f]{16}\.age$/.test(name), `files.${name}`, 'A sealed case is <16 hex digits>.age.')
  }
  need(count === Object.keys(files!).length, 'count', 'It is the number of files.')
  need(typeof root === 'string' && /^[0-9a-f]{64}$/.test(root), 'root', 'Write 64 hex digits.')
  need(
    root === rootOf(files!),
    'root',
    'It is not the root of these leaves: the manifest was changed.',
  )
  need(typeof tags === 'object' && tags !== null, 'tags', 'Write how often each tag stands.')
  return { manifest: given as Manifest, digest: digestOf(await readFile(file)) }
}

function isFiles(value: unknown): boolean {
  const isHash = (one: unknown): boolean => typeof one === 'string' && /^[0-9a-f]{64}$/.test(one)
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every(
      (one: Partial<SealedFile> | null) => isHash(one?.sha256) && isHash(one?.leaf),
    )
  )
}

function inOrder<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The Merkle root that the leaves of a manifest give, in the order of the files' names; hex. */
export function rootOf(files: Readonly<Record<string, SealedFile>>): string {
  return merkleRoot(leavesOf(files)).toString('hex')
}

/** The leaves of the tree, in the order of the files' names. */
export function leavesOf(files: Readonly<Record<string, SealedFile>>): Buffer[] {
  const names = Object.keys(files).sort()
  return names.map((name) => Buffer.from(files[name]!.leaf, 'hex'))
}
