import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import type { HoldoutScore } from '../score-holdout.ts'
import { makeCase } from '../seal/sealed-case.ts'
import { findLeaksInFolder, findLeaksInScoring, LeakFinder } from './find-leaks.ts'
import { usualBounds } from './read-tree.ts'

const story = (thing: string): string =>
  Array.from(
    { length: 12 },
    (_, i) =>
      `await step('${thing} number ${i} goes to its ${thing.length + i} keeper', () => subject.post('/${thing}/${i}', { owner: keeper${i} }))`,
  ).join('\n')
const now = new Date(0)
const made = (name: string) =>
  makeCase({ name, language: 'ts', tags: [], text: `// about ${name}\n${story(name)}` }, now)
const cases = [made('parcel'), made('lantern')]
const [first, second] = cases as [(typeof cases)[0], (typeof cases)[0]]
const finder = new LeakFinder(cases, ['something that everybody has'])
const at = { where: 'sources', file: 'a' } as const
const digits = first.canary.slice(-32)

const hidden: [name: string, bytes: string | Buffer][] = [
  ['plain', `const x = '${first.canary}'`],
  ['in capitals', digits.toUpperCase()],
  ['half of it', `x${digits.slice(3, 17)}x`],
  ['base64', Buffer.from(`see ${first.canary}`).toString('base64')],
  ['base64 at another offset', `zz${Buffer.from(`12${first.canary}`).toString('base64')}`],
  [
    'base64url within base64',
    Buffer.from(Buffer.from(first.canary).toString('base64url')).toString('base64'),
  ],
  ['hex', Buffer.from(first.canary).toString('hex')],
  ['reversed', [...first.canary].reverse().join('')],
  ['split', digits.replaceAll(/(.{5})/g, "$1' + '")],
  ['split and reversed', [...digits].reverse().join('-')],
  ['gzip', gzipSync(first.canary)],
  ['zlib', deflateSync(first.canary)],
  [
    'brotli',
    brotliCompressSync(
      `${first.canary} and some words more, so that there is something to compress`,
    ),
  ],
  ['gzip in base64', gzipSync(`1 ${first.canary}`).toString('base64')],
  ['raw bytes', Buffer.concat([Buffer.from([0, 255, 3]), Buffer.from(digits, 'hex')])],
  ['UTF-16', Buffer.from(`x = "${first.canary}"`, 'utf16le')],
  ['a salt', first.salt],
]

it.each(hidden)('finds a canary: %s', (_name, bytes) => {
  expect(finder.find(Buffer.from(bytes as string), at).map((one) => one.case)).toEqual([first.id])
})

it('tells file, line, case, form and likeness, and nothing of the case', () => {
  const text = `\n\n${second.text.replaceAll('owner', 'holder')}`
  const found = finder.find(Buffer.from(text), { where: 'sources', file: 'src/x.ts' })
  expect(found).toMatchObject([
    { where: 'sources', file: 'src/x.ts', case: second.id, what: 'near-copy', form: 'plain' },
  ])
  expect(found[0]!.similarity).toBeLessThan(1)
  expect(found[0]!.line).toBeGreaterThan(2)
  expect(JSON.stringify(found)).not.toMatch(/keeper|lantern|canary-/)
})

it('finds copies that are packed', () => {
  const found = finder.find(Buffer.from(gzipSync(second.text).toString('base64')), at)
  expect(found).toMatchObject([{ what: 'near-copy', form: 'base64 of gzip', similarity: 1 }])
})

it('blames nothing that is not of a case', () => {
  const others = [
    made('feather').canary,
    made('anvil').text,
    gzipSync('x'.repeat(100_000)),
    Buffer.alloc(5000, 7),
  ]
  for (const one of others) expect(finder.find(Buffer.from(one as string), at)).toEqual([])
})

it('survives what is packed to burst', () => {
  const bomb = gzipSync(gzipSync(Buffer.alloc(60_000_000)))
  expect(finder.find(bomb, at)).toEqual([])
})

it('reads a folder with its dependencies, follows no link and stops at its bounds', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'leaks-'))
  try {
    await mkdir(join(folder, 'node_modules/helper'), { recursive: true })
    await writeFile(
      join(folder, 'node_modules/helper/data.bin'),
      Buffer.concat([Buffer.alloc(99), Buffer.from(digits)]),
    )
    await writeFile(join(folder, 'index.js'), 'export {}')
    await symlink('/', join(folder, 'root'))
    const { leaks, read } = await findLeaksInFolder(finder, folder)
    expect(leaks).toMatchObject([
      { where: 'dependencies', file: 'node_modules/helper/data.bin', case: first.id },
    ])
    expect(read).toMatchObject({ files: 2, left: 0 })
    const cut = await findLeaksInFolder(finder, folder, { ...usualBounds, bytesMax: 5 })
    expect(cut).toMatchObject({ leaks: [], read: { files: 1, left: 1 } })
  } finally {
    await rm(folder, { recursive: true })
  }
})

it('finds what a subject said and sent in a scoring', () => {
  const trial = (id: string, reply: object, request: string, asked = ''): object => ({
    id,
    requests: [
      {
        request: { method: 'POST', path: '/x', body: asked },
        reply: { body: undefined, stderr: '', ...reply },
      },
    ],
    exchanges: [{ by: 'subject', kind: 'call', path: '/x', request }],
    escapes: [],
  })
  const trials = [
    trial('case-1@s', { body: { done: true } }, 'hello'),
    trial('case-2@s', { stderr: `log: ${Buffer.from(first.canary).toString('base64')}` }, 'hello'),
    trial('case-3@s', {}, JSON.stringify({ text: second.text })),
    // It says again what it was asked, which stands in the case as well.
    trial('case-4@s', {}, JSON.stringify({ text: second.text }), second.text),
  ]
  const result = { trials } as unknown as HoldoutScore['result']
  expect(findLeaksInScoring(finder, { result })).toMatchObject([
    { where: 'output', file: 'case-2@s', case: first.id, what: 'canary', form: 'base64' },
    { where: 'traffic', file: 'case-3@s', case: second.id, what: 'near-copy' },
  ])
})
