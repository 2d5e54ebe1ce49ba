import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDatabase, type Database } from './database/database.ts'
import { addToken, authorOf, listTokens, revokeTokens } from './tokens.ts'

let place: string
let database: Database

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'tokens-'))
  database = await openDatabase({ file: join(place, 'state.sqlite') })
})
afterAll(async () => {
  await database.close()
  await rm(place, { recursive: true })
})

it('knows an author by a token, and keeps nothing that opens anything', async () => {
  const { token, id } = await addToken(database, 'ada')
  expect(await authorOf(database, token, Date.now())).toEqual({ author: 'ada', id })
  const kept = JSON.stringify(await database.all('SELECT * FROM tokens'))
  expect(kept).not.toContain(token.slice(-43))
})

it('opens to nothing else, and to none that is expired or taken back', async () => {
  const { token, id } = await addToken(database, 'eve', { lifeDays: 1 })
  const other = await addToken(database, 'mallory')
  const wrong = [
    '',
    id,
    token.slice(0, -1),
    `${token}x`,
    `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`,
    // The secret of one under the id of another.
    `backlot_${id}_${other.token.slice(-43)}`,
    `backlot_' OR 1=1 --_${token.slice(-43)}`,
    'backlot_000000000000_'.padEnd(64, 'A'),
  ]
  for (const one of wrong) expect(await authorOf(database, one, Date.now())).toBeUndefined()
  const later = Date.now() + 25 * 3_600_000
  expect(await authorOf(database, token, later)).toBeUndefined()
  expect(await revokeTokens(database, 'eve')).toBe(1)
  expect(await authorOf(database, token, Date.now())).toBeUndefined()
  expect(await authorOf(database, other.token, Date.now())).toMatchObject({ author: 'mallory' })
  await expect(revokeTokens(database, 'eve')).rejects.toThrow('There is no open token of "eve".')
})

it.each(["'; DROP TABLE tokens; --", '<script>', '', 'a b', '../x', `${'x'.repeat(65)}`])(
  'names no author %j',
  async (name) => {
    await expect(addToken(database, name)).rejects.toThrow("can't be an author's name")
    expect((await listTokens(database)).every(({ author }) => author !== name)).toBe(true)
  },
)
