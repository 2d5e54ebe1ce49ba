import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readServeConfig } from '../serve/config.ts'
import { makeGround, type ServeGround } from '../serve/testing/ground.ts'

const root = join(import.meta.dirname, '../..')
let place: string
let ground: ServeGround

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'serve-command-'))
  ground = await makeGround()
})
afterAll(async () => {
  await ground.remove()
  await rm(place, { recursive: true })
})

/** Code, stdout and stderr of `backlot serve …`. */
function serve(...args: string[]): Promise<[number, string, string]> {
  return new Promise((resolve) => {
    const { DATABASE_URL: _unset, ...env } = process.env
    execFile(
      process.execPath,
      [join(root, 'runner/cli.ts'), 'serve', ...args],
      { env, cwd: place },
      (error, stdout, stderr) => resolve([Number(error?.code ?? 0), stdout, stderr]),
    )
  })
}

it('issues a token once, takes it back, and tells whether the audit log is whole', async () => {
  const at = ['--config', ground.file, '--json']
  const [code, out] = await serve('token', 'add', 'ada', '--days', '7', ...at)
  const { id, token } = JSON.parse(out) as { id: string; token: string }
  expect(code).toBe(0)
  expect(token).toMatch(/^backlot_[0-9a-f]{12}_[\w-]{43}$/)
  const listed = (await serve('token', 'list', ...at))[1]
  expect(JSON.parse(listed)).toMatchObject({ tokens: [{ id, author: 'ada', revoked: null }] })
  expect(listed).not.toContain(token.slice(-43))
  expect(await serve('token', 'revoke', 'ada', ...at)).toEqual([0, '{"revoked":1}\n', ''])
  const [whole, told] = await serve('audit', 'verify', ...at)
  const { entries, head } = JSON.parse(told) as { entries: number; head: string }
  expect([whole, entries]).toEqual([0, 2])
  expect((await serve('audit', 'verify', '--head', head, ...at))[0]).toBe(0)
  expect((await serve('audit', 'verify', '--head', 'f'.repeat(64), ...at))[0]).toBe(1)
}, 60_000)

it('says what is wrong, where, and what to do', async () => {
  const wrong = async (text: string): Promise<string> => {
    await writeFile(join(place, 'serve.yaml'), text)
    return readServeConfig(join(place, 'serve.yaml')).then(
      () => 'nothing',
      (error: Error) => error.message,
    )
  }
  const right = `project: x\nholdout: { set: s }\nscenarios: [a]\nquestions: 5\n`
  expect(await wrong(right)).toBe('nothing')
  expect(await wrong(`${right}question: 5\n`)).toMatch(
    /serve.yaml:5:1 \(question\):.*Did you mean "questions"/,
  )
  expect(await wrong('project: x\n')).toContain('needs "holdout"')
  expect(await wrong(`${right}url: ftp://x\n`)).toContain('(url)')
  const login = (issuer: string, managers: string): string =>
    `${right}login: { issuer: ${issuer}, clientId: x, clientSecretFile: x, managers: ${managers} }\n`
  expect(await wrong(login('https://x', '{}'))).toContain('Nobody could log in.')
  expect(await wrong(login('http://idp.example.com', '{ emails: [a@b.c] }'))).toContain(
    'not encrypted',
  )
  const [code, , said] = await serve('token', 'ad', 'x')
  expect([code, said]).toEqual([2, expect.stringContaining('Did you mean "token add"?')])
}, 60_000)

it('is configured as docs/serving.md shows', async () => {
  const text = await readFile(join(root, 'docs/serving.md'), 'utf8')
  const [, shown] = /```yaml config\n([\s\S]*?)```/.exec(text)!
  await writeFile(join(place, 'shown.yaml'), shown!)
  expect(await readServeConfig(join(place, 'shown.yaml'))).toMatchObject({
    project: 'it-desk',
    holdout: { key: '/etc/backlot/holdout.key' },
    policy: join(place, 'policy.yaml'),
  })
})
