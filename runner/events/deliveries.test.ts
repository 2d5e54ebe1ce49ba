import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Fault } from '../../engine/faults.ts'
import { World } from '../../engine/world.ts'
import { loadTwin } from '../../twins/index.ts'
import { playTrial } from '../play.ts'
import { boardScenario, boardWorld, callBoard, subjectOf, trialOf } from '../testing/board-stage.ts'
import { scenario, type Kit, type Scenario } from '../scenario.ts'
import type { SubjectFunction } from '../subject/module.ts'
import type { Subject } from '../subject/subject.ts'

const base = boardWorld()
const neverSay = (kit: Kit<'board'>) => kit.changes.allow('board.notes[+]')

function hearing(handle: SubjectFunction, rest: Partial<Subject> = {}): Subject {
  return { ...subjectOf(handle), inbound: { board: { path: '/hooks/board' } }, ...rest }
}

function play(scenario: Scenario, subject: Subject, faults: Fault[] = []) {
  const plan = { name: faults.length === 0 ? 'none' : 'test', faults }
  return playTrial(trialOf(scenario, { plan }), { base, subject })
}

/** Writes down what it is told of. */
function listener() {
  const heard: { path: string; title: string; headers: object; text: string }[] = []
  const subject = hearing(({ path, body, headers = {}, text = '' }) => {
    const { payload } = body as { payload: { title: string } }
    heard.push({ path, title: payload.title, headers, text })
    return { status: 204 }
  })
  return { heard, subject }
}

const toldOf = (title: string, more: (kit: Kit<'board'>) => unknown = () => {}) =>
  boardScenario(async (kit) => {
    kit.board.post('/notes', { title })
    await kit.settled()
    await more(kit)
    kit.check('it is so', true)
  })

describe('an event in a trial', () => {
  it('is handed to the subject as a request, word for word as the service sends it', async () => {
    const { heard, subject } = listener()
    const result = await play(toldOf('Fire drill'), subject)
    expect(heard).toMatchObject([
      {
        path: '/hooks/board',
        title: 'Fire drill',
        headers: { 'content-type': 'application/json' },
      },
    ])
    expect(JSON.parse(heard[0]!.text)).toMatchObject({ payload: { title: 'Fire drill' } })
    expect(result.requests).toMatchObject([
      { request: { method: 'POST', path: '/hooks/board' }, reply: { status: 204 } },
    ])
    expect(result.exchanges.map(({ kind, status }) => [kind, status])).toEqual([
      ['call', 201],
      ['event', undefined],
      ['delivery', 204],
    ])
  })

  it('waits until the scenario waits for it, or until the story ends', async () => {
    const { heard, subject } = listener()
    const counts: number[] = []
    const story = boardScenario(async ({ board, settled, check }) => {
      board.post('/notes', { title: 'one' })
      counts.push(heard.length)
      await settled()
      counts.push(heard.length)
      board.post('/notes', { title: 'two' })
      check('it is so', true)
    })
    await play(story, subject)
    expect([counts, heard.map(({ title }) => title)]).toEqual([
      [0, 1],
      ['one', 'two'],
    ])
  })

  it('is done with when what it set off is done: a function may go on after its answer', async () => {
    const subject = hearing(({ body }, world) => {
      const { title } = (body as { payload: { title: string } }).payload
      const work = async (): Promise<void> => {
        for (let n = 0; n < 3; n++) await callBoard(world, 'GET', '/notes')
        await callBoard(world, 'POST', '/notes', { title: `${title}!` })
      }
      if (!title.endsWith('!')) void work()
      return { status: 204 }
    })
    const titles: string[] = []
    const story = toldOf('a', ({ board, changes }) => {
      changes.allow('board.notes[+]')
      titles.push(...board.get('/notes').body.map(({ title }: { title: string }) => title))
    })
    expect((await play(story, subject)).why).toEqual([])
    expect(titles).toContain('a!')
  })

  it('comes again when it was not taken, in the story’s own time', async () => {
    let count = 0
    const subject = hearing(() => ({ status: ++count < 3 ? 500 : 204 }))
    const attempts: unknown[] = []
    const story = boardScenario(async ({ board, settled, check, journal, now }) => {
      const start = now()
      board.post('/notes', { title: 'one' })
      await settled()
      attempts.push(journal.deliveries().map(({ outcome }) => outcome))
      await settled('1 minute')
      attempts.push(journal.deliveries('board').map(({ attempt, at }) => [attempt, at - start]))
      check('a minute has passed', now() - start, 60_000)
    })
    const result = await play(story, subject)
    expect(attempts).toEqual([
      [500],
      [
        [1, 0],
        [2, 1000],
        [3, 6000],
      ],
    ])
    expect([result.verdict, result.budget.seconds.used]).toEqual(['satisfied', 0])
  })

  it('is one event of many: what handling it causes is delivered as well', async () => {
    const titles: string[] = []
    const subject = hearing(async ({ body }, world) => {
      const { title } = (body as { payload: { title: string } }).payload
      titles.push(title)
      if (title.length < 4) await callBoard(world, 'POST', '/notes', { title: `${title}!` })
      return { status: 204 }
    })
    await play(toldOf('a', neverSay), subject)
    expect(titles).toEqual(['a', 'a!', 'a!!', 'a!!!'])
  })

  it('that causes ever more of them, is ended, and the subject blamed', async () => {
    const subject = hearing(async (_request, world) => {
      await callBoard(world, 'POST', '/notes', { title: 'and on' })
      return { status: 204 }
    })
    const { verdict, why } = await play(toldOf('a', neverSay), subject)
    expect(verdict).toBe('unsatisfied')
    expect(why[0]!.text).toBe(
      'no answer to POST /hooks/board: the subject was told of 500 events, and what it does causes ever more',
    )
  })

  it('that crashes the subject is a crash, and comes again', async () => {
    let count = 0
    const subject = hearing(() => {
      if (++count === 1) throw new Error('no such payload')
      return { status: 204 }
    })
    const { verdict, why, exchanges } = await play(
      toldOf('a', ({ settled }) => settled('2 seconds')),
      subject,
    )
    expect([verdict, why[0]!.text]).toEqual([
      'unsatisfied',
      'no answer to POST /hooks/board: the subject threw: Error: no such payload',
    ])
    expect(exchanges.at(-1)).toMatchObject({ kind: 'delivery', status: 204 })
  })
})

describe('where events go', () => {
  it('to addresses that the subject registered itself', async () => {
    const heard: unknown[] = []
    const subject = subjectOf(async ({ path, text = '', headers = {} }, { env, fetch }) => {
      if (path !== '/start') {
        const digest = createHmac('sha256', 'hush').update(text).digest('hex')
        heard.push([path, headers['x-hub-signature'] === `sha256=${digest}`])
        return { status: 204 }
      }
      const login = Buffer.from(`${env['JIRA_EMAIL']}:${env['JIRA_API_TOKEN']}`).toString('base64')
      const { status } = await fetch(`${env['JIRA_HOST']}/rest/webhooks/1.0/webhook`, {
        method: 'POST',
        headers: { authorization: `Basic ${login}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          name: 'sync',
          url: `${env['BACKLOT_SUBJECT_URL']}/jira?key={issue.key}`,
          events: ['jira:issue_created'],
          secret: 'hush',
        }),
      })
      return { status }
    })
    const registers = scenario('A test', { twins: ['jira'] }, async (kit) => {
      kit.changes.allow('engine.subscriptions[+]')
      kit.check('it registers', (await kit.subject.post('/start')).status, 201)
      kit.given.jira.project({ key: 'SYNC', name: 'Sync' })
      const fields = { project: { key: 'SYNC' }, issuetype: { name: 'Task' }, summary: 'One' }
      kit.jira.post('/rest/api/3/issue', { fields })
      await kit.settled()
    })
    const jira = World.create({ twins: [await loadTwin('jira')] })
    const { why } = await playTrial(trialOf(registers), { base: jira, subject })
    expect([why, heard]).toEqual([[], [['/jira?key=SYNC-1', true]]])
  })

  it.each([
    'https://hooks.example.com/x',
    'http://127.0.0.1:1/x',
    'http://other.subject.localhost/x',
  ])('not to %s: the journal says so, and nothing leaves', async (url) => {
    const { heard, subject } = listener()
    const { exchanges, verdict } = await playTrial(trialOf(toldOf('one')), {
      base,
      subject: { ...subject, inbound: {} },
      onWorld: (world) => void world.subscribe({ twin: 'board', url, types: ['*'] }),
    })
    expect(heard).toEqual([])
    expect(exchanges.at(-1)).toMatchObject({
      kind: 'delivery',
      path: url,
      reply: 'refused: no address of the subject',
    })
    expect(verdict).toBe('satisfied')
  })

  it('only for the types that were asked for', async () => {
    const { heard, subject } = listener()
    const inbound = { board: { path: '/x', types: ['note.archived'] }, absent: { path: '/y' } }
    await play(toldOf('one'), { ...subject, inbound })
    expect(heard).toEqual([])
  })
})

describe('faults of events', () => {
  it('double them, and the result counts the stroke', async () => {
    const { heard, subject } = listener()
    const fault: Fault = { on: 'event', at: 1, action: { kind: 'duplicate', copies: 2 } }
    const result = await play(toldOf('one'), subject, [fault])
    expect(heard).toHaveLength(2)
    expect(heard[0]!.text).toBe(heard[1]!.text)
    expect(result.plan.struck).toBe(1)
    expect(result.exchanges.filter(({ kind }) => kind === 'delivery')).toMatchObject([
      { fault: expect.stringContaining('duplicate') },
      { fault: expect.stringContaining('duplicate') },
    ])
  })

  it('hold them back, until their time has come', async () => {
    const { heard, subject } = listener()
    const fault: Fault = { on: 'event', at: 1, action: { kind: 'delay', ms: 5000 } }
    const story = boardScenario(async ({ board, settled, check }) => {
      board.post('/notes', { title: 'first' })
      board.post('/notes', { title: 'second' })
      await settled()
      check('the second came first', heard.length, 1)
      await settled('5 seconds')
      check(
        'then the first',
        heard.map(({ title }) => title),
        ['second', 'first'],
      )
    })
    expect((await play(story, subject, [fault])).why).toEqual([])
  })
})

it('a scenario that does not wait for settled() is told so', async () => {
  const { subject } = listener()
  const story = boardScenario(({ settled, check }) => {
    void settled()
    check('it is so', true)
  })
  await expect(play(story, subject)).rejects.toThrow('Nobody awaited settled()')
})
