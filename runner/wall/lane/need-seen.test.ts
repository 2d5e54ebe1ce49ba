import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { needNarrow, needVisible } from './need-seen.ts'

const folder = mkdtempSync(join(tmpdir(), 'seen-'))
afterAll(() => rmSync(folder, { recursive: true }))
const own = join(folder, 'subject')
const other = join(folder, 'tools')
for (const one of [own, other]) mkdirSync(one)
for (const file of [join(own, 'run'), join(other, 'run')]) {
  writeFileSync(file, '#!/bin/sh\n')
  chmodSync(file, 0o755)
}
symlinkSync(join(other, 'run'), join(own, 'link'))

describe('what a lane can show', () => {
  it.each(['/', homedir(), tmpdir(), '/usr', '/etc'])('is not %s', (wide) => {
    expect(() => needNarrow(wide)).toThrow(/would see too much.*a folder of its own/s)
  })

  it('is a folder of its own, which is there', () => {
    expect(() => needNarrow(own)).not.toThrow()
    expect(() => needNarrow(join(folder, 'gone'))).toThrow(/There is no folder/)
  })

  it.skipIf(process.platform === 'win32').each([
    ['node', [], true],
    ['sh', [], true],
    ['./run', [], true],
    [join(own, 'run'), [], true],
    [join(other, 'run'), [], false],
    [join(other, 'run'), [other], true],
    ['./link', [], false],
    ['./link', [other], true],
    ['nosuchprogram', [], false],
  ])('is a program in a folder that is seen: %s with %j, %s', (program, readable, seen) => {
    const check = () => needVisible({ command: [program], cwd: own, env: {} }, readable)
    if (seen) expect(check).not.toThrow()
    else expect(check).toThrow(/can't be seen behind the wall.*"reads"/s)
  })
})
