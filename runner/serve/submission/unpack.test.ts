import { lstat, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pack, tar, type PackEntry } from '../testing/pack.ts'
import { defaultLimits, type SubmissionLimits } from './limits.ts'
import { unpack, unzip, type Unpacked } from './unpack.ts'

let place: string
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'unpack-'))
})
afterEach(() => rm(place, { recursive: true }))

async function* chunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

function open(
  archive: Buffer | readonly PackEntry[],
  over: Partial<SubmissionLimits> = {},
  size = 1000,
): Promise<Unpacked> {
  const limits = { ...defaultLimits, ...over }
  const bytes = Buffer.isBuffer(archive) ? archive : pack(archive)
  return unpack(unzip(chunks(bytes, size), limits), join(place, 'inside', 'subject'), limits)
}

/** Everything that lies there now. */
async function everything(): Promise<string[]> {
  return (await readdir(place, { recursive: true })).sort()
}

it('lays files down as they were, with the right to run them, however the bytes come', async () => {
  const entries = [
    { path: './', type: '5' },
    { path: './run.sh', text: '#!/bin/sh\n', mode: 0o755 },
    { path: 'lib/deep/a.txt', text: 'a'.repeat(2000) },
    { path: 'lib/link', type: '2', target: 'deep/a.txt' },
  ]
  const { digest } = await open(entries, {}, 7)
  const at = (name: string): string => join(place, 'inside/subject', name)
  expect(await readFile(at('lib/link'), 'utf8')).toBe('a'.repeat(2000))
  expect((await stat(at('run.sh'))).mode & 0o777).toBe(0o755)
  expect((await lstat(at('lib/link'))).isSymbolicLink()).toBe(true)
  await rm(join(place, 'inside'), { recursive: true })
  expect((await open([...entries].reverse(), {}, 100_000)).digest).toBe(digest)
  await rm(join(place, 'inside'), { recursive: true })
  expect((await open([...entries, { path: 'more', text: '' }])).digest).not.toBe(digest)
})

it('reads long names as pax and GNU tar write them', async () => {
  const long = `${'folder/'.repeat(20)}file.txt`
  const record = (text: string): string => {
    const length = text.length + 2 + String(text.length + 4).length
    return `${length} ${text}\n`
  }
  await open([
    { path: 'pax', type: 'x', text: record(`path=${long}`) },
    { path: 'short', text: 'by pax' },
    { path: '././@LongLink', type: 'L', text: `${long}2\0` },
    { path: 'short', text: 'by gnu' },
  ])
  expect(await readFile(join(place, 'inside/subject', long), 'utf8')).toBe('by pax')
  expect(await readFile(join(place, 'inside/subject', `${long}2`), 'utf8')).toBe('by gnu')
})

describe('leaves nothing anywhere of', () => {
  const attacks: Record<string, readonly PackEntry[]> = {
    'a path that climbs out': [{ path: '../out.txt', text: 'x' }],
    'a path that climbs out on its way': [{ path: 'a/../../out.txt', text: 'x' }],
    'a path from the root': [{ path: '/tmp/backlot-out.txt', text: 'x' }],
    'a path of Windows': [{ path: 'a\\..\\..\\out.txt', text: 'x' }],
    'a link to the root': [{ path: 'a', type: '2', target: '/etc/passwd' }],
    'a link that climbs out': [{ path: 'a', type: '2', target: '../../out' }],
    'a link to nothing': [{ path: 'a', type: '2', target: 'later' }],
    'a file through a link': [
      { path: 'd', type: '5' },
      { path: 'a', type: '2', target: 'd' },
      { path: 'a/out.txt', text: 'x' },
    ],
    'a link instead of a folder': [
      { path: 'd/x', text: 'x' },
      { path: 'd', type: '2', target: '..' },
    ],
    'links that lead out together': [
      { path: 's/f', text: 'x' },
      { path: 'd/e/a', type: '2', target: '../../s' },
      { path: 'b', type: '2', target: 'd/e/a/../..' },
    ],
    'links in a ring': [
      { path: 'a', type: '2', target: 'b' },
      { path: 'b', type: '2', target: 'a' },
    ],
    'a hard link': [
      { path: 'f', text: 'x' },
      { path: 'a', type: '1', target: 'f' },
    ],
    'a hard link to a file of this machine': [{ path: 'a', type: '1', target: '/etc/passwd' }],
    'a device': [{ path: 'zero', type: '3' }],
    'a pipe': [{ path: 'pipe', type: '6' }],
    'a file that is there twice': [
      { path: 'f', text: 'x' },
      { path: './f', text: 'y' },
    ],
    'a name that is too long': [
      { path: 'p', type: 'L', text: `${'x'.repeat(300)}\0` },
      { path: 'f', text: 'x' },
    ],
    'folders without end': [
      { path: 'p', type: 'L', text: `${'d/'.repeat(90)}f\0` },
      { path: 'f', text: 'x' },
    ],
    'a header that does not end': [{ path: 'p', type: 'x', text: '99 path=x\n' }, { path: 'f' }],
    nothing: [],
  }
  it.each(Object.entries(attacks))('%s', async (_name, entries) => {
    await expect(open(entries)).rejects.toMatchObject({ name: 'SubmissionError' })
    expect(await everything()).toEqual(['inside'])
    await expect(stat('/tmp/backlot-out.txt')).rejects.toThrow('ENOENT')
  })
})

describe('gives up on', () => {
  const over = async (
    archive: Buffer,
    limits: Partial<SubmissionLimits> = {},
  ): Promise<unknown> => {
    const error = await open(archive, limits).catch((error: unknown) => error)
    expect(await everything()).toEqual(['inside'])
    return error
  }

  it('what packs too well to be true, before it is unpacked', async () => {
    const bomb = pack([{ path: 'zeros', text: Buffer.alloc(8 * 1024 * 1024) }])
    expect(bomb.length).toBeLessThan(20_000)
    expect(await over(bomb)).toMatchObject({ status: 413, message: /unpacks to too much/ })
  })

  it('what is too large, packed or unpacked, and too many files', async () => {
    const text = Buffer.from(Array.from({ length: 5000 }, (_, i) => `${i * 7919}`).join(' '))
    const archive = pack([{ path: 'f', text }])
    expect(await over(archive, { packedBytesMax: 1000 })).toMatchObject({ status: 413 })
    expect(await over(archive, { unpackedBytesMax: 10_000 })).toMatchObject({ status: 413 })
    const many = pack(Array.from({ length: 30 }, (_, i) => ({ path: `f${i}` })))
    expect(await over(many, { entriesMax: 20 })).toMatchObject({ status: 413 })
    const deep = pack([{ path: 'p', type: 'L', text: `${'d/'.repeat(40)}f\0` }, { path: 'f' }])
    expect(await over(deep, { entriesMax: 20 })).toMatchObject({ status: 413 })
  })

  it('what is cut off, damaged, or something else', async () => {
    const archive = pack([{ path: 'f', text: 'x'.repeat(100_000) }])
    const cut = gzipSync(tar([{ path: 'f', text: 'x'.repeat(100_000) }]).subarray(0, 5000))
    const wrong = tar([{ path: 'f' }])
    wrong[0] = 65
    const huge = tar([{ path: 'f' }])
    huge.write('77777777777\0', 124)
    const sum = huge
      .subarray(0, 512)
      .fill(' ', 148, 156)
      .reduce((all, byte) => all + byte, 0)
    huge.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    for (const one of [
      archive.subarray(0, archive.length - 20),
      cut,
      gzipSync(wrong),
      gzipSync(huge),
      Buffer.from('PK\u0003\u0004 this is a zip'),
      Buffer.alloc(0),
      gzipSync(''),
    ]) {
      expect(await over(one)).toMatchObject({ name: 'SubmissionError' })
    }
  })
})
