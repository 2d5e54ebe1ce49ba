import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serveHttp, type HttpServer } from '../../fronts/http.ts'
import { createResolver } from '../../fronts/resolve.ts'
import { Worlds } from '../../fronts/worlds.ts'
import { playTrial, type Trial } from '../play.ts'
import { createEnvironmentWall } from '../wall/environment.ts'
import { boardScenario, boardWorld, trialOf } from '../testing/board-stage.ts'
import { createCommandSubject } from './command.ts'
import type { Subject, SubjectReply } from './subject.ts'
import { createWarmCommandSubject } from './warm-command.ts'

const file = fileURLToPath(new URL('../testing/board-subject.ts', import.meta.url))
const options = {
  name: 'board',
  command: [process.execPath, file],
  cwd: '.',
  env: { FLAVOUR: 'mint' },
  timeoutMs: 8000,
  startMs: 15_000,
  wall: createEnvironmentWall(),
}
const base = boardWorld()
const worlds = new Worlds()
let http: HttpServer
const open: Subject[] = []

beforeAll(async () => {
  http = await serveHttp({ resolve: createResolver(worlds) })
})
afterAll(async () => {
  await Promise.all(open.map((one) => one.close()))
  await http.close()
})

function made(subject: Subject): Subject {
  open.push(subject)
  return subject
}

function play(trial: Trial, subject: Subject) {
  return playTrial(trial, { base, subject, server: { url: http.url, worlds } })
}

const pinning = boardScenario(async ({ given, subject, check, board, changes }) => {
  const note = given.board.note({ title: 'Fire drill' })
  changes.allow(`board.notes[${note.id}].pinned`)
  const { status, body } = await subject.post('/pin', { id: note.id, title: note.title })
  check('it answered', status, 200)
  check('in its own words', (body as { seen: number }).seen > 0)
  check('the note is pinned', board.get(`/notes/${note.id}`).body.pinned)
})

async function ask(subject: Subject, path: string): Promise<SubjectReply> {
  let reply: SubjectReply | undefined
  const asking = boardScenario(async ({ subject, check }) => {
    reply = await subject.post(path)
    check('asked', true)
  })
  await play(trialOf(asking), subject)
  return reply!
}

describe('a command subject', () => {
  const cold = createCommandSubject(options)

  it('plays a trial over HTTP, end to end, and leaves no world behind', async () => {
    const result = await play(trialOf(pinning), cold)
    expect(result.why).toEqual([])
    expect(result.requests[0]!.reply).toMatchObject({ status: 200, exitCode: 0, body: { seen: 1 } })
    expect(worlds.size).toBe(0)
  })

  it('gets the twins, its own settings and nothing of ours in its environment', async () => {
    process.env['SECRET_OF_THE_RUNNER'] = 'x'
    const { body } = await ask(cold, '/env')
    const env = body as Record<string, string>
    expect(env['BACKLOT_BOARD_URL']).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/w\/w\d+\/board$/)
    expect(env).toMatchObject({
      FLAVOUR: 'mint',
      BACKLOT_BOARD_TOKEN: expect.stringMatching(/^tok-/),
    })
    expect(env['SECRET_OF_THE_RUNNER']).toBeUndefined()
    expect(existsSync(env['HOME']!)).toBe(false)
  })

  it('says how a process ended that gave no answer', async () => {
    expect(await ask(cold, '/crash')).toMatchObject({
      status: 0,
      exitCode: 7,
      problem: { kind: 'crashed', why: 'ended with exit code 7: this is what went wrong' },
    })
    expect((await ask(cold, '/silent')).problem!.kind).toBe('bad-reply')
    expect((await ask(cold, '/nonsense')).problem!.kind).toBe('bad-reply')
    expect((await ask(cold, '/flood')).problem!.kind).toBe('too-much-output')
  })

  it('tells the error that ended a program, and not the last line of what it printed', async () => {
    const ending = async (code: string): Promise<string> => {
      const command = [process.execPath, '-e', code]
      return (await ask(createCommandSubject({ ...options, command }), '/any')).problem!.why
    }
    expect(await ending("throw new TypeError('no such room')")).toBe(
      'ended with exit code 1: TypeError: no such room',
    )
    expect(await ending("process.stderr.write('gone\\n'); process.exit(3)")).toBe(
      'ended with exit code 3: gone',
    )
  })

  it('ends one that hangs, with everything it started', async () => {
    const hanging = createCommandSubject({ ...options, timeoutMs: 1500, startMs: 1500 })
    const { problem, stderr } = await ask(hanging, '/hang')
    expect(problem).toEqual({ kind: 'timed-out', why: 'gave no answer within 1500 ms' })
    expect(await isGone(Number(/child (\d+)/.exec(stderr)![1]))).toBe(true)
  })

  it('has time to start besides, until its first call or word', async () => {
    const hasty = { ...options, timeoutMs: 300, startMs: 8000 }
    expect((await ask(createCommandSubject(hasty), '/env')).problem).toBeUndefined()
    const { problem } = await ask(createCommandSubject(hasty), '/hang')
    expect(problem!.why).toBe('gave no answer within 300 ms')
    const never = { ...options, command: [process.execPath, '-e', 'setInterval(String, 9)'] }
    const mute = createCommandSubject({ ...never, timeoutMs: 200, startMs: 300 })
    const why = 'gave no answer within 200 ms, and 300 ms to start'
    expect((await ask(mute, '/env')).problem).toEqual({ kind: 'timed-out', why })
  })

  it('is inconclusive when it ran out of time while the runner stood still', async () => {
    const hanging = createCommandSubject({ ...options, timeoutMs: 1500, startMs: 1500 })
    const asking = boardScenario(async ({ subject, check }) => {
      setTimeout(() => {
        const until = performance.now() + 1300
        while (performance.now() < until);
      }, 400)
      check('answered', (await subject.post('/hang')).status, 200)
    })
    expect(await play(trialOf(asking), hanging)).toMatchObject({
      verdict: 'inconclusive',
      why: [{ kind: 'ours', text: expect.stringContaining('the machine is overloaded') }],
    })
  })

  it('is inconclusive when the process can not be started', async () => {
    const missing = createCommandSubject({ ...options, command: ['/nowhere/at-all'] })
    expect(await play(trialOf(pinning), missing)).toMatchObject({
      verdict: 'inconclusive',
      why: [{ text: expect.stringContaining('could not be started') }],
    })
  })

  it('shows the wait that a Retry-After asked for in virtual time', async () => {
    const plan = {
      name: 'limited',
      faults: [
        {
          on: 'listNotes',
          at: 1,
          action: { kind: 'refuse' as const, as: 'limited' as const, retryAfterMs: 1000 },
        },
      ],
    }
    const patient = boardScenario(async ({ subject, check }) => {
      check('answered in the end', (await subject.post('/patient')).status, 200)
    })
    const result = await play(trialOf(patient, { plan }), cold)
    expect(result.why).toEqual([])
    expect(result.exchanges.map(({ atMs, status }) => [atMs, status])).toEqual([
      [1, 429],
      [1002, 200],
    ])
  })
})

describe('a warm command subject', () => {
  it('plays trial after trial in one process', async () => {
    const warm = made(createWarmCommandSubject(options))
    const results = []
    for (const seed of ['1', '2', '3']) results.push(await play(trialOf(pinning, { seed }), warm))
    expect(results.flatMap(({ why }) => why)).toEqual([])
    expect(results.map(({ requests }) => requests[0]!.reply.body)).toEqual([
      { seen: 1 },
      { seen: 2 },
      { seen: 3 },
    ])
  })

  it('starts another process after one that crashed, and leaves nothing of it on the disk', async () => {
    const warm = made(createWarmCommandSubject(options))
    const { HOME } = (await ask(warm, '/env')).body as { HOME: string }
    expect(existsSync(HOME)).toBe(true)
    expect((await ask(warm, '/crash')).problem).toMatchObject({ kind: 'crashed' })
    expect(existsSync(HOME)).toBe(false)
    expect((await play(trialOf(pinning), warm)).why).toEqual([])
  })

  it('says so when it is never ready', async () => {
    const mute = { ...options, command: [process.execPath, '-e', 'setInterval(String, 9)'] }
    const { problem } = await ask(made(createWarmCommandSubject({ ...mute, startMs: 400 })), '/x')
    expect(problem).toEqual({ kind: 'timed-out', why: 'was not ready within 400 ms' })
  })

  it('does not trust one that hung', async () => {
    const warm = made(createWarmCommandSubject({ ...options, timeoutMs: 1500, startMs: 1500 }))
    const { problem, stderr } = await ask(warm, '/hang')
    expect(problem!.kind).toBe('timed-out')
    expect(await isGone(Number(/child (\d+)/.exec(stderr)![1]))).toBe(true)
    expect((await play(trialOf(pinning), warm)).verdict).toBe('satisfied')
  })
})

/** Whether a process has ended; one that only waits to be reaped by its parent has. */
async function isGone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 100; tries++) {
    try {
      process.kill(pid, 0)
      if (readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')) return true
    } catch {
      return true
    }
    await wait(20)
  }
  return false
}
