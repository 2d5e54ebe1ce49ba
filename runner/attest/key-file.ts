import { open, stat, writeFile } from 'node:fs/promises'
import type { KeyObject } from 'node:crypto'
import { UsageError } from '../../engine/usage-error.ts'
import { repositoryOf } from '../holdout/seal/keys.ts'
import { readText } from '../read-document.ts'
import { drawSigningKey, keyIdOf, readPublicKey, readSigningKey } from './dsse.ts'

/**
 * Draws a pair of keys: the private one for its owner alone (0600), the public one beside it as
 * `<file>.pub`. Returns that file and the key's id. Throws a UsageError when there is one, or when the
 * private key stands where it could be committed.
 */
export async function makeSigningKey(file: string): Promise<{ publicFile: string; keyId: string }> {
  const repository = repositoryOf(file)
  if (repository !== undefined) {
    throw new UsageError('A key that signs verdicts must not stand in a repository.', {
      file,
      fix: `Name a place outside ${repository}.`,
    })
  }
  const { privateKey, publicKey } = drawSigningKey()
  const publicFile = `${file}.pub`
  try {
    const handle = await open(file, 'wx', 0o600)
    await handle.writeFile(privateKey)
    await handle.close()
    await writeFile(publicFile, publicKey, { flag: 'wx' })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const what = code === 'EEXIST' ? 'There is a key already.' : `It can't be written: ${message}.`
    throw new UsageError(what, { file, fix: 'Name another file.' })
  }
  return { publicFile, keyId: keyIdOf(readPublicKey(publicKey, publicFile)) }
}

/** Reads a private key. Throws a UsageError when it is none, or when others may read it. */
export async function loadSigningKey(file: string): Promise<KeyObject> {
  const key = readSigningKey(await readText(file), file)
  const { mode } = await stat(file)
  if (process.platform === 'win32' || (mode & 0o077) === 0) return key
  throw new UsageError('Others on this machine may read the key that signs verdicts.', {
    file,
    fix: `chmod 600 ${file}, or draw a new one: backlot attest key.`,
  })
}

/** Reads a public key. Throws a UsageError when it is none; and when it is a private one, which verifiers should not have. */
export async function loadPublicKey(file: string): Promise<KeyObject> {
  const pem = await readText(file)
  if (!pem.includes('PRIVATE KEY')) return readPublicKey(pem, file)
  throw new UsageError('This is the private key.', {
    file,
    fix: `Name the public one: ${file}.pub.`,
  })
}
