import { X509Certificate } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { UsageError } from '../../../engine/usage-error.ts'
import { Authority, newAuthorityPem } from './authority.ts'

const dayMs = 86_400_000
/** An authority that ends sooner is replaced: a recording may run for long. */
const daysLeastLeft = 30

/** An authority, and the file that clients are told to trust. */
export interface KeptAuthority {
  authority: Authority
  certificateFile: string
  /** Written anew just now: no client can know it yet. */
  isNew: boolean
}

/**
 * Opens the authority of a folder, making it the first time. The key is readable by its owner alone,
 * and stands with its certificate in one file, so that two recorders starting at once can't mix them.
 */
export function openAuthority(folder = userDataFolder()): KeptAuthority {
  const directory = resolve(folder)
  const keyFile = join(directory, 'recorder-ca.key.pem')
  const certificateFile = join(directory, 'recorder-ca.pem')
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    const kept = readKept(keyFile)
    const pem = kept ?? newAuthorityPem(Date.now())
    if (kept === undefined) replaceFile(keyFile, pem, 0o600)
    else chmodSync(keyFile, 0o600)
    const authority = new Authority(pem)
    replaceFile(certificateFile, authority.certificatePem, 0o644)
    return { authority, certificateFile, isNew: kept === undefined }
  } catch (error) {
    throw new UsageError(
      `The recorder's authority can't be kept in ${directory}: ${String(error)}.`,
      {
        field: '--ca-dir',
        fix: 'Name a folder that you may write to, outside of any repository.',
      },
    )
  }
}

/** The repository that a folder lies in, if any: a key in there is one `git add` from being public. */
export function repositoryAround(folder: string): string | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at
    if (dirname(at) === at) return undefined
  }
}

/** Where this user's programs keep what they need again. */
function userDataFolder(): string {
  const { XDG_DATA_HOME, LOCALAPPDATA } = process.env
  const byPlatform = () => {
    if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support')
    if (process.platform === 'win32') return LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local')
    return join(homedir(), '.local', 'share')
  }
  return join(XDG_DATA_HOME || byPlatform(), 'backlot')
}

/** The key and certificate kept earlier, unless they are missing, broken or about to end. */
function readKept(file: string): string | undefined {
  if (!existsSync(file)) return undefined
  const pem = readFileSync(file, 'utf8')
  try {
    const { validTo } = new X509Certificate(new Authority(pem).certificatePem)
    return Date.parse(validTo) - Date.now() > daysLeastLeft * dayMs ? pem : undefined
  } catch {
    return undefined
  }
}

function replaceFile(file: string, text: string, mode: number): void {
  const next = `${file}.${process.pid}`
  writeFileSync(next, text, { mode })
  // The mode given above is cut by the umask, and an older file of that name would keep its own.
  chmodSync(next, mode)
  renameSync(next, file)
}
