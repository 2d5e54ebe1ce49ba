import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { Ledger, type Question } from './ledger.ts'
import { openSqliteLedger } from './sqlite-ledger.ts'

const folder = mkdtempSync(join(tmpdir(), 'ledger-'))
afterAll(() => rmSync(folder, { recursive: true }))

let count = 0
let file: string
let ledger: Ledger
const open = (): Promise<Ledger> =>
  Ledger.open(openSqliteLedger(file), () => new Date('2026-11-21T12:00:00Z'))

beforeEach(async () => {
  file = join(folder, `${++count}.db`)
  ledger = await open()
  return () => ledger.close()
})

const about = (subject: string, rest: Partial<Question> = {}): Question => ({
  project: 'desk',
  set: 'a'.repeat(64),
  author: 'ann',
  subject,
  ...rest,
})
const allowance = { cases: 16, questions: 5 }
/** Asks and answers at once. */
async function score(question: Question, value: number | null, accepted: boolean | null = null) {
  const ticket = await ledger.ask(question, allowance)
  return ledger.answer(ticket!, allowance, { score: value, accepted })
}

describe('answers', () => {
  it('follow the ladder of project and set', async () => {
    expect(await score(about('a'), 0.6)).toEqual({
      verdict: 'improved',
      score: 0.5,
      questionsLeft: 4,
    })
    expect(await score(about('b', { author: 'bob' }), 0.7)).toMatchObject({
      verdict: 'unchanged',
      score: 0.5,
    })
    expect(await score(about('c'), 0.8)).toMatchObject({ verdict: 'improved', score: 0.75 })
    expect(await score(about('d', { project: 'other' }), 0.3)).toMatchObject({ score: 0.25 })
    expect(await score(about('e', { set: 'b'.repeat(64) }), 0.3)).toMatchObject({ score: 0.25 })
  })

  it('say accepted or rejected with a new rung, and never without one', async () => {
    expect(await score(about('a'), 0.6, false)).toMatchObject({ verdict: 'rejected' })
    expect(await score(about('b'), 0.6, true)).toMatchObject({ verdict: 'unchanged' })
    expect(await score(about('c'), 0.6, false)).toMatchObject({ verdict: 'unchanged' })
    expect(await score(about('d'), 1, true)).toMatchObject({ verdict: 'accepted', score: 1 })
  })

  it('are the same for the same subject, at no cost, whoever asks', async () => {
    const first = await score(about('a'), 0.6)
    expect(await ledger.recall(about('a', { author: 'bob' }))).toEqual(first)
    expect(await ledger.recall(about('b'))).toBeUndefined()
    expect(await ledger.recall(about('a', { set: 'b'.repeat(64) }))).toBeUndefined()
    expect(await score(about('b'), 0.1)).toMatchObject({ questionsLeft: 3 })
  })

  it('are the first ones where two asked about one subject at once', async () => {
    const [one, two] = [
      (await ledger.ask(about('a'), allowance))!,
      (await ledger.ask(about('a'), allowance))!,
    ]
    const first = await ledger.answer(one, allowance, { score: 0.5, accepted: null })
    expect(await ledger.answer(two, allowance, { score: 1, accepted: null })).toEqual(first)
    expect(await ledger.answer(one, allowance, { score: 1, accepted: null })).toEqual(first)
  })

  it('that are inconclusive cost a question and are not remembered', async () => {
    expect(await score(about('a'), null)).toEqual({
      verdict: 'inconclusive',
      score: null,
      questionsLeft: 4,
    })
    expect(await ledger.recall(about('a'))).toBeUndefined()
    expect(await score(about('a'), 1)).toMatchObject({ verdict: 'improved', questionsLeft: 3 })
  })
})

describe('questions', () => {
  it('run out for a project, and for an author before', async () => {
    const narrow = { ...allowance, perAuthor: 2 }
    for (const name of ['a', 'b']) expect(await ledger.ask(about(name), narrow)).toBeDefined()
    expect(await ledger.ask(about('c'), narrow)).toBeUndefined()
    expect(await ledger.refusal(about('c'))).toEqual({
      verdict: 'refused',
      score: null,
      questionsLeft: 0,
    })
    for (const name of ['c', 'd', 'e']) {
      expect(await ledger.ask(about(name, { author: name }), narrow)).toBeDefined()
    }
    expect(await ledger.ask(about('f', { author: 'f' }), narrow)).toBeUndefined()
    expect(await ledger.ask(about('f', { project: 'other' }), narrow)).toBeDefined()
  })

  it('are paid for when they are asked, though nobody lived to answer them', async () => {
    await ledger.ask(about('a'), allowance)
    await ledger.close()
    ledger = await open()
    expect(await score(about('b'), 0.5)).toMatchObject({ questionsLeft: 3 })
    expect(await ledger.usage()).toEqual([
      { project: 'desk', set: 'a'.repeat(64), author: 'ann', questions: 2, best: 0.5 },
    ])
  })

  it('are entered in a new ledger by many processes that open it at once', async () => {
    await ledger.close()
    file = join(folder, `${count}-new.db`)
    const module = JSON.stringify(join(import.meta.dirname, 'sqlite-ledger.ts'))
    const script = `
      import { openSqliteLedger } from ${module}
      while (Date.now() < Number(process.argv[1]));
      for (let i = 0; i < 20; i++) {
        const store = openSqliteLedger(${JSON.stringify(file)})
        await store.read(0)
        await store.close()
      }
    `
    const start = String(Date.now() + 700)
    await Promise.all(Array.from({ length: 5 }, () => runScript(script, start)))
    ledger = await open()
    expect(ledger.head.number).toBe(0)
  })

  it('of two processes never exceed the budget together', async () => {
    await ledger.close()
    const module = (name: string): string => JSON.stringify(join(import.meta.dirname, name))
    const script = `
      import { Ledger } from ${module('ledger.ts')}
      import { openSqliteLedger } from ${module('sqlite-ledger.ts')}
      const ledger = await Ledger.open(openSqliteLedger(${JSON.stringify(file)}))
      let got = 0
      for (let i = 0; i < 30; i++) {
        const question = { project: 'desk', set: 's', author: process.argv[1], subject: process.argv[1] + i }
        const ticket = await ledger.ask(question, { cases: 16, questions: 40 })
        if (ticket === undefined) continue
        got++
        await ledger.answer(ticket, { cases: 16, questions: 40 }, { score: 0.5, accepted: null })
      }
      console.log(got)
    `
    const asked = await Promise.all(['ann', 'bob'].map((author) => runScript(script, author)))
    expect(asked.reduce((sum, one) => sum + Number(one), 0)).toBe(40)
    ledger = await open()
    expect(ledger.head.number).toBe(80)
  })
})

describe('tampering', () => {
  const tamper = async (sql: string): Promise<void> => {
    await score(about('a'), 0.6)
    await score(about('b'), 0.9)
    await ledger.close()
    const database = new DatabaseSync(file)
    database.exec('DROP TRIGGER ledgerIsNotChanged; DROP TRIGGER ledgerIsNotCut')
    database.exec(sql)
    database.close()
  }

  it.each([
    [
      "UPDATE ledger SET body = replace(body, 'ann', 'eve') WHERE number = 3",
      'row 3 is not what was written',
    ],
    ["UPDATE ledger SET hash = 'x' WHERE number = 2", 'row 2 is not what was written'],
    ['DELETE FROM ledger WHERE number = 1', 'row 1 is missing'],
    ['DELETE FROM ledger WHERE number = 3', 'row 3 is missing'],
  ])('is named: %s', async (sql, how) => {
    await tamper(sql)
    await expect(open()).rejects.toThrow(`The ledger was tampered with: ${how}.`)
    ledger = await Ledger.open(openSqliteLedger(join(folder, `${count}-other.db`)))
  })

  it('is not done through the database as it stands', async () => {
    await score(about('a'), 0.6)
    const database = new DatabaseSync(file)
    expect(() => database.exec('DELETE FROM ledger')).toThrow('only added to')
    expect(() => database.exec("UPDATE ledger SET body = '{}'")).toThrow('only added to')
    database.close()
  })

  it('of the end shows in the head, which release managers note', async () => {
    await score(about('a'), 0.6)
    const { head } = ledger
    await tamper('DELETE FROM ledger WHERE number > 2')
    ledger = await open()
    expect(ledger.head).toEqual(head)
    expect(ledger.head.number).toBe(2)
  })
})

function runScript(script: string, word: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const args = ['--no-warnings', '--input-type=module', '-e', script, word]
    const child = spawn(process.execPath, args)
    let [out, err] = ['', '']
    child.stdout.on('data', (data: Buffer) => (out += String(data)))
    child.stderr.on('data', (data: Buffer) => (err += String(data)))
    child.on('close', (code) => (code === 0 ? resolve(out) : reject(new Error(err))))
  })
}
