import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { UsageError } from '../../engine/usage-error.ts'
import { ContainerStage, engineForTests } from '../testing/container-stage.ts'
import { readDescription } from './description.ts'
import { describeSubject } from './load.ts'

const engine = await engineForTests()

const at = (...path: (string | number)[]) => ({ field: path.join('.') })

async function failureOf(body: () => unknown): Promise<UsageError> {
  try {
    await body()
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError)
    return error as UsageError
  }
  throw new Error('nothing was wrong')
}

describe('the description of a container', () => {
  it.each([
    [{ port: 3000 }, '"port" is for services.', 'port'],
    [{ tenant: { path: '/t' } }, '"tenant" is for services.', 'tenant'],
    [{ mode: 'service', warm: 'container' }, 'A service keeps its process, or nothing.', 'warm'],
    [{ mode: 'service', port: 443 }, "Port 443 is the lane's own.", 'port'],
    [{ mode: 'service', warm: true, tenant: { path: '/t' } }, /warm anyway/, 'warm'],
  ])('says what is wrong with %j', async (rest, what, field) => {
    const value = { kind: 'container', image: 'x', ...rest }
    const error = await failureOf(() => readDescription(value, at))
    expect(error.what).toEqual(typeof what === 'string' ? what : expect.stringMatching(what))
    expect(error.where.field).toBe(field)
  })

  it('asks for an image, and for nothing else', async () => {
    expect(readDescription({ kind: 'container', image: 'x' }, at)).toMatchObject({ image: 'x' })
    expect((await failureOf(() => readDescription({ kind: 'container' }, at))).what).toMatch(
      /needs "image"/,
    )
  })

  it('is no place for another wall', async () => {
    const value = { kind: 'container', image: 'x' }
    const error = await failureOf(() => describeSubject(value, '/x/a.json', at, 'environment'))
    expect(error.what).toBe('A container is a wall of its own.')
  })

  it.each([
    [{ from: '/', to: '/host' }, /holds too much of this machine/],
    [{ from: homedir(), to: '/home' }, /holds too much of this machine/],
    [{ from: '/proc/self', to: '/x' }, /holds too much of this machine|is a way out/],
    [{ from: './nowhere', to: '/x' }, /There is no file or folder/],
    [{ from: '.', to: '/etc' }, /in place of \/etc/],
    [{ from: '.', to: '/' }, /in place of/],
    [{ from: '/dev/null', to: '/x' }, /is a way out of the container/],
  ])('refuses to mount %j', async (mount, why) => {
    const value = { kind: 'container', image: 'x', mounts: [mount] }
    const file = join(import.meta.dirname, 'a.json')
    const error = await failureOf(() => describeSubject(value, file, at, undefined))
    expect([error.what, error.where.field]).toEqual([expect.stringMatching(why), 'mounts.0'])
  })
})

describe.skipIf(engine === undefined)('a container that can not be', () => {
  let stage: ContainerStage
  beforeAll(async () => {
    stage = await ContainerStage.open(engine!)
    mkdirSync(join(stage.folder, 'empty'))
  }, 60_000)
  afterEach(() => stage.endSubjects())
  afterAll(() => stage.close())

  it('for want of an image, is never fetched unasked', async () => {
    const error = await failureOf(() => stage.subject({ image: 'backlot-test/none:1' }))
    expect(error.what).toBe('There is no image "backlot-test/none:1" on this machine.')
    expect([error.where.field, error.fix]).toEqual([
      'image',
      expect.stringContaining('docker pull'),
    ])
  })

  it('for want of a registry, says that it could not be fetched', async () => {
    const image = '127.0.0.1:1/backlot-test/none:1'
    const error = await failureOf(() => stage.subject({ image, pull: true }))
    expect(error.what).toMatch(/^The image "127.0.0.1:1\/.*" could not be fetched: .+\.$/)
  })

  it('for want of a command, says where to name one', async () => {
    const error = await failureOf(() => stage.subject({ command: undefined }))
    expect(error.message).toMatch(/does not say what to run\. Name it: "command"/)
  })

  it('for want of a program, says where it was looked for', async () => {
    const error = await failureOf(() => stage.subject({ command: ['nothing-here'] }))
    expect(error.what).toMatch(/^There is no program "nothing-here" in the image "backlot-test/)
    expect([error.where.field, error.fix]).toEqual([
      'command',
      expect.stringMatching(/looked for at \/bin\/nothing-here\.$/),
    ])
    const path = await failureOf(() => stage.subject({ command: ['/opt/none'] }))
    expect(path.what).toMatch(/^There is no program "\/opt\/none"/)
  })

  it.each([
    [['./subject.json'], { cwd: '/work' }, /can't run "\.\/subject.json": .+/],
    [['/work/none'], {}, /can't run "\/work\/none": no such file or directory/],
    [['node', '-e', '0'], { user: 'nobody-known' }, /the container engine failed: .*nobody-known/],
  ])(
    'for want of what it is to run, makes a trial inconclusive: %j',
    async (command, rest, why) => {
      const { result } = await stage.play(await stage.subject({ command, ...rest }))
      expect([result.verdict, result.why[0]?.text]).toEqual([
        'inconclusive',
        expect.stringMatching(why),
      ])
    },
  )

  it('because the engine lost it, makes this trial inconclusive and not the next', async () => {
    stage.write(
      'slow.mjs',
      `await new Promise((resolve) => setTimeout(resolve, 1500))
console.log('{"status":200}')`,
    )
    const subject = await stage.subject({ command: ['node', 'slow.mjs'] })
    const playing = stage.play(subject)
    await expect.poll(async () => (await stage.left()).length, { timeout: 10_000 }).toBe(2)
    await new Promise((resolve) => setTimeout(resolve, 600))
    for (const id of await stage.left()) {
      const container = engine!.api.getContainer(id)
      const { HostConfig } = await container.inspect()
      if (HostConfig.NetworkMode !== 'none') await container.remove({ force: true })
    }
    expect((await playing).result.verdict).toBe('inconclusive')
    expect((await stage.play(subject)).result.why).toEqual([])
  })
})
