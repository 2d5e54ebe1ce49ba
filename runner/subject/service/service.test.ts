import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { serveHttp, type HttpServer } from '../../../fronts/http.ts'
import { createResolver } from '../../../fronts/resolve.ts'
import { Worlds, type LateCall } from '../../../fronts/worlds.ts'
import { playTrial } from '../../play.ts'
import type { Scenario } from '../../scenario.ts'
import { boardScenario, boardWorld, trialOf } from '../../testing/board-stage.ts'
import { loadSubject } from '../load.ts'
import type { Subject } from '../subject.ts'

const folder = mkdtempSync(join(tmpdir(), 'service-'))
afterAll(() => rmSync(folder, { recursive: true }))
const program = join(import.meta.dirname, '../../testing/board-service.ts')
const base = boardWorld()

const tenant = {
  open: 'POST /tenants',
  close: 'DELETE /t/{id}',
  path: '/t/{id}',
  headers: { 'x-tenant': '{trial}-{id}' },
}
const shared = { tenant, env: { TENANTS: '1' } }

const opened: { subject: Subject; server: HttpServer }[] = []
afterEach(async () => {
  for (const { subject, server } of opened.splice(0)) {
    await subject.close()
    await server.close()
  }
})

/** A service as it is described, and what plays trials on it. */
async function serve(rest: object, { url = false } = {}) {
  const file = join(folder, 'subject.json')
  const command = url ? {} : { command: ['node', program] }
  writeFileSync(file, JSON.stringify({ kind: 'service', ...command, ...rest }))
  const subject = await loadSubject(file, 'environment')
  const late: LateCall[] = []
  const worlds = new Worlds({ onLate: (call) => late.push(call) })
  const server = await serveHttp({ resolve: createResolver(worlds) })
  opened.push({ subject, server })
  const play = (scenario: Scenario, seed = '1') =>
    playTrial(trialOf(scenario, { seed }), {
      base,
      subject,
      server: { url: server.url, worlds },
    })
  return { subject, play, late }
}

const pins = boardScenario(async ({ given, subject, must, check, board, changes }) => {
  const note = given.board.note({ title: 'Fire drill', pinned: false })
  changes.allow(`board.notes[${note.id}].pinned`)
  const { status, body } = await subject.post('/pin', { id: note.id, title: note.title })
  must('it is done', status, 200)
  check('it has seen nothing of other trials', (body as { seen: number }).seen, 1)
  check('it is pinned', board.get(`/notes/${note.id}`).body.pinned)
})

/** Asks for one thing, and checks nothing but that it was answered. */
function asks(path: string, expected: unknown = 200) {
  return boardScenario(async ({ subject, check, changes }) => {
    changes.allow('board.notes[+]')
    check('it answers', (await subject.post(path)).status, expected)
  })
}

const textsOf = ({ why }: { why: { text: string }[] }) => why.map(({ text }) => text)

describe.each([
  ['with tenants', shared],
  ['anew for every trial', {}],
  ['kept warm, one trial after the other', { warm: true }],
])('a service %s', (_how, rest) => {
  it('plays trials at once, none of which knows of another', async () => {
    const { play } = await serve({ ...rest, ready: { path: '/healthz' } })
    const isWarm = 'warm' in rest
    const seeds = isWarm ? ['1'] : ['1', '2', '3', '4']
    const results = await Promise.all(seeds.map((seed) => play(pins, seed)))
    expect(results.map(({ verdict, why }) => [verdict, why])).toEqual(
      seeds.map(() => ['satisfied', []]),
    )
  })

  it('hears of the events that it caused, at an address of its own', async () => {
    const { play } = await serve({ ...rest, inbound: { board: '/hooks/board' } })
    const replies = boardScenario(async ({ board, settled, check, journal, changes }) => {
      changes.allow('board.notes[+]')
      board.post('/notes', { title: 'Who is there?' })
      await settled()
      const titles = board.get('/notes').body.map(({ title }: { title: string }) => title)
      check('it replied', titles.includes('Re: Who is there?'))
      check(
        'it was told of its reply as well',
        journal.deliveries('board').map(({ outcome }) => outcome),
        [200, 204],
      )
    })
    const [one, two] = [await play(replies), await play(replies)]
    expect([one.verdict, one.why]).toEqual(['satisfied', []])
    expect({ ...one, wallMs: 0 }).toEqual({ ...two, wallMs: 0 })
    expect(one.requests.map(({ request }) => request.method)).toEqual(['POST', 'POST'])
    expect(JSON.stringify(one)).not.toMatch(/127\.0\.0\.1|\/w\//)
  })

  it('that crashes loses this trial, and is there for the next', async () => {
    const { play } = await serve(rest)
    const first = await play(asks('/crash'))
    expect(first.verdict).toBe('unsatisfied')
    expect(textsOf(first)[0]).toBe(
      'no answer to POST /crash: the subject ended with exit code 7: this is what went wrong',
    )
    expect((await play(pins)).verdict).toBe('satisfied')
  })

  it('that gives no answer in time loses this trial, and is there for the next', async () => {
    const { play } = await serve({ ...rest, timeoutMs: 400 })
    const texts = textsOf(await play(asks('/hang')))
    expect(texts[0]).toBe('no answer to POST /hang: the subject gave no answer within 400 ms')
    const patient = await serve(rest)
    expect((await patient.play(pins)).verdict).toBe('satisfied')
  })
})

describe('one process with many trials', () => {
  it('tells them apart by what it is sent', async () => {
    const { play } = await serve(shared)
    const told: Record<string, string>[] = []
    const tells = boardScenario(async ({ subject, check }) => {
      const { body } = (await subject.get('/env')) as { body: Record<string, string> }
      told.push(body)
      check('it knows', body['url'], `https://${body['host']}`)
    })
    const results = await Promise.all(['1', '2'].map((seed) => play(tells, seed)))
    expect(results.map(({ verdict }) => verdict)).toEqual(['satisfied', 'satisfied'])
    const [one, two] = told as [Record<string, string>, Record<string, string>]
    expect(one['host']).toMatch(/^[0-9a-f]{10}\.subject\.localhost$/)
    expect(one['host']).not.toBe(two['host'])
    expect(one['tenant']).toMatch(/^[0-9a-f]{10}-t\d$/)
    const tokenOf = ({ env }: { env: Record<string, string> }) => env['BACKLOT_BOARD_TOKEN']
    expect(tokenOf(one as never)).not.toBe(tokenOf(two as never))
  })

  it('that one trial brings down, is no failing of the others: each is played again alone', async () => {
    const { play } = await serve(shared)
    const slowly = boardScenario(async (kit) => {
      await new Promise((resolve) => setTimeout(resolve, 150))
      await pins.play(kit as never)
    })
    const results = await Promise.all([
      play(slowly, '1'),
      play(asks('/crash'), '2'),
      play(slowly, '3'),
    ])
    expect(results.map(({ verdict }) => verdict)).toEqual(['satisfied', 'unsatisfied', 'satisfied'])
    expect(textsOf(results[1])[0]).toMatch(/exit code 7: this is what went wrong$/)
  })

  it('that one trial holds up for good, is ended, and blamed on that trial', async () => {
    const { play } = await serve({ ...shared, timeoutMs: 700, stopMs: 200 })
    const later = boardScenario(async (kit) => {
      await new Promise((resolve) => setTimeout(resolve, 100))
      await pins.play(kit as never)
    })
    const results = await Promise.all([play(asks('/spin'), '1'), play(later, '2')])
    expect(results.map(({ verdict }) => verdict)).toEqual(['unsatisfied', 'satisfied'])
    expect(textsOf(results[0])[0]).toBe(
      'no answer to POST /spin: the subject gave no answer within 700 ms',
    )
  })

  it('refuses the call of a trial that has ended, and tells whose it was', async () => {
    const { play, late } = await serve(shared)
    const result = await play(asks('/late'))
    expect(result.verdict).toBe('satisfied')
    const other = await play(
      boardScenario(async ({ check, board }) => {
        await expect.poll(() => late.length, { timeout: 5000 }).toBe(1)
        const titles = board.get('/notes').body.map(({ title }: { title: string }) => title)
        check('it is in no other trial', titles.includes('Too late'), false)
      }),
      '2',
    )
    expect(other.verdict).toBe('satisfied')
    expect(late).toMatchObject([{ world: { seed: 'test/one@1', plan: 'none' }, method: 'POST' }])
  })

  it('on a port that there is only one of, is ended for the one that must be alone', async () => {
    const port = 41_000 + (process.pid % 20_000)
    const { play } = await serve({ ...shared, port })
    await play(pins, '0')
    const results = await Promise.all([play(asks('/crash'), '1'), play(pins, '2')])
    expect(results.map(({ verdict }) => verdict)).toEqual(['unsatisfied', 'satisfied'])
  })

  it('says why it takes no trial', async () => {
    const open = await serve({ env: { TENANTS: '1' }, tenant: { open: 'POST /nowhere' } })
    expect(textsOf(await open.play(asks('/text')))[0]).toBe(
      'no answer to POST /text: the subject took no trial: POST /nowhere was answered 404',
    )
    const named = await serve({
      ...shared,
      tenant: { open: 'POST /tenants', path: '/t/{tenantId}' },
    })
    expect(textsOf(await named.play(asks('/text')))[0]).toMatch(
      /answered POST \/tenants without the field "tenantId"$/,
    )
  })
})

it('processes that listen on one port take turns', async () => {
  const { play } = await serve({ port: 42_000 + (process.pid % 20_000) })
  const results = await Promise.all(['1', '2', '3'].map((seed) => play(pins, seed)))
  expect(results.flatMap(({ why }) => why)).toEqual([])
})

describe('what a service may do', () => {
  it('work on after its answer: settled() waits for it', async () => {
    const { play } = await serve({ ready: { path: '/healthz' } })
    const result = await play(
      boardScenario(async ({ given, subject, settled, check, board, changes }) => {
        const note = given.board.note({ title: 'Fire drill', pinned: false })
        changes.allow(`board.notes[${note.id}].pinned`)
        await subject.post('/pin-later', { id: note.id, title: note.title })
        await settled()
        check('it is pinned', board.get(`/notes/${note.id}`).body.pinned)
      }),
    )
    expect([result.verdict, result.why]).toEqual(['satisfied', []])
  })

  it('answer with plain text, or with nothing that JSON knows', async () => {
    const { play } = await serve({})
    const result = await play(asks('/text', 418))
    expect(result.requests[0]!.reply).toMatchObject({ status: 418, body: 'I am plain text' })
  })

  it.each([
    ['/flood', 'answered with more than 4 MiB'],
    ['/log', 'wrote more than 4 MiB to stdout'],
  ])('not say without end: %s', async (path, why) => {
    const { play } = await serve({})
    expect(textsOf(await play(asks(path)))[0]).toBe(`no answer to POST ${path}: the subject ${why}`)
  })
})

describe('starting and ending', () => {
  it('waits for the word of its log', async () => {
    const { play } = await serve({ ready: { log: 'now serving' } })
    expect((await play(pins)).verdict).toBe('satisfied')
  })

  it.each([
    [{ command: ['node', '-e', 'process.exit(3)'] }, /the subject ended with exit code 3$/],
    [
      { command: ['node', '-e', 'setInterval(() => {}, 1000)'], startMs: 300, stopMs: 100 },
      /the subject was not ready within 300 ms$/,
    ],
    [{ ...shared, command: ['node', '-e', '0'] }, /the subject ended without having served$/],
  ])('says why it never served: %j', async (rest, why) => {
    const { play } = await serve(rest)
    const result = await play(asks('/pin'))
    expect([result.verdict, textsOf(result)[0]]).toEqual([
      'unsatisfied',
      expect.stringMatching(why),
    ])
  })

  it('ends one that does not listen to SIGTERM all the same', async () => {
    const { subject, play } = await serve({
      ...shared,
      env: { TENANTS: '1', STUBBORN: '1' },
      stopMs: 100,
    })
    expect((await play(pins)).verdict).toBe('satisfied')
    await subject.close()
  })
})

describe('a service that runs already', () => {
  it('is reached by its URL, and left alone at the end', async () => {
    const port = 20_000 + (process.pid % 20_000)
    const child = spawn('node', [program], {
      env: { ...process.env, PORT: String(port), TENANTS: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    try {
      await once(child.stdout!, 'data')
      const { subject, play } = await serve(
        { url: `http://127.0.0.1:${port}`, tenant },
        { url: true },
      )
      expect(subject.wall).toMatchObject({ unsafe: true })
      expect((await play(pins)).verdict).toBe('satisfied')
      await subject.close()
      expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(204)
    } finally {
      child.kill()
      await once(child, 'exit')
    }
    const { play } = await serve({ url: `http://127.0.0.1:${port}`, tenant }, { url: true })
    const result = await play(asks('/pin'))
    expect([result.verdict, textsOf(result)[0]]).toEqual([
      'inconclusive',
      expect.stringMatching(/nobody listens at http:\/\/127.0.0.1/),
    ])
  })
})
