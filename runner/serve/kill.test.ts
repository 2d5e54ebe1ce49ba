import { spawn, type ChildProcess } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { LedgerRow } from '../holdout/feedback/ledger-store.ts'
import { readAudit, verifyAudit } from './audit.ts'
import type { Database } from './database/database.ts'
import { openState } from './service.ts'
import { Client, makeGround, subject, type ServeGround } from './testing/ground.ts'
import { addToken } from './tokens.ts'

const program = join(import.meta.dirname, '../cli.ts')
let ground: ServeGround
let database: Database
let token: string
const children: ChildProcess[] = []

beforeAll(async () => {
  ground = await makeGround()
  database = await openState(ground.config)
  ;({ token } = await addToken(database, 'ada'))
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})
afterAll(async () => {
  await database.close()
  await ground.remove()
})

/** A server in a process of its own. */
async function start(): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(
    process.execPath,
    [program, 'serve', '--config', ground.file, '--port', '0', '--json'],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  children.push(child)
  let said = ''
  child.stderr!.on('data', (chunk: Buffer) => (said += String(chunk)))
  for await (const chunk of child.stdout!) {
    return { child, url: (JSON.parse(String(chunk)) as { url: string }).url }
  }
  throw new Error(said)
}

async function until(is: () => Promise<boolean>): Promise<void> {
  while (!(await is())) await wait(50)
}

const begun = async (): Promise<number> =>
  (await readAudit(database, 1000)).filter(({ what }) => what === 'scoring-begun').length

it('loses nothing to kill -9, and lets one server in at a time: tickets, queue, ledger and audit log are whole, and each question counts once', async () => {
  const first = await start()
  const author = new Client(first.url, token)
  const slow = subject('all', { ms: 1000 })
  const tickets = [await author.submit(slow), await author.submit(subject(['lobby']))]
  await until(async () => (await begun()) === 1)
  // Somewhere within the play.
  await wait(700)
  first.child.kill('SIGKILL')
  await new Promise((resolve) => first.child.once('exit', resolve))
  expect((await verifyAudit(database)).broken).toBeUndefined()
  expect(await readdir(join(ground.config.data!, 'submissions'))).toHaveLength(2)

  const second = await start()
  await expect(start()).rejects.toThrow('Another server has this state open.')
  const again = new Client(second.url, token)
  const answers = [await again.answer(tickets[0]!), await again.answer(tickets[1]!)]
  expect(answers).toEqual([
    { verdict: 'improved', score: 1, questionsLeft: 4 },
    { verdict: 'unchanged', score: 1, questionsLeft: 3 },
  ])
  const ledger = await database.all<LedgerRow>('SELECT number, body, hash FROM ledger')
  expect(ledger.filter(({ body }) => body.includes('"kind":"asked"'))).toHaveLength(2)
  expect(await database.all('SELECT ticket FROM scores')).toHaveLength(2)
  const log = await readAudit(database, 1000)
  expect(log.filter(({ what }) => what === 'scoring-interrupted')).toHaveLength(1)
  expect((await verifyAudit(database)).broken).toBeUndefined()
  await until(async () => (await readdir(join(ground.config.data!, 'scratch'))).length === 0)
  expect(await readdir(join(ground.config.data!, 'submissions'))).toEqual([])
}, 60_000)
