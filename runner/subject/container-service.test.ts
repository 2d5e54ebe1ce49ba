import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { playTrial } from '../play.ts'
import type { Scenario } from '../scenario.ts'
import { boardScenario, boardWorld, trialOf } from '../testing/board-stage.ts'
import { ContainerStage, derivedImage, engineForTests } from '../testing/container-stage.ts'

const engine = await engineForTests()
const base = boardWorld()
const tenant = {
  open: 'POST /tenants',
  close: 'DELETE /t/{id}',
  path: '/t/{id}',
  headers: { 'x-tenant': '{trial}-{id}' },
}

describe.skipIf(engine === undefined)('a service in a container', () => {
  let stage: ContainerStage
  beforeAll(async () => {
    stage = await ContainerStage.open(engine!)
    const program = readFileSync(join(import.meta.dirname, '../testing/board-service.ts'), 'utf8')
    stage.write('board-service.ts', program)
  }, 60_000)
  afterEach(() => stage.endSubjects())
  afterAll(() => stage.close())

  async function serve(rest: object) {
    const subject = await stage.subject({
      command: ['node', 'board-service.ts'],
      mode: 'service',
      ready: { path: '/healthz' },
      ...rest,
    })
    return (scenario: Scenario, seed = '1') =>
      playTrial(trialOf(scenario, { seed }), { base, subject, server: stage.server })
  }

  const pins = boardScenario(async ({ given, subject, must, check, board, changes }) => {
    const note = given.board.note({ title: 'Fire drill', pinned: false })
    changes.allow(`board.notes[${note.id}].pinned`)
    const { status, body } = await subject.post('/pin', { id: note.id, title: note.title })
    must('it is done', status, 200)
    check('it has seen nothing of other trials', (body as { seen: number }).seen, 1)
    check('it is pinned', board.get(`/notes/${note.id}`).body.pinned)
  })

  it('has many trials at once, none of which knows of another', async () => {
    const play = await serve({ tenant, env: { TENANTS: '1' } })
    const results = await Promise.all(['1', '2', '3', '4'].map((seed) => play(pins, seed)))
    expect(results.flatMap(({ why }) => why)).toEqual([])
    expect(await stage.left()).toHaveLength(2)
  })

  it('is another one for each trial where it can tell none apart', async () => {
    const play = await serve({})
    const results = await Promise.all(['1', '2'].map((seed) => play(pins, seed)))
    expect(results.flatMap(({ why }) => why)).toEqual([])
  })

  it('hears of the events that it caused', async () => {
    const play = await serve({ inbound: { board: '/hooks/board' }, warm: true })
    const replies = boardScenario(async ({ board, settled, check, changes }) => {
      changes.allow('board.notes[+]')
      board.post('/notes', { title: 'Who is there?' })
      await settled()
      const titles = board.get('/notes').body.map(({ title }: { title: string }) => title)
      check('it replied', titles.includes('Re: Who is there?'))
    })
    const [one, two] = [await play(replies), await play(replies)]
    expect([one.verdict, one.why]).toEqual(['satisfied', []])
    expect({ ...one, wallMs: 0 }).toEqual({ ...two, wallMs: 0 })
  })

  it('that crashes loses this trial, and is there for the next', async () => {
    const play = await serve({ tenant, env: { TENANTS: '1' } })
    const crashes = boardScenario(async ({ subject, check }) => {
      check('it answers', (await subject.post('/crash')).status, 200)
    })
    const first = await play(crashes)
    expect(first.why[0]?.text).toBe(
      'no answer to POST /crash: the subject ended with exit code 7: this is what went wrong',
    )
    expect((await play(pins)).verdict).toBe('satisfied')
  })

  it('listens where its image says, and runs what its image says', async () => {
    const lines = [
      'EXPOSE 3000',
      'ENTRYPOINT ["node"]',
      'CMD ["board-service.ts"]',
      'ENV PORT=3000',
    ]
    const image = await derivedImage(engine!, stage.image, lines)
    const play = await serve({ image, command: undefined })
    expect((await play(pins)).why).toEqual([])
  })

  it('that does not listen to SIGTERM is ended all the same', async () => {
    const play = await serve({ tenant, env: { TENANTS: '1', STUBBORN: '1' }, stopMs: 100 })
    expect((await play(pins)).verdict).toBe('satisfied')
  })
})
