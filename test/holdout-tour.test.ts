import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Statement } from '../runner/attest/statement.ts'
import { CommandLine, type Said } from '../runner/testing/command-line.ts'
import { roomService, sealedRooms, sealRooms } from '../runner/testing/sealed-rooms.ts'

/* The whole way of a version, from a key to a verdict that others can check, as docs/holdout.md tells it. */

const line = new CommandLine()
const keys = ['--key', 'holdout.key']
const read = (name: string): string => readFileSync(join(line.folder, name), 'utf8')
const score = (...args: string[]): Promise<Said> => {
  const asked = [
    'score',
    'stories',
    '--subject',
    'desk/subject.json',
    '--grid',
    '0',
    '--wall',
    'environment',
  ]
  return line.backlot(...asked, ...keys, ...args)
}
const sign = (...args: string[]): Promise<Said> => {
  const what = [
    '--score',
    'full.age',
    ...keys,
    '--policy',
    'policy.yaml',
    '--subject',
    'desk/subject.json',
  ]
  return line.backlot(
    'attest',
    'sign',
    ...what,
    '--signing-key',
    'release',
    '--out',
    'desk.intoto.jsonl',
    ...args,
  )
}
const verify = (...args: string[]): Promise<Said> =>
  line.backlot('attest', 'verify', 'desk.intoto.jsonl', '--public-key', 'release.pub', ...args)

beforeAll(async () => {
  const { code, err } = await sealRooms(line)
  if (code !== 0) throw new Error(err)
  line.write(
    'policy.yaml',
    'minSatisfaction: 0.5\nmaxGap: 0.2\nminWall: environment\nnoEscapes: true\nmaxScoringAge: 1 day\n',
  )
  line.write('strict.yaml', 'minSatisfaction: 0.99\nminCases: 30\n')
})
afterAll(() => line.end())

it('goes from a question to a verdict that is checked with the public key alone', async () => {
  const said = await score('--policy', 'policy.yaml', '--full', 'full.age', '--trials', '2')
  expect(said).toMatchObject({ code: 0, out: expect.stringMatching(/accepted[^]*100 %[^]*49/) })

  const passed = await line.backlot(
    'gate',
    '--policy',
    'policy.yaml',
    '--score',
    'full.age',
    ...keys,
  )
  expect(passed).toMatchObject({ code: 0, out: expect.stringContaining('desk: accepted') })
  const strict = ['gate', '--policy', 'strict.yaml', '--score', 'full.age', ...keys, '--json']
  const failed = await line.backlot(
    ...strict,
    '--code-quality',
    'quality.json',
    '--junit',
    'gate.xml',
  )
  expect(failed.code).toBe(1)
  expect((JSON.parse(failed.out) as { verdict: string }).verdict).toBe('rejected')
  expect(JSON.parse(read('quality.json'))).toHaveLength(2)
  expect(read('gate.xml')).toContain('failures="2"')

  expect(await line.backlot('attest', 'key', '--out', 'release')).toMatchObject({ code: 0 })
  expect(await sign()).toMatchObject({
    code: 0,
    out: expect.stringContaining('the policy was held'),
  })
  const all = [
    '--subject',
    'desk/subject.json',
    '--set',
    'holdout',
    '--policy',
    'policy.yaml',
    '--max-age',
    '1 day',
  ]
  expect(await verify(...all, '--min-wall', 'environment')).toMatchObject({
    code: 0,
    out: expect.stringContaining('desk: verified'),
  })
  expect(await verify('--min-wall', 'lane')).toMatchObject({ code: 1 })
  expect(await verify('--policy', 'strict.yaml')).toMatchObject({ code: 1 })
  expect(await verify('--last', 'desk.intoto.jsonl')).toMatchObject({
    code: 1,
    out: expect.stringContaining('no newer than that of the last accepted'),
  })
}, 60_000)

it('shows what the version used, and nothing of a sealed case', async () => {
  const { out } = await line.backlot('attest', 'show', 'desk.intoto.jsonl', '--json')
  const [, observed] = JSON.parse(out) as Statement[]
  expect(observed!.predicate).toMatchObject({
    hosts: [{ host: 'slack.com', twin: 'slack' }],
    operations: [{ twin: 'slack', op: 'conversations.create' }],
  })
  for (const name of sealedRooms) expect(out).not.toContain(name)
})

it('neither signs nor verifies a version that was not scored', async () => {
  line.write('desk/service.mjs', roomService('false'))
  expect(await sign()).toMatchObject({
    code: 2,
    err: expect.stringContaining('not the subject that was scored'),
  })
  expect(await verify('--subject', 'desk/subject.json')).toMatchObject({
    code: 1,
    out: expect.stringContaining('no test result about this subject'),
  })
})

it('signs that the policy was not held, which verifies as that', async () => {
  await score('--full', 'full.age', '--trials', '1')
  expect(await sign()).toMatchObject({ code: 1, out: expect.stringContaining('not held') })
  expect(await verify('--subject', 'desk/subject.json')).toMatchObject({
    code: 1,
    out: expect.stringContaining('✗ The policy was not held.'),
  })
}, 30_000)

it('says what is missing, and to whom a key belongs', async () => {
  expect(await line.backlot('attest')).toMatchObject({
    code: 2,
    err: expect.stringContaining('There are: key, sign, verify, show'),
  })
  expect(await line.backlot('attest', 'verfy')).toMatchObject({
    code: 2,
    err: expect.stringContaining('verify'),
  })
  expect(await line.backlot('gate')).toMatchObject({
    code: 2,
    err: expect.stringContaining('--policy'),
  })
  const wrong = ['attest', 'verify', 'desk.intoto.jsonl', '--public-key', 'release']
  expect(await line.backlot(...wrong)).toMatchObject({
    code: 2,
    err: expect.stringContaining('This is the private key'),
  })
  const closed = ['gate', '--policy', 'policy.yaml', '--score', 'full.age', '--key', 'release']
  expect(await line.backlot(...closed)).toMatchObject({ code: 2 })
})
