import { describe, expect, it } from 'vitest'
import { createModuleSubject, type SubjectFunction } from '../subject/module.ts'
import { boardBases, loaded } from '../testing/board-run.ts'
import { boardScenario, callBoard } from '../testing/board-stage.ts'
import { exitCodeOfSweep, needFailures, sweepOn, type SweepResult } from './sweep.ts'
import { tellSweep } from './tell.ts'

const story = boardScenario(
  async ({ given, subject, check, board, changes }) => {
    const note = given.board.note({ title: 'Fire drill', author: 'somebody' })
    changes.allow(`board.notes[${note.id}].pinned`, 'board.notes[+title=Pinned it]')
    await subject.post('/pin', { id: note.id })
    check('it is pinned', board.get(`/notes/${note.id}`).body.pinned)
    const all = board.get('/notes?limit=100').body as { title: string }[]
    check(
      'it is told',
      all.some(({ title }) => title === 'Pinned it'),
    )
  },
  { budget: { seconds: 60 } },
)

type Ask = (method: string, path: string, body?: unknown) => ReturnType<typeof callBoard>

/** Pins and tells; `onTrouble` says what is done when a call goes wrong. */
function pinner(
  onTrouble: (again: () => Promise<unknown>, ask: Ask, id: string) => unknown,
): SubjectFunction {
  return async ({ body }, surroundings) => {
    const { id } = body as { id: string }
    const ask: Ask = async (...call) => {
      const reply = await callBoard(surroundings, ...call)
      if (reply.status >= 400) throw new Error(`answered ${reply.status}`)
      return reply
    }
    const calls = [
      () => ask('PUT', `/notes/${id}`, { title: 'Fire drill', pinned: true }),
      () => ask('POST', '/notes', { title: 'Pinned it' }),
    ]
    for (const call of calls) {
      try {
        await call()
      } catch {
        const said = await onTrouble(call, ask, id)
        if (said !== undefined) return said
      }
    }
    return { status: 200 }
  }
}

const subjects: Record<string, SubjectFunction> = {
  careful: pinner(async (again, ask) => {
    const { body } = await ask('GET', '/notes?limit=100')
    const isTold = (body as unknown as { title: string }[]).some(
      ({ title }) => title === 'Pinned it',
    )
    if (!isTold) await again()
  }),
  hasty: pinner(async (again) => void (await again().catch(again))),
  honest: pinner(() => ({ status: 503, body: { error: 'try later' } })),
  polite: pinner(() => ({ status: 200, body: { ok: false } })),
  silent: pinner(() => ({ status: 200, body: { ok: true } })),
  wild: pinner(async (_again, ask, id) => {
    await ask('DELETE', `/notes/${id}`)
    return { status: 503 }
  }),
  weak: pinner(() => {
    throw new Error('no plan for this')
  }),
  lost: pinner(() => new Promise(() => {})),
}

async function sweep(name: string, failures: string[], rest = {}): Promise<SweepResult> {
  const subject = createModuleSubject(subjects[name]!, {
    name,
    reach: 'fetch',
    env: {},
    timeoutMs: 150,
  })
  const request = {
    paths: [],
    subjectFile: 'subject.json',
    seeds: ['1'],
    jobs: 2,
    most: 2,
    withOperations: true,
    failures,
    ...rest,
  }
  return sweepOn(request, { subject, bases: boardBases() }, [loaded(story)])
}

/** What came of one failure at one operation. */
async function outcome(name: string, failure: string, op: string): Promise<string | undefined> {
  const { rows } = await sweep(name, [failure])
  return rows.find((row) => row.op === op)?.cells[0]?.outcome
}

describe('a cell of the sweep', () => {
  it.each([
    ['careful', 'lost-after-write', 'createNote', 'correct'],
    ['careful', 'server-error', 'changeNote', 'correct'],
    ['hasty', 'lost-after-write', 'createNote', 'duplicate writes'],
    // To write the same field again changes nothing.
    ['hasty', 'lost-after-write', 'changeNote', 'correct'],
    ['honest', 'server-error', 'createNote', 'degraded'],
    ['polite', 'server-error', 'createNote', 'degraded'],
    ['silent', 'server-error', 'createNote', 'wrong data'],
    // All is done, whatever it made of it.
    ['silent', 'lost-after-write', 'createNote', 'correct'],
    ['wild', 'server-error', 'createNote', 'wrong data'],
    ['weak', 'server-error', 'changeNote', 'crashed'],
    ['lost', 'server-error', 'changeNote', 'stuck'],
  ])('of a %s subject under %s at %s is %s', async (name, failure, op, wanted) => {
    expect(await outcome(name, failure, op)).toBe(wanted)
  })

  it('is not struck where the failure meets no call', async () => {
    const late = await sweep('honest', ['server-error*3'])
    const cells = late.rows.flatMap((row) => row.cells)
    expect(cells.every((cell) => cell !== null)).toBe(true)
    expect(await outcome('honest', 'stale-reads', 'createNote')).toBeUndefined()
  })
})

describe('a sweep', () => {
  it('has a row for the service and one for each operation that is used, and the same cells each time', async () => {
    const [first, second] = [
      await sweep('hasty', ['flaky', 'lost-after-write', 'stale-reads']),
      await sweep('hasty', ['flaky', 'lost-after-write', 'stale-reads'], { jobs: 1 }),
    ]
    expect(first.rows.map(({ twin, op, writes }) => [twin, op, writes])).toEqual([
      ['board', undefined, undefined],
      ['board', 'changeNote', true],
      ['board', 'createNote', true],
    ])
    expect(second).toEqual(first)
    expect(first.rows[2]!.cells[2]).toBeNull()
    expect(first.rows[2]!.cells[1]).toMatchObject({
      trial: 'test/one@1+lost-after-write@board.createNote',
    })
    expect(exitCodeOfSweep(first)).toBe(1)
    expect(Object.values(first.counts).reduce((a, b) => a + b)).toBe(7)
    const services = await sweep('careful', ['server-error'], { withOperations: false })
    expect(services.rows).toHaveLength(1)
  })

  it('leaves out scenarios that fall short anyhow, and says so', async () => {
    const idle = createModuleSubject(() => ({ status: 200 }), {
      name: 'idle',
      reach: 'fetch',
      env: {},
      timeoutMs: 99,
    })
    const request = {
      paths: [],
      subjectFile: '',
      seeds: ['1'],
      jobs: 1,
      most: 2,
      withOperations: true,
      failures: ['flaky'],
    }
    const result = await sweepOn(request, { subject: idle, bases: boardBases() }, [loaded(story)])
    expect(result.notSwept).toMatchObject([{ scenario: 'test/one', why: 'not so: it is pinned' }])
    expect(exitCodeOfSweep(result)).toBe(3)
    expect(tellSweep(result)).toContain('Nothing to sweep')
  })

  it('is told as a matrix with the worst cells and how to see them again', async () => {
    const told = tellSweep(await sweep('silent', ['server-error', 'flaky']))
    expect(told).toMatch(/ {4}createNote\s+W/)
    expect(told).toContain('✗ wrong data: server-error on board createNote')
    expect(told).toContain('replay test/one@1+server-error@board.createNote --subject subject.json')
  })

  it('takes plain failures only', () => {
    expect(needFailures(['flaky', 'down*30s'])).toEqual(['flaky', 'down*30s'])
    for (const wrong of ['flaky@slack', 'none', 'a.json', 'flaky+slow']) {
      expect(() => needFailures([wrong])).toThrow("can't be swept with")
    }
  })
})
