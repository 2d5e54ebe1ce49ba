import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { lstat, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve, sep } from 'node:path'
import { promisify } from 'node:util'
import { UsageError } from '../../engine/usage-error.ts'

/** One version of a subject, ready to be run. */
export interface Version {
  /** As it was named. */
  name: string
  /** Its description file. */
  file: string
  /** The commit it was taken from, where it was. */
  commit?: string
  /** Takes away what was made for it. */
  end: () => Promise<void>
}

const run = promisify(execFile)

/**
 * A subject's description file, or one of another commit: `HEAD~1:subject.json` (a path from the top
 * of the repository, or from here when it begins with `./`), checked out into a temporary worktree.
 * Throws a UsageError when there is no such file, commit or repository.
 */
export async function findVersion(
  text: string,
  flag: string,
  from = process.cwd(),
): Promise<Version> {
  if (existsSync(resolve(from, text))) {
    return { name: text, file: resolve(from, text), end: () => Promise.resolve() }
  }
  const cut = text.indexOf(':')
  if (cut <= 0) {
    const fix = 'Give a description file, or one of another commit: HEAD~1:subject.json.'
    throw new UsageError(`There is no file "${text}".`, { field: flag, fix })
  }
  return checkOut({ text, ref: text.slice(0, cut), path: text.slice(cut + 1), flag, from })
}

interface Wanted {
  text: string
  ref: string
  path: string
  flag: string
  from: string
}

async function checkOut({ text, ref, path, flag, from }: Wanted): Promise<Version> {
  const top = await git(from, flag, ['rev-parse', '--show-toplevel'])
  const commit = await git(from, flag, [
    'rev-parse',
    '--verify',
    '--end-of-options',
    `${ref}^{commit}`,
  ])
  const prefix = await git(from, flag, ['rev-parse', '--show-prefix'])
  const inside = path.startsWith('./') ? join(prefix, path) : path
  const folder = await mkdtemp(join(tmpdir(), 'backlot-prove-'))
  const tree = join(folder, 'tree')
  const end = async (): Promise<void> => {
    await run('git', ['worktree', 'remove', '--force', tree], { cwd: top }).catch(() => {})
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await git(top, flag, ['worktree', 'add', '--detach', '--quiet', tree, commit])
    const file = join(tree, inside)
    if (!existsSync(file)) {
      const fix = `git ls-tree -r --name-only ${ref} lists what there is.`
      throw new UsageError(`${ref} has no file "${inside}".`, { field: flag, fix })
    }
    await lendModules(top, tree, dirname(inside))
    return { name: text, file, commit, end }
  } catch (error) {
    await end()
    throw error
  }
}

/** What is installed is not in a commit: each node_modules beside or above the description is that of the working tree. */
async function lendModules(top: string, tree: string, folder: string): Promise<void> {
  const parts = folder === '.' ? [] : folder.split(sep)
  for (let depth = 0; depth <= parts.length; depth++) {
    const place = join(...parts.slice(0, depth), 'node_modules')
    if (!existsSync(join(top, place))) continue
    const isThere = await lstat(join(tree, place)).then(
      () => true,
      () => false,
    )
    if (!isThere) await symlink(join(top, place), join(tree, place), 'junction')
  }
}

async function git(cwd: string, flag: string, args: readonly string[]): Promise<string> {
  try {
    return (await run('git', [...args], { cwd })).stdout.trim()
  } catch (error) {
    const { code, stderr = '' } = error as { code?: unknown; stderr?: string }
    const why = code === 'ENOENT' ? 'git is not installed' : stderr.trim().split('\n').at(-1)
    throw new UsageError(`This version can't be checked out: ${why}.`, { field: flag })
  }
}
