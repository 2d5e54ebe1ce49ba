import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LaneStage, probeForTests } from '../testing/lane-stage.ts'
import { openWall, readWall, wallForOwnCode } from './choose.ts'
import { createEnvironmentWall } from './environment.ts'
import { findTools } from './lane/tools.ts'
import { noWall, reportWall, weakestWall } from './wall.ts'

const probe = await probeForTests()
const root = join(import.meta.dirname, '../..')

describe('the choice of a wall', () => {
  it('is by name, and by no other', () => {
    expect([undefined, 'lane', 'environment'].map(readWall)).toEqual([
      undefined,
      'lane',
      'environment',
    ])
    expect(() => readWall('lain')).toThrow('There is no wall "lain". Did you mean "lane"?')
    expect(() => readWall('none')).toThrow('There is no wall "none"')
  })

  it('takes the environment only when it is named, and calls it unsafe', async () => {
    const wall = await openWall('environment')
    expect(wall).toMatchObject({ name: 'environment', unsafe: true })
    await wall.close()
    if ('tools' in probe) {
      const strongest = await openWall(undefined)
      expect(strongest).toMatchObject({ name: 'lane', unsafe: false })
      await strongest.close()
    } else await expect(openWall(undefined)).rejects.toThrow(/no lane around the subject/)
    expect((await wallForOwnCode()).word).toBe('tools' in probe ? 'lane' : 'environment')
  })

  it('names the packages that a lane lacks', () => {
    const found = findTools('/nowhere', [])
    expect(found).toEqual({
      missing: ['bubblewrap', 'util-linux', 'coreutils', 'iproute2', 'mount', 'dash'],
    })
  })

  it('reports the weakest of several, and every stray', () => {
    const stray = { how: 'connect', target: 'tcp://203.0.113.1:22' }
    const lane = { name: 'lane' as const, about: 'x', unsafe: false, strays: [stray] }
    const environment = reportWall(createEnvironmentWall())
    expect(weakestWall([lane, environment])).toEqual({ ...environment, strays: [stray] })
    expect(weakestWall([lane, noWall])).toMatchObject({ name: 'none' })
    expect(weakestWall([])).toBeUndefined()
  })
})

describe.skipIf(!('tools' in probe))('backlot where no lane can be had', () => {
  let stage: LaneStage
  beforeAll(async () => {
    stage = await LaneStage.open()
    stage.write('service.mjs', 'console.log(\'{"status":200}\')\n')
    stage.write('s.json', '{ "kind": "command", "command": ["node", "service.mjs"] }')
  })
  afterAll(() => stage.close())

  // A lane is such a place: nothing in it may make namespaces of its own.
  it('refuses to run, says why and what to name to do without, and does so when it is named', async () => {
    const { reply } = await stage.script(
      `process.chdir('/tmp')
for (const file of ['s.json', 'service.mjs']) { fs.mkdirSync('own', { recursive: true }); fs.copyFileSync('${stage.folder}/' + file, 'own/' + file) }
const backlot = (...flags) => {
  const { status, stdout, stderr } = spawnSync('node', ['${root}/bin/backlot.js', 'run', 'joiners', '--subject', 'own/s.json', '--trials', '1', '--no-history', '--report', '/tmp/r.json', ...flags], { encoding: 'utf8' })
  return { status, stdout, stderr }
}
said.silent = backlot()
said.named = backlot('--wall', 'environment')
`,
      { readable: [root] },
    )
    const { silent, named } = reply.body as Record<string, { [field: string]: unknown }>
    expect(silent).toMatchObject({ status: 2, stdout: '' })
    expect(silent!['stderr']).toMatch(
      /^--wall: There can be no lane around the subject: .+ Or name --wall environment/,
    )
    expect(named!['stderr']).toBe('')
    expect(named!['status']).not.toBe(2)
    expect(named!['stdout']).toContain('environment (unsafe): settings alone led the subject')
    expect(named!['stdout']).toContain('--wall environment')
  })
})
