import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { findTools } from '../../wall/lane/tools.ts'
import { observePackages } from './observe.ts'
import { watchOpens } from './watch-opens.ts'

const folder = mkdtempSync(join(tmpdir(), 'packages-'))
afterAll(() => rmSync(folder, { recursive: true }))
const write = (name: string, text: string): void => {
  const file = join(folder, name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}
const install = (place: string, name: string, version: string, code = ''): void => {
  write(`${place}/package.json`, JSON.stringify({ name, version, main: 'lib/index.js' }))
  write(`${place}/lib/index.js`, code)
}

const canWatch =
  (await watchOpens([tmpdir()])?.then(async (watch) => (await watch?.end()) !== undefined)) ?? false
if (!canWatch)
  console.log('opens can not be watched here (no Perl, or no Linux on x64 or arm64): skipped')

beforeAll(() => {
  install('node_modules/pinned', 'pinned', '1.0.0', "require('inner')")
  install('node_modules/pinned/node_modules/inner', 'inner', '2.0.0')
  install('node_modules/@scope/moved', '@scope/moved', '3.1.0')
  install('node_modules/loose', 'loose', '1.0.0')
  install('node_modules/smuggled', 'smuggled', '9.9.9')
  install('node_modules/posing', 'evil', '1.0.0')
  install('node_modules/alias', 'real', '4.0.0')
  install('node_modules/unused', 'unused', '1.0.0')
  const sha = 'sha512-x'
  const packages = {
    'node_modules/pinned': { version: '1.0.0', integrity: sha },
    'node_modules/pinned/node_modules/inner': { version: '2.0.0', integrity: sha },
    'node_modules/@scope/moved': { version: '3.0.0', integrity: sha },
    'node_modules/loose': { version: '1.0.0' },
    'node_modules/posing': { version: '1.0.0', integrity: sha },
    'node_modules/alias': { name: 'real', version: '4.0.0', integrity: sha },
    'node_modules/unused': { version: '1.0.0', integrity: sha },
  }
  write('package-lock.json', JSON.stringify({ lockfileVersion: 3, packages }))
  write(
    'app/main.js',
    ['pinned', '@scope/moved', 'loose', 'smuggled', 'posing', 'alias']
      .map((name) => `require('${name}')\n`)
      .join(''),
  )
})

const play = (): Promise<number | null> =>
  Promise.resolve(spawnSync(process.execPath, [join(folder, 'app/main.js')]).status)

it.skipIf(!canWatch)('tells what a program loaded, and what its lockfile knows of it', async () => {
  const { value, observed } = await observePackages([join(folder, 'app')], play)
  expect(value).toBe(0)
  expect(
    observed.packages.map(({ name, version, state }) => `${name}@${version} ${state}`),
  ).toEqual([
    '@scope/moved@3.1.0 other-version',
    'evil@1.0.0 unknown',
    'inner@2.0.0 pinned',
    'loose@1.0.0 unpinned',
    'pinned@1.0.0 pinned',
    'real@4.0.0 pinned',
    'smuggled@9.9.9 unknown',
  ])
  expect(observed.packages.find(({ name }) => name === 'pinned')!.integrity).toBe('sha512-x')
  expect(observed.packagesSeen).toMatchObject({
    by: 'file opens',
    isWhole: true,
    lockfiles: [{ name: 'package-lock.json', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }],
  })
})

it.skipIf(!canWatch)('tells nothing of what was not loaded meanwhile', async () => {
  await play()
  const { observed } = await observePackages([join(folder, 'app')], async () => {})
  expect(observed.packages).toEqual([])
})

it.skipIf(!canWatch)('ends the watch when what it watches fails', async () => {
  const failing = observePackages([join(folder, 'app')], () => Promise.reject(new Error('no luck')))
  await expect(failing).rejects.toThrow('no luck')
})

const tools = findTools()
const bwrap = 'missing' in tools ? 'bwrap' : tools.bwrap
const hasSandbox = spawnSync(bwrap, ['--ro-bind', '/', '/', 'true']).status === 0
if (!hasSandbox) console.log('bwrap does not run here: packages in a lane are not looked at')

it.skipIf(!canWatch || !hasSandbox)(
  'sees into a sandbox, where the folder is mounted read-only and under another name',
  async () => {
    const { observed } = await observePackages([join(folder, 'app')], async () => {
      const mounts = ['--ro-bind', '/', '/', '--tmpfs', '/mnt', '--ro-bind', folder, '/mnt/subject']
      const run = [process.execPath, '/mnt/subject/app/main.js']
      expect(spawnSync(bwrap, [...mounts, '--unshare-all', ...run]).status).toBe(0)
    })
    expect(observed.packages.map(({ name }) => name)).toContain('smuggled')
    expect(observed.packages).toHaveLength(7)
  },
)
