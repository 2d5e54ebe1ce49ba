import { existsSync } from 'node:fs'
import { mkdir, open, readFile, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { UsageError } from '../../../engine/usage-error.ts'
import { drawKeyPair, recipientOf } from './age.ts'

/** Where the identities of release managers stand unless somebody says otherwise. */
export function defaultKeyFile(env: NodeJS.ProcessEnv = process.env): string {
  const config = env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config')
  return env['BACKLOT_HOLDOUT_KEY_FILE'] ?? join(config, 'backlot', 'holdout.key')
}

/**
 * Draws a key and writes it as `age-keygen` does, for its owner alone (0600). Returns the recipient.
 * Throws a UsageError when the file is there already, or stands where it could be committed.
 */
export async function makeKeyFile(file: string, now: Date): Promise<string> {
  const repository = repositoryOf(file)
  if (repository !== undefined) {
    throw new UsageError('A key that opens the holdout must not stand in a repository.', {
      file,
      fix: `Name a place outside ${repository}, or leave --key out for ${defaultKeyFile()}.`,
    })
  }
  const { identity, recipient } = await drawKeyPair()
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const text = `# created: ${now.toISOString()}\n# public key: ${recipient}\n${identity}\n`
  try {
    const handle = await open(file, 'wx', 0o600)
    await handle.writeFile(text)
    await handle.close()
  } catch (error) {
    const fix = 'Name another file, or use backlot holdout rotate to change keys.'
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw new UsageError('There is a key already.', { file, fix })
  }
  return recipient
}

/**
 * The identities in a key file. Throws a UsageError when there are none, or when others may read it
 * (unless `anyMode`, for keys that are no secret).
 */
export async function readKeyFile(file: string, { anyMode = false } = {}): Promise<string[]> {
  const facts = await stat(file).catch(() => undefined)
  if (facts === undefined) {
    throw new UsageError('There is no key to open the holdout with.', {
      file,
      fix: 'Make one with backlot holdout init, or name it with --key or BACKLOT_HOLDOUT_KEY_FILE.',
    })
  }
  if (!anyMode && process.platform !== 'win32' && (facts.mode & 0o077) !== 0) {
    throw new UsageError('Others on this machine may read the key of the holdout.', {
      file,
      fix: `chmod 600 ${file}, and think of it as read: backlot holdout rotate.`,
    })
  }
  const lines = (await readFile(file, 'utf8')).split('\n').map((line) => line.trim())
  const identities = lines.filter((line) => line !== '' && !line.startsWith('#'))
  for (const one of identities) await recipientOf(one)
  if (identities.length > 0) return identities
  throw new UsageError('The file holds no key.', {
    file,
    fix: 'An identity begins with AGE-SECRET-KEY-1.',
  })
}

/** The repository that a file would stand in; undefined where there is none. */
export function repositoryOf(file: string): string | undefined {
  for (let folder = dirname(resolve(file)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder
    if (folder === dirname(folder)) return undefined
  }
}
