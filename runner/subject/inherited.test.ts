import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'inherited-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe.skipIf(process.platform !== 'linux')('a subject process', () => {
  it('is given nothing of what was left open for the runner', () => {
    const source = pathToFileURL(join(import.meta.dirname, 'process.ts')).href
    const runner = join(folder, 'runner.ts')
    writeFileSync(
      runner,
      `import { SubjectProcess } from '${source}'
const command = ['sh', '-c', 'readlink /proc/self/fd/40; cat /proc/self/fd/40; cat <&3']
const launch = { command, cwd: '/', env: { PATH: process.env.PATH ?? '' }, inputs: [Buffer.from('input')] }
await new SubjectProcess({ launch, onLine: (line) => console.log(line) }).ended
`,
    )
    const secret = join(folder, 'secret')
    writeFileSync(secret, 'the runner’s own')
    const open = openSync(secret, 'r')
    // Node itself closes those below 16, and no higher ones.
    const stdio = [
      'ignore',
      'pipe',
      'inherit',
      ...Array<'ignore'>(37).fill('ignore'),
      open,
    ] as const
    const { stdout } = spawnSync(process.execPath, [runner], { stdio: [...stdio] })
    closeSync(open)
    expect(String(stdout)).toBe('/dev/null\ninput\n')
  })
})
