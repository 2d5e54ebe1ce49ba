import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { holdout } from '../../commands/holdout.ts'
import { openSet } from './open-set.ts'

const secret = 'Quokka'
const story = (name: string, more = ''): string => `import { scenario } from 'backlot/scenario'
${more}
interface Asked { ok: boolean }
export default scenario('${name} ${secret}', { twins: ['slack'], tags: ['rooms'] }, async ({ check, subject }) => {
  const { body } = await subject.post('/x')
  check('it is so', (body as Asked | undefined)?.ok)
})
`

let place: string
let key: string
let set: string
let said: string

beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'holdout-'))
  key = join(place, 'keys', 'holdout.key')
  set = join(place, 'set')
  said = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text)
    return true
  })
  await mkdir(join(place, 'open'))
  await writeFile(join(place, 'open', 'one.ts'), story('One'))
  await writeFile(join(place, 'open', 'two.ts'), story('Two'))
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rm(place, { recursive: true })
})

async function run(...args: string[]): Promise<ReturnType<typeof JSON.parse>> {
  said = ''
  await holdout([...args, '--set', set, '--json'])
  return JSON.parse(said)
}

async function makeSet(): Promise<string> {
  const { recipient } = await run('init', '--key', key)
  await run('seal', join(place, 'open'), '--to', recipient)
  return recipient
}

const open = () => openSet({ folder: set, keyFile: key })

it('makes a key for its owner alone, outside of every repository', async () => {
  const { recipient } = await run('init', '--key', key)
  expect(recipient).toMatch(/^age1/)
  expect((await stat(key)).mode & 0o777).toBe(0o600)
  await expect(run('init', '--key', key)).rejects.toThrow('There is a key already.')
  await mkdir(join(place, 'repo', '.git'), { recursive: true })
  const inside = join(place, 'repo', 'deep', 'holdout.key')
  await expect(run('init', '--key', inside)).rejects.toThrow('must not stand in a repository')
  expect(existsSync(inside)).toBe(false)
})

it('seals scenarios so that nothing of them is left to read, and opens them in memory', async () => {
  await makeSet()
  const files = await readdir(join(set, 'cases'))
  const bytes = await Promise.all(files.map((name) => readFile(join(set, 'cases', name))))
  expect(files).toHaveLength(2)
  expect(new Set(bytes.map((one) => one.length)).size).toBe(1)
  const kept = Buffer.concat([...bytes, await readFile(join(set, 'manifest.json'))]).toString(
    'latin1',
  )
  for (const word of [secret, 'One', 'one.ts', 'backlot-canary'])
    expect(kept.includes(word)).toBe(false)
  const { scenarios, cases, canaries } = await open()
  expect(scenarios.map(({ id }) => id)).toEqual(['case-1', 'case-2'])
  expect(scenarios.map(({ scenario }) => scenario.name).sort()).toEqual([
    `One ${secret}`,
    `Two ${secret}`,
  ])
  expect([...cases.values()].map(({ tags }) => tags)).toEqual([['rooms'], ['rooms']])
  expect(new Set(canaries).size).toBe(2)
})

it('tells counts and tags, and nothing else', async () => {
  await makeSet()
  expect(await run('list')).toMatchObject({ count: 2, tags: { rooms: 2 }, recipients: 1 })
  expect(said).not.toContain(secret)
})

it('takes more cases from who can open none', async () => {
  await makeSet()
  await rm(key)
  await writeFile(join(place, 'late.ts'), story('Late'))
  expect(await run('add', join(place, 'late.ts'), '--tag', 'fresh')).toMatchObject({
    count: 3,
    tags: { rooms: 3, fresh: 1 },
  })
})

it('rotates: the new key opens it, the old one nothing, and other recipients stay', async () => {
  const old = await makeSet()
  const other = join(place, 'keys', 'other.key')
  const { recipient } = await run('init', '--key', other)
  await run('reseal', '--key', key, '--to', `${old},${recipient}`)
  const fresh = join(place, 'keys', 'fresh.key')
  await run('rotate', '--key', key, '--new-key', fresh)
  await expect(open()).rejects.toThrow('The key does not open this case.')
  for (const keyFile of [fresh, other]) {
    expect((await openSet({ folder: set, keyFile })).scenarios).toHaveLength(2)
  }
})

it('notices every change: of a case, of the manifest, a case too many, one too few', async () => {
  await makeSet()
  const [first, second] = (await readdir(join(set, 'cases'))).map((name) =>
    join(set, 'cases', name),
  )
  const manifest = join(set, 'manifest.json')
  const [bytes, text] = [await readFile(first!), await readFile(manifest, 'utf8')]
  const flipped = Buffer.from(bytes)
  flipped[bytes.length - 1]! ^= 1
  await writeFile(first!, flipped)
  await expect(open()).rejects.toThrow('A case was changed.')
  await writeFile(first!, await readFile(second!))
  await expect(open()).rejects.toThrow('A case was changed.')
  await rm(first!)
  await expect(open()).rejects.toThrow('A case of the set is missing.')
  await writeFile(first!, bytes)
  await writeFile(join(set, 'cases', '0123456789abcdef.age'), bytes)
  await expect(open()).rejects.toThrow('The manifest does not know this case.')
  await rm(join(set, 'cases', '0123456789abcdef.age'))
  const leaf = /"leaf": "(\w)/.exec(text)!
  await writeFile(manifest, text.replace(leaf[0], `"leaf": "${leaf[1] === '0' ? '1' : '0'}`))
  await expect(open()).rejects.toThrow('"root" is not what is needed.')
  await writeFile(manifest, text)
  expect((await open()).scenarios).toHaveLength(2)
})

it('says of a case that does not load which file it is, and nothing that is in it', async () => {
  const { recipient } = await run('init', '--key', key)
  const wrong = {
    'syntax.ts': story('Wrong').replace('async', `async ${secret}`),
    'imports.ts': story('Wrong', "import { readFileSync } from 'node:fs'\nreadFileSync"),
    'relative.ts': story('Wrong', "import { x } from './one.ts'\nx"),
  }
  for (const [name, text] of Object.entries(wrong)) {
    const file = join(place, name)
    await writeFile(file, text)
    const error: Error = await run('seal', file, '--to', recipient).catch((one) => one)
    expect(error.name).toBe('UsageError')
  }
  expect(existsSync(set)).toBe(false)
})

it('refuses a key that others may read', async () => {
  await makeSet()
  await chmod(key, 0o644)
  await expect(open()).rejects.toThrow('Others on this machine may read the key')
  expect((await openSet({ folder: set, keyFile: key, anyMode: true })).scenarios).toHaveLength(2)
})

it('lays one case open with a proof that it was in the set', async () => {
  await makeSet()
  const out = join(place, 'case.json')
  const name = [...(await open()).cases.values()][0]!.name
  await run('disclose', name, '--key', key, '--out', out)
  expect(await run('check', out)).toMatchObject({ inSet: true })
  const text = await readFile(out, 'utf8')
  await writeFile(out, text.replaceAll(secret, 'Wombat'))
  expect(await run('check', out)).toMatchObject({ inSet: false })
})

const hasAge = (() => {
  try {
    execFileSync('age', ['--version'])
    return true
  } catch {
    return false
  }
})()

it.skipIf(!hasAge)('is read by the standard tool, where it is installed', async () => {
  await makeSet()
  const [file] = await readdir(join(set, 'cases'))
  const text = execFileSync('age', ['-d', '-i', key, join(set, 'cases', file!)]).toString()
  expect(JSON.parse(text)).toMatchObject({ format: 'backlot.case/1', language: 'ts' })
})
