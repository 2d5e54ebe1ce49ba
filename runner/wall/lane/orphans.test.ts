import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { probeForTests } from '../../testing/lane-stage.ts'

const probe = await probeForTests()
const stageFile = pathToFileURL(join(import.meta.dirname, '../../testing/lane-stage.ts')).href

describe.skipIf(!('tools' in probe))('a lane whose runner was killed', () => {
  it('ends what had not yet heard of that', async () => {
    const seconds = `7${process.pid}.5`
    // Into the lane's network, but not into a sandbox that dies with the runner.
    const runner = `import { spawn } from 'node:child_process'
import { LaneStage } from '${stageFile}'
const stage = await LaneStage.open()
const berth = await stage.wall.open({ readable: [stage.folder] })
const { command } = berth.wrap({ command: ['true'], cwd: '/', env: {} })
const from = command.findIndex((one) => one.endsWith('/nsenter'))
const [file, ...enter] = command.slice(from, command.indexOf('--', from) + 1)
spawn(file, [...enter, 'sleep', '${seconds}'], { detached: true, stdio: 'ignore' }).unref()
console.log('started')
setInterval(() => {}, 1000)
`
    const child = spawn(process.execPath, ['--input-type=module', '--eval', runner])
    await once(child.stdout, 'data')
    await expect.poll(() => running(seconds), { timeout: 20_000 }).toBe(1)
    child.kill('SIGKILL')
    await expect.poll(() => running(seconds), { timeout: 20_000 }).toBe(0)
  })
})

/** How many processes sleep for so long. */
function running(seconds: string): number {
  return readdirSync('/proc').filter((name) => {
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').startsWith(`sleep\0${seconds}`)
    } catch {
      return false
    }
  }).length
}
