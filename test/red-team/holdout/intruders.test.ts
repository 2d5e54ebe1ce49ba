import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { note, readAudit, verifyAudit } from '../../../runner/serve/audit.ts'
import { openDatabase, type Database } from '../../../runner/serve/database/database.ts'
import { defaultLimits } from '../../../runner/serve/submission/limits.ts'
import { unpack, unzip } from '../../../runner/serve/submission/unpack.ts'
import { pack, tar, type PackEntry } from '../../../runner/serve/testing/pack.ts'
import { addToken, authorOf, listTokens, revokeTokens } from '../../../runner/serve/tokens.ts'

let place: string
let database: Database
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'intruders-'))
  database = await openDatabase({ file: join(place, 'state.db') })
})
afterEach(async () => {
  await database.close()
  await rm(place, { recursive: true })
})

const limits = {
  ...defaultLimits,
  packedBytesMax: 200_000,
  unpackedBytesMax: 1_000_000,
  entriesMax: 50,
}
async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes
}
/** Submits an archive; returns whether it was taken. */
const submit = (archive: Buffer | readonly PackEntry[]): Promise<boolean> => {
  const bytes = Buffer.isBuffer(archive) ? archive : pack(archive)
  return unpack(unzip(once(bytes), limits), join(place, 'inside', 'subject'), limits).then(
    () => true,
    () => false,
  )
}
const outside = async (): Promise<string[]> =>
  (await readdir(place)).filter(
    (name) => !name.startsWith('state.db') && name !== 'inside' && name !== 'secret',
  )

describe('a submission', () => {
  it.each<[string, PackEntry[]]>([
    ['climbs out', [{ path: '../../climbed', text: 'x' }]],
    ['climbs out of a folder within', [{ path: 'a/../../../climbed', text: 'x' }]],
    ['names a place on the disk', [{ path: '/tmp/intruder-of-the-red-team', text: 'x' }]],
    ['leads a link out', [{ path: 'link', type: '2', target: '../../secret' }]],
    ['leads a link to a place on the disk', [{ path: 'link', type: '2', target: '/etc/passwd' }]],
    [
      'writes through a link',
      [
        { path: 'to', type: '2', target: '../..' },
        { path: 'to/climbed', text: 'x' },
      ],
    ],
    ['hard-links what is outside', [{ path: 'hard', type: '1', target: '../../secret' }]],
    ['brings a device', [{ path: 'disk', type: '3' }]],
  ])('is refused when it %s', async (_how, entries) => {
    await writeFile(join(place, 'secret'), 'secret')
    expect(await submit(entries)).toBe(false)
    expect(await outside()).toEqual([])
  })

  it('is refused when it is too large, has too many files, bursts, or is no archive', async () => {
    const noise = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 2_654_435_761) % 251))
    expect(
      await submit(
        gzipSync(Buffer.concat([tar([{ path: 'a', text: noise }]), noise]), { level: 0 }),
      ),
    ).toBe(false)
    expect(await submit([{ path: 'a', text: Buffer.alloc(2_000_000) }])).toBe(false)
    expect(await submit(Array.from({ length: 60 }, (_, i) => ({ path: `f${i}`, text: '' })))).toBe(
      false,
    )
    expect(await submit(gzipSync(gzipSync(Buffer.alloc(50_000_000))))).toBe(false)
    expect(await submit(Buffer.from('<html>'))).toBe(false)
    expect(await outside()).toEqual([])
  })
})

describe('tokens', () => {
  it('are not in the database: who steals it has none', async () => {
    const { token } = await addToken(database, 'ann')
    expect(await authorOf(database, token, Date.now())).toMatchObject({ author: 'ann' })
    const bytes = Buffer.concat(
      await Promise.all(
        (await readdir(place))
          .filter((name) => name.startsWith('state.db'))
          .map((name) => readFile(join(place, name))),
      ),
    )
    expect(bytes.includes(Buffer.from(token.split('_').at(-1)!))).toBe(false)
    expect(JSON.stringify(await listTokens(database))).not.toContain(token.split('_').at(-1)!)
  })

  it('open nothing when they are guessed, cut, another’s by half, taken back, or too old', async () => {
    const ann = await addToken(database, 'ann')
    const bob = await addToken(database, 'bob', { lifeDays: 1 })
    const now = Date.now()
    const mixed = `backlot_${ann.id}_${bob.token.split('_').slice(2).join('_')}`
    for (const token of [
      '',
      'backlot__',
      ann.token.slice(0, -1),
      `${ann.token}a`,
      mixed,
      `${ann.token}' OR '1'='1`,
      ann.id,
    ]) {
      expect(await authorOf(database, token, now), token).toBeUndefined()
    }
    expect(await authorOf(database, bob.token, now + 2 * 86_400_000)).toBeUndefined()
    await revokeTokens(database, ann.id)
    expect(await authorOf(database, ann.token, now)).toBeUndefined()
  })

  it('are issued to nobody whose name is a statement or mark-up', async () => {
    for (const name of [
      "x'); DROP TABLE tokens; --",
      '<script>alert(1)</script>',
      '../ann',
      'a\nb',
      '',
    ]) {
      await expect(addToken(database, name), name).rejects.toThrow("can't be an author's name")
    }
    expect(await listTokens(database)).toEqual([])
  })
})

describe('the audit log', () => {
  it('holds names as they are, and shows an entry that was changed, taken out or cut off', async () => {
    const who = "'; DELETE FROM audit; --"
    for (let i = 0; i < 3; i++)
      await note(database, { who, what: 'token-added', on: `${i}`, detail: {} })
    const { head, entries } = await verifyAudit(database)
    expect(entries).toBe(3)
    expect((await readAudit(database, 9)).map((one) => one.who)).toEqual([who, who, who])
    await expect(
      database.run('UPDATE audit SET body = ? WHERE number = 2', ['{}']),
    ).rejects.toThrow(/added to/)
    await expect(database.run('DELETE FROM audit WHERE number = 3')).rejects.toThrow(/added to/)
    const cut = await openDatabase({ file: join(place, 'state.db.cut') })
    await note(cut, { who, what: 'token-added', on: '0', detail: {} })
    expect((await verifyAudit(cut, head)).broken).toBeDefined()
    await cut.close()
  })
})
