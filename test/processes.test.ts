import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { digestOfEverything } from './digest.ts'

test('the same seed and calls give the same bytes in another process', async () => {
  const file = fileURLToPath(new URL('./digest.ts', import.meta.url))
  const here = await digestOfEverything('a')
  const there = execFileSync(process.execPath, [file, 'a'], { encoding: 'utf8' })
  expect(there.trim()).toBe(here)
  expect(await digestOfEverything('b')).not.toBe(here)
})
