import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { SubmissionError, type SubmissionLimits } from './limits.ts'
import { unpack, type Unpacked } from './unpack.ts'

/** Where the service takes commits from. */
export interface GitSource {
  /** From the configuration, never from an author. */
  url: string
  /** A branch, a tag or a whole commit id, as the author wrote it. */
  ref: string
  /** Whether `file:` and paths of this machine may be meant by the url. */
  allowLocal: boolean
  timeoutMs: number
}

/** What a ref may look like: nothing that git could take for a flag, a range or a refspec. */
const refs = /^[A-Za-z0-9](?:[A-Za-z0-9._/-]{0,198}[A-Za-z0-9])?$/

/**
 * Writes the files of a commit into a new folder. Nothing is checked out: git hands the tree over as an
 * archive, which is unpacked like one that an author sent. So no hook, filter or submodule ever runs.
 * Throws a SubmissionError when there is no such commit, or it is too large.
 */
export async function unpackCommit(
  source: GitSource,
  { folder, scratch, limits }: { folder: string; scratch: string; limits: SubmissionLimits },
): Promise<Unpacked & { commit: string }> {
  if (!refs.test(source.ref) || source.ref.includes('..') || source.ref.includes('//')) {
    throw new SubmissionError('This is no name of a branch, tag or commit.')
  }
  const bare = await mkdtemp(join(scratch, 'git-'))
  try {
    await git(bare, source, ['init', '--bare', '--quiet', '--template=', bare])
    await git(bare, source, [
      'fetch',
      '--quiet',
      '--depth=1',
      '--no-tags',
      '--no-recurse-submodules',
      '--no-write-fetch-head',
      '--end-of-options',
      source.url,
      `${source.ref}:refs/heads/submitted`,
    ])
    const parsed = await git(bare, source, [
      'rev-parse',
      '--verify',
      'refs/heads/submitted^{commit}',
    ])
    const commit = parsed.trim()
    const archive = start(bare, source, ['archive', '--format=tar', commit])
    const done = ended(archive, source.timeoutMs)
    done.catch(() => {})
    // Somebody must read from the start: what nobody reads is dropped when git ends.
    const tar = archive.stdout!.pipe(new PassThrough())
    const made = await unpack(tar as AsyncIterable<Buffer>, folder, limits).catch(
      (error: unknown) => {
        archive.kill('SIGKILL')
        throw error
      },
    )
    await done
    return { ...made, commit }
  } finally {
    await rm(bare, { recursive: true, force: true })
  }
}

async function git(bare: string, source: GitSource, args: readonly string[]): Promise<string> {
  const child = start(bare, source, args)
  let out = ''
  child.stdout!.on('data', (chunk: Buffer) => {
    if (out.length < 10_000) out += String(chunk)
  })
  await ended(child, source.timeoutMs)
  return out
}

function start(bare: string, { allowLocal }: GitSource, args: readonly string[]): ChildProcess {
  const settings = ['core.hooksPath=/dev/null', 'core.fsmonitor=false', 'protocol.ext.allow=never']
  return spawn('git', [...settings.flatMap((one) => ['-c', one]), ...args], {
    cwd: bare,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: bare,
      GIT_DIR: bare,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_TERMINAL_PROMPT: '0',
      GIT_ATTR_NOSYSTEM: '1',
      GIT_ALLOW_PROTOCOL: allowLocal ? 'https:http:ssh:git:file' : 'https:ssh',
      ...keptForSsh(),
    },
  })
}

/** How this machine proves to a repository who it is. */
function keptForSsh(): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const name of ['SSH_AUTH_SOCK', 'GIT_SSH_COMMAND', 'GIT_ASKPASS']) {
    const value = process.env[name]
    if (value !== undefined) kept[name] = value
  }
  return kept
}

function ended(child: ChildProcess, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
    // What git says may hold addresses and names of this machine: the author is told none of it.
    const fail = (): void => reject(new SubmissionError('There is no such commit to be had.'))
    child.on('error', fail)
    child.on('close', (code) => {
      clearTimeout(timer)
      if (code === 0) resolve()
      else fail()
    })
  })
}
