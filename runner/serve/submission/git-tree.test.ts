import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { defaultLimits } from './limits.ts'
import { unpackCommit } from './git-tree.ts'

let place: string
const git = (...args: string[]): string =>
  String(
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.com', ...args], {
      cwd: join(place, 'origin'),
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', HOME: place },
    }),
  ).trim()

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'git-tree-'))
  await mkdir(join(place, 'origin'))
  await mkdir(join(place, 'scratch'))
  git('init', '--quiet', '--initial-branch=main')
  await writeFile(join(place, 'origin/subject.json'), '{}')
  git('add', '.')
  git('commit', '--quiet', '-m', 'One')
})
afterAll(() => rm(place, { recursive: true }))

function take(ref: string, { name = 'out', allowLocal = true } = {}) {
  return unpackCommit(
    { url: join(place, 'origin'), ref, allowLocal, timeoutMs: 20_000 },
    { folder: join(place, name), scratch: join(place, 'scratch'), limits: defaultLimits },
  )
}

it('takes the files of a branch or commit, and nothing that belongs to git', async () => {
  const commit = git('rev-parse', 'HEAD')
  const made = await take('main')
  expect(made.commit).toBe(commit)
  expect(await readdir(join(place, 'out'))).toEqual(['subject.json'])
  expect(await take(commit, { name: 'again' })).toMatchObject({ digest: made.digest })
  expect(await readdir(join(place, 'scratch'))).toEqual([])
})

it('runs no hook, no filter and no submodule of a repository', async () => {
  const mark = join(place, 'ran')
  git('checkout', '--quiet', '-b', 'tricks')
  await writeFile(join(place, 'origin/.gitattributes'), '* filter=evil\n')
  await writeFile(join(place, 'origin/.git/hooks/post-checkout'), `#!/bin/sh\ntouch ${mark}\n`, {
    mode: 0o755,
  })
  await writeFile(
    join(place, 'origin/.gitmodules'),
    `[submodule "s"]\n path = s\n url = ext::touch ${mark}\n`,
  )
  git('config', 'uploadpack.packObjectsHook', `touch ${mark}; exec`)
  git('add', '.')
  git('update-index', '--add', '--cacheinfo', `160000,${git('rev-parse', 'HEAD')},s`)
  git('commit', '--quiet', '-m', 'Tricks')
  await take('tricks', { name: 'tricks' })
  expect(await readdir(join(place, 'tricks/s'))).toEqual([])
  await expect(stat(mark)).rejects.toThrow('ENOENT')
})

it('refuses a commit with a link that leads out', async () => {
  git('checkout', '--quiet', '-b', 'links')
  await symlink('/etc', join(place, 'origin/etc'))
  git('add', '.')
  git('commit', '--quiet', '-m', 'Links')
  await expect(take('links', { name: 'links' })).rejects.toThrow('leads out of the submission')
  expect(await readdir(place)).not.toContain('links')
})

it.each([
  '--upload-pack=touch /tmp/x',
  '-q',
  'main:refs/heads/other',
  '+main',
  'a..b',
  'main^{tree}',
  'no-such-branch',
  '',
  '$(id)',
])('refuses the ref %j', async (ref) => {
  await expect(take(ref, { name: 'wrong' })).rejects.toMatchObject({ name: 'SubmissionError' })
})

it('takes nothing from this machine unless it is set up so', async () => {
  await expect(take('main', { name: 'local', allowLocal: false })).rejects.toThrow(
    'There is no such commit to be had.',
  )
})
