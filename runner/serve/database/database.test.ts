import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Ledger } from '../../holdout/feedback/ledger.ts'
import { note, readAudit, verifyAudit } from '../audit.ts'
import { enter, find, nextInTurn, settle } from '../submissions.ts'
import { SubmissionError } from '../submission/limits.ts'
import { startPostgres } from '../testing/databases.ts'
import { addToken, authorOf } from '../tokens.ts'
import { openDatabase, type Database } from './database.ts'
import { ledgerOn } from './ledger-on.ts'

const postgres = await startPostgres()
if (typeof postgres === 'string') process.stderr.write(`PostgreSQL is not tested: ${postgres}\n`)
const place = await mkdtemp(join(tmpdir(), 'database-'))
afterAll(async () => {
  if (typeof postgres !== 'string') await postgres.stop()
  await rm(place, { recursive: true })
})

const kinds: [string, () => Promise<Database>][] = [
  ['SQLite', () => openDatabase({ file: join(place, 'state.sqlite') })],
]
if (typeof postgres !== 'string') {
  kinds.push(['PostgreSQL', () => openDatabase({ url: postgres.url, file: '' })])
}

const limits = { waiting: 3, perDay: 5 }

describe.each(kinds)('%s', (_name, open) => {
  let database: Database
  const hand = (author: string, ticket: string, created = Date.now()): Promise<void> =>
    enter(database, { ticket, author, source: 'archive', digest: ticket, created }, limits)

  beforeAll(async () => {
    database = await open()
    for (const author of ['ada', 'bob', 'eve']) await addToken(database, author)
  })
  afterAll(() => database.close())

  it('writes all of a transaction or nothing, one after the other', async () => {
    const write = async (what: 'submitted' | 'server-started', fails: boolean): Promise<void> => {
      await database.transaction(async (sql) => {
        await note(sql, { who: 'service', what })
        if (fails) throw new Error('no')
      })
    }
    const before = (await verifyAudit(database)).entries
    const writes = Array.from({ length: 12 }, (_, i) => write('server-started', i % 3 === 0))
    const ends = await Promise.allSettled(writes)
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(8)
    const after = await verifyAudit(database)
    expect(after).toMatchObject({ entries: before + 8 })
    expect(after.broken).toBeUndefined()
  })

  it('lets nobody change or cut what is only added to, and shows who went around it', async () => {
    const { head } = await verifyAudit(database)
    for (const table of ['audit', 'ledger']) {
      await database.run(
        `INSERT INTO ledger (number, body, hash) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
        [900, '{}', ''],
      )
      await expect(database.run(`UPDATE ${table} SET body = ?`, ['{}'])).rejects.toThrow(
        'only added',
      )
      await expect(database.run(`DELETE FROM ${table}`)).rejects.toThrow('only added')
    }
    expect((await verifyAudit(database, head)).broken).toBeUndefined()
    expect((await verifyAudit(database, 'f'.repeat(64))).broken).toBeDefined()
    const [last] = await readAudit(database, 1)
    await database.run('INSERT INTO audit (number, body, hash) VALUES (?, ?, ?)', [
      last!.number + 1,
      '{"at":"","who":"eve","what":"token-added"}',
      'f'.repeat(64),
    ])
    expect((await verifyAudit(database)).broken).toEqual({
      number: last!.number + 1,
      how: 'is not what was written',
    })
  })

  it('takes values for what they are, whatever stands in them', async () => {
    const evil = "x'); DROP TABLE submissions; --"
    expect(await find(database, evil)).toBeUndefined()
    expect(await authorOf(database, `backlot_${evil}_x`, 0)).toBeUndefined()
    expect(await database.all('SELECT count(*) AS count FROM submissions')).toEqual([{ count: 0 }])
  })

  it('is opened by one server at a time', async () => {
    const other = await open()
    await database.claim()
    await expect(other.claim()).rejects.toThrow('Another server has this state open.')
    await other.close()
  })

  it('lets authors take turns, each with a limit, and the same subject wait for its own answer', async () => {
    for (const ticket of ['a1', 'a2', 'a3']) await hand('ada', ticket)
    await expect(hand('ada', 'a4')).rejects.toBeInstanceOf(SubmissionError)
    await hand('bob', 'b1')
    await hand('eve', 'e1')
    const order: string[] = []
    for (let i = 0; i < 5; i++) {
      await database.transaction(async (sql) => {
        const next = (await nextInTurn(sql, 1))!
        order.push(next.ticket)
        await settle(sql, next, {
          answer: { verdict: 'unchanged', score: null, questionsLeft: 1 },
          at: 1,
        })
      })
    }
    // Whoever hands in three waits for the others after the first.
    expect(order).toEqual(['a1', 'b1', 'e1', 'a2', 'a3'])
    await hand('ada', 'a5')
    await hand('ada', 'a6')
    await expect(hand('ada', 'a7')).rejects.toThrow('come back tomorrow')
    await database.transaction(async (sql) => {
      await sql.run("UPDATE submissions SET state = 'running' WHERE ticket = 'a5'")
      expect(await nextInTurn(sql, 1)).toBeUndefined()
      expect((await nextInTurn(sql, 2))?.ticket).toBe('a6')
    })
    await database.transaction(async (sql) => {
      await sql.run("UPDATE submissions SET digest = 'a5' WHERE ticket = 'a6'")
      expect(await nextInTurn(sql, 2)).toBeUndefined()
    })
  })

  it('keeps the ledger of questions', async () => {
    // Row 900 above belongs to no chain.
    const ledger = ledgerOn(database, 'here')
    await expect(Ledger.open(ledger)).rejects.toThrow('tampered')
    expect(await ledger.append({ number: 900, body: '{}', hash: '' })).toBe(false)
  })
})

it('says what is wrong with an address of a database, without its password', async () => {
  await expect(openDatabase({ url: 'mysql://x', file: '' })).rejects.toThrow('no address')
  const url = 'postgres://backlot:hidden@127.0.0.1:1/scores'
  const error = await openDatabase({ url, file: '' }).catch((error: Error) => error)
  expect(String(error)).toContain('postgres://127.0.0.1:1/scores')
  expect(String(error)).not.toContain('hidden')
})
