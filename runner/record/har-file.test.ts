import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { HarFile } from './har-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'har-'))
afterAll(() => rmSync(folder, { recursive: true }))

interface Har {
  log: { version: string; entries: { index: number; text: string }[] }
}

function read(path: string): Har {
  return JSON.parse(readFileSync(path, 'utf8')) as Har
}

describe('the HAR file', () => {
  it('is whole after every entry, and in the order of the beginnings at the end', () => {
    const path = join(folder, 'whole.har')
    const file = new HarFile(path)
    expect(read(path).log.entries).toEqual([])
    for (const [index, startedMs] of [30, 10, 20].entries()) {
      file.append(JSON.stringify({ index, text: 'ä'.repeat(index) }), startedMs)
      expect(read(path).log.entries).toHaveLength(index + 1)
    }
    expect([file.count, file.bytes > 0]).toEqual([3, true])
    file.close((line) => line.replace('"text"', '"word"'))
    expect(read(path).log).toMatchObject({
      version: '1.2',
      entries: [
        { index: 1, word: 'ä' },
        { index: 2, word: 'ää' },
        { index: 0, word: '' },
      ],
    })
    expect(readdirSync(folder).filter((name) => name.startsWith('whole'))).toEqual(['whole.har'])
  })

  it('is never written over', () => {
    const path = join(folder, 'there.har')
    writeFileSync(path, 'mine')
    expect(() => new HarFile(path)).toThrow(
      /--out: .*there\.har is there already\. A recording is never/,
    )
    expect(() => new HarFile(join(folder, 'no', 'such.har'))).toThrow(/can't be written: ENOENT/)
    expect(readFileSync(path, 'utf8')).toBe('mine')
  })

  it(
    'is whole when the process is killed in the middle, at any moment',
    { timeout: 60_000 },
    async () => {
      const module = pathToFileURL(join(import.meta.dirname, 'har-file.ts')).href
      const program = `
      const { HarFile } = await import(${JSON.stringify(module)})
      const file = new HarFile(process.argv[1])
      for (let index = 0; ; index++) {
        // Most of the time is spent inside of writes that are many pages long.
        file.append(JSON.stringify({ index, text: 'x'.repeat(index % 3 === 0 ? 3_000_000 : 300) }), index)
        if (index === 1) process.stdout.write('under way')
      }`
      for (let round = 0; round < 12; round++) {
        const path = join(folder, `killed-${round}.har`)
        const args = ['--input-type=module', '-e', program, '--', path]
        const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
        await new Promise((resolve) => child.stdout.once('data', resolve))
        await wait(round * 3 + Math.random() * 9)
        child.kill('SIGKILL')
        await new Promise((resolve) => child.once('exit', resolve))
        const { entries } = read(path).log
        expect(entries.map(({ index }) => index)).toEqual(entries.map((_, index) => index))
        expect(entries.length).toBeGreaterThan(1)
        for (const name of readdirSync(folder))
          if (name.startsWith('killed')) rmSync(join(folder, name))
      }
    },
  )

  it('cleans away what a killed recorder left behind', () => {
    const path = join(folder, 'left.har')
    writeFileSync(`${path}.next`, 'left')
    const file = new HarFile(path)
    file.append('{}', 0)
    file.close()
    expect(existsSync(`${path}.next`)).toBe(false)
    expect(read(path).log.entries).toEqual([{}])
  })
})
