import { execFileSync } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { verifyAudit } from './audit.ts'
import { wallForOwnCode } from '../wall/choose.ts'
import { releaseData } from './release-data.ts'
import { startPostgres } from './testing/databases.ts'
import { Client, makeGround, startOn, subject, type ServeGround } from './testing/ground.ts'

let ground: ServeGround
let service: Awaited<ReturnType<typeof startOn>>

beforeAll(async () => {
  ground = await makeGround({ localRepositories: true, questions: 9 })
  ground.config.repositories = { rooms: join(ground.folder, 'origin') }
  service = await startOn(ground)
})
afterAll(async () => {
  await service.close()
  await ground.remove()
})

it('takes a subject, plays it on sealed cases, and tells its author little', async () => {
  const ada = await service.as('ada')
  const ticket = await ada.submit(subject(['lobby', 'attic']))
  const waiting = await ada.look(ticket)
  const told = await ada.answer(ticket)
  // Two cases: the ladder has one rung, and half of them do not reach it.
  expect(told).toEqual({ verdict: 'improved', score: 0, questionsLeft: 8 })
  const answered = await ada.look(ticket)
  expect(answered.headers.get('content-length')).toBe(waiting.headers.get('content-length'))
  const words = JSON.stringify(await answered.json())
  expect(words).not.toMatch(/attic|cellar|case|room/)
  expect(await ada.answer(await ada.submit(subject('all')))).toEqual({
    verdict: 'improved',
    score: 1,
    questionsLeft: 7,
  })
  expect(service.errors).toEqual([])
  // Nor does the database, or what lies beside it, tell of cases.
  const kept = await service.database.all('SELECT * FROM scores')
  expect(kept).toHaveLength(2)
  const { data } = ground.config
  for (const name of await readdir(data!, { recursive: true })) {
    const bytes = await readFile(join(data!, name)).catch(() => Buffer.alloc(0))
    expect(bytes.includes('attic') || bytes.includes('A room is opened'), name).toBe(false)
  }
})

it('takes a commit of a repository that is named in the configuration, and of no other', async () => {
  const place = join(ground.folder, 'origin')
  await mkdir(place)
  for (const { path, text } of subject('all', { mark: 'by git' })) {
    await writeFile(join(place, path), text!)
  }
  const git = (...args: string[]): Buffer =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.com', ...args], {
      cwd: place,
    })
  git('init', '--quiet', '--initial-branch=main')
  git('add', '.')
  git('commit', '--quiet', '-m', 'One')
  const ada = await service.as('linus')
  const name = async (body: object): Promise<[number, string]> => {
    const response = await fetch(`${service.url}/v1/submissions`, {
      method: 'POST',
      headers: { ...ada.headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return [response.status, await response.text()]
  }
  const [status, text] = await name({ repository: 'rooms', ref: 'main' })
  expect(status).toBe(202)
  const { ticket } = JSON.parse(text) as { ticket: string }
  expect(await ada.answer(ticket)).toMatchObject({ score: 1 })
  for (const body of [
    { repository: 'other', ref: 'main' },
    { repository: '__proto__', ref: 'main' },
    { repository: place, ref: 'main' },
    { repository: 'rooms', ref: ['main'] },
    { image: `evil.example/x@sha256:${'a'.repeat(64)}` },
  ]) {
    expect((await name(body))[0], JSON.stringify(body)).toBe(422)
  }
})

it('keeps everything in PostgreSQL as well, from one server to the next', async () => {
  const postgres = await startPostgres()
  if (typeof postgres === 'string') {
    process.stderr.write(`The service is not tested on PostgreSQL: ${postgres}\n`)
    return
  }
  const own = await makeGround()
  const databaseUrl = postgres.url
  try {
    const first = await startOn(own, { databaseUrl })
    const ada = await first.as('ada')
    const ticket = await ada.submit(subject('all'))
    await expect(startOn(own, { databaseUrl })).rejects.toThrow('Another server')
    // Cut off while it waits or is played.
    await first.close()
    const second = await startOn(own, { databaseUrl })
    expect(await new Client(second.url, ada.token).answer(ticket)).toMatchObject({ score: 1 })
    expect((await verifyAudit(second.database)).broken).toBeUndefined()
    expect([...first.errors, ...second.errors]).toEqual([])
    await second.close()
  } finally {
    await own.remove()
    await postgres.stop()
  }
}, 60_000)

it('holds a scoring against the policy, and tells the verdict with a new rung only', async () => {
  const own = await makeGround()
  own.config.policy = join(own.folder, 'policy.yaml')
  await writeFile(own.config.policy, 'minSatisfaction: 0.2\nnoEscapes: true\n')
  const strict = await startOn(own)
  try {
    const ada = await strict.as('ada')
    const verdicts: unknown[] = []
    for (const entries of [subject([]), subject('all'), subject(['attic'], { mark: 'less' })]) {
      verdicts.push((await ada.answer(await ada.submit(entries)))['verdict'])
    }
    expect(verdicts).toEqual(['rejected', 'accepted', 'unchanged'])
    const { accepted } = await releaseData(strict.database, {
      config: own.config,
      policy: undefined,
      place: '',
    })
    expect(accepted?.figures.holdout.satisfaction).toBe(1)
  } finally {
    await strict.close()
    await own.remove()
  }
}, 60_000)

const probe = await wallForOwnCode()
if (probe.lacking !== undefined) process.stderr.write(`No lane is tested: ${probe.lacking}\n`)

it.skipIf(probe.word !== 'lane')(
  'plays what is handed in behind a lane unless told otherwise',
  async () => {
    const own = await makeGround()
    delete own.config.wall
    const laned = await startOn(own)
    try {
      const ada = await laned.as('ada')
      expect(await ada.answer(await ada.submit(subject('all')))).toMatchObject({ score: 1 })
      const [row] = await laned.database.all<{ figures: string }>('SELECT figures FROM scores')
      expect(JSON.parse(row!.figures)).toMatchObject({ wall: { name: 'lane' } })
    } finally {
      await laned.close()
      await own.remove()
    }
  },
  60_000,
)
