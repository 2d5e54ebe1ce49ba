import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { digestSource, digestSubject } from './digest.ts'

const root = mkdtempSync(join(tmpdir(), 'digest-'))
afterAll(() => rmSync(root, { recursive: true }))
let folder = ''
let folders = 0

beforeEach(() => {
  folder = join(root, String(folders++))
  write('subject.json', '{ "kind": "command", "command": ["node", "src/main.mjs"], "cwd": "." }')
  write('src/main.mjs', "import { help } from './help.mjs'\nexport { x } from '../lib/x'\n")
  write('src/help.mjs', "const y = await import('./deep/y.mjs')\n")
  write('src/deep/y.mjs', '')
  write('lib/x.ts', '')
  write('package.json', '{}')
  write('package-lock.json', '{}')
})

function write(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true })
  writeFileSync(join(folder, name), text)
}

const digest = (name = 'subject.json') => digestSubject(join(folder, name))

describe('digestSubject', () => {
  it('changes with the description, what it names, and what that imports', async () => {
    const seen = new Set([await digest()])
    for (const name of [
      'subject.json',
      'src/main.mjs',
      'src/help.mjs',
      'src/deep/y.mjs',
      'lib/x.ts',
      'package-lock.json',
    ]) {
      write(
        name,
        name === 'subject.json'
          ? '{ "kind": "command", "command": ["node", "src/main.mjs"] }'
          : `${name} ./src`,
      )
      if (name === 'src/main.mjs')
        write(name, "import { help } from './help.mjs'\nexport { x } from '../lib/x' // other\n")
      if (name === 'src/help.mjs') write(name, "const z = await import('./deep/y.mjs')\n")
      seen.add(await digest())
    }
    expect(seen.size).toBe(7)
  })

  it('does not change with what lies beside, nor with where it lies', async () => {
    const before = await digest()
    write('result.json', '{}')
    write('src/unused.mjs', '')
    write('node_modules/x/index.js', '')
    expect(await digest()).toBe(before)
    const copy = join(root, `copy-${folders}`)
    cpSync(folder, copy, { recursive: true })
    expect(await digestSubject(join(copy, 'subject.json'))).toBe(before)
  })

  it('takes the files of the same kind for other languages, and a script as it is', async () => {
    write('py.json', '{ "kind": "command", "command": ["python3", "app/main.py"] }')
    write('app/main.py', 'import helper')
    write('app/helper.py', '')
    const before = await digest('py.json')
    write('app/notes.txt', 'x')
    write('app/.venv/lib.py', 'x')
    expect(await digest('py.json')).toBe(before)
    write('app/pkg/more.py', 'x')
    expect(await digest('py.json')).not.toBe(before)
    expect(await digest('src/main.mjs')).not.toBe(await digest('src/help.mjs'))
  })

  it('rejects where there is nothing to read', async () => {
    await expect(digest('gone.json')).rejects.toThrow(/gone\.json/)
  })
})

describe('digestSource', () => {
  it('tells Backlot itself by its version, not by its files', async () => {
    const language = join(import.meta.dirname, '..', 'scenario.ts')
    write('a.ts', `import { scenario } from '${language}'`)
    write('b.ts', "import './a.ts'")
    const before = await digestSource(join(folder, 'b.ts'))
    write('a.ts', `import { scenario } from '${language}' // changed`)
    expect(await digestSource(join(folder, 'b.ts'))).not.toBe(before)
  })

  it('follows imports that go round in a circle', async () => {
    write('a.ts', "import './b.ts'")
    write('b.ts', "import './a.ts'")
    expect(await digestSource(join(folder, 'a.ts'))).toMatch(/^[0-9a-f]{64}$/)
  })
})
