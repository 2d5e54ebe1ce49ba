import { describe, expect, it } from 'vitest'
import { findPlan } from '../fault-plans.ts'
import { playTrial } from '../play.ts'
import type { Subject } from '../subject/subject.ts'
import type { SubjectFunction } from '../subject/module.ts'
import { boardScenario, boardWorld, subjectOf, trialOf } from '../testing/board-stage.ts'
import { careful, hurried, rash } from '../testing/clerks.ts'
import type { TrialResult } from '../trial-result.ts'
import { namedPlans } from './catalogue.ts'

const base = boardWorld()
const titles = ['Fire drill', 'Cake at three', 'Lost: one glove']
const seeds = ['1', '2', '3', '4', '5']

/** Every title is on the board once and pinned; or it is not, and the subject says so. */
const pinning = boardScenario(
  async ({ subject, step, check, board, changes }) => {
    changes.allow('board.notes[+]')
    const reply = await step('notes are to be pinned', () => subject.post('/pin', { titles }))
    const notes = board.get('/notes?limit=100').body as { title: string; pinned: boolean }[]
    const found = titles.map((title) => notes.filter((one) => one.title === title))
    check(
      'none is there twice',
      found.every((one) => one.length <= 1),
    )
    check(
      'what is said is so',
      reply.status === 503 ||
        (reply.status === 200 && found.every((one) => one[0]?.pinned === true)),
    )
  },
  { budget: { calls: 60 } },
)

async function play(text: string, handle: SubjectFunction, seed: string): Promise<TrialResult> {
  const plan = (await findPlan(text)).draw(base, `test@${seed}`)
  return playTrial(trialOf(pinning, { seed, plan }), { base, subject: subjectOf(handle) })
}

const playAll = (text: string, handle: SubjectFunction): Promise<TrialResult[]> =>
  Promise.all(seeds.map((seed) => play(text, handle, seed)))

/** Each plan with code that it must bring down. */
const downfalls: Record<string, SubjectFunction> = {
  'rate-limited': hurried,
  flaky: rash,
  'server-error': rash,
  'lost-after-write': hurried,
  'gateway-timeout': hurried,
  'stale-reads': rash,
  malformed: hurried,
  truncated: hurried,
  'wrong-length': hurried,
  reset: rash,
  refused: rash,
  'half-open*1500ms': hurried,
  'slow-loris*3s': hurried,
  down: hurried,
  'partial-outage': hurried,
  'maintenance-window': hurried,
  'quota-exhausted': hurried,
  'throttled-then-banned': hurried,
  'throttled-then-banned:forbidden': hurried,
  'expired-token': hurried,
  'expired-token:revoked': hurried,
  'expired-token:for-a-while': hurried,
}

describe.concurrent('under every plan of calls', () => {
  it.each(Object.keys(downfalls))('%s: careful code holds', async (text) => {
    const trials = await playAll(text, careful)
    expect(trials.filter(({ verdict }) => verdict !== 'satisfied').map(({ why }) => why)).toEqual(
      [],
    )
    expect(trials.some(({ plan }) => plan.struck > 0)).toBe(true)
  })

  it.each(Object.entries(downfalls))('%s: the other does not', async (text, handle) => {
    const trials = await playAll(text, handle)
    expect(trials.map(({ verdict }) => verdict)).toContain('unsatisfied')
    expect(trials.map(({ verdict }) => verdict)).not.toContain('inconclusive')
  })

  it('no plan of calls is left out', () => {
    const tried = new Set(Object.keys(downfalls).map((text) => /^[a-z-]+/.exec(text)![0]))
    const rest = Object.entries(namedPlans).filter(
      ([name, { on }]) => on !== 'event' && !tried.has(name),
    )
    expect(rest.map(([name]) => name)).toEqual(['slow', 'latency'])
  })
})

describe('slowness', () => {
  it.each(['slow*40s', 'latency*40s'])(
    '%s: passes in the time of the story alone',
    async (text) => {
      const began = performance.now()
      const { verdict, budget, exchanges } = await play(text, rash, '1')
      expect(verdict).toBe('satisfied')
      expect(budget.seconds.used).toBeGreaterThan(40)
      expect(exchanges.some(({ lateMs }) => lateMs !== undefined)).toBe(true)
      expect(performance.now() - began).toBeLessThan(20_000)
    },
  )

  it('is the same in every play', async () => {
    const [one, two] = [await play('latency', rash, '3'), await play('latency', rash, '3')]
    expect({ ...one, wallMs: 0 }).toEqual({ ...two, wallMs: 0 })
  })
})

/** Tells how often it heard of each note, and in which order. */
function hearing(handle: SubjectFunction): Subject {
  return { ...subjectOf(handle), inbound: { board: { path: '/hooks' } } }
}

interface Told {
  payload: { id: string; title: string }
}

describe('under every plan of events', () => {
  const events = Object.entries(namedPlans).filter(([, { on }]) => on === 'event')

  async function hear(text: string, seed: string): Promise<string[]> {
    const heard: string[] = []
    const subject = hearing(({ body }) => {
      heard.push((body as Told).payload.title)
      return { status: 204 }
    })
    const story = boardScenario(async ({ board, settled, check }) => {
      for (const title of ['a', 'b', 'c', 'd', 'e']) {
        board.post('/notes', { title })
        await settled('2 seconds')
      }
      await settled('2 minutes')
      check('it is so', true)
    })
    const plan = (await findPlan(text)).draw(base, `test@${seed}`)
    await playTrial(trialOf(story, { seed, plan }), { base, subject })
    return heard
  }

  const all = ['a', 'b', 'c', 'd', 'e']
  const inOrder: Record<string, (heard: readonly string[]) => boolean> = {
    'duplicate-events': (heard) => heard.length > 5 && isSorted(heard),
    'redelivered-events': (heard) => heard.length > 5 && new Set(heard).size === 5,
    'reordered-events': (heard) => heard.length === 5 && !isSorted(heard),
    'late-events': (heard) => heard.length === 5 && !isSorted(heard),
    'lost-events': (heard) => heard.length < 5 && isSorted(heard),
  }
  const isSorted = (heard: readonly string[]): boolean => heard.join() === [...heard].sort().join()

  it.each(events)('%s: events come as it says', async (name, { about }) => {
    expect(about).toBeTruthy()
    for (const seed of seeds) {
      const heard = await hear(name, seed)
      expect([seed, inOrder[name]!(heard), heard]).toEqual([seed, true, heard])
      if (name !== 'lost-events') expect(new Set(heard)).toEqual(new Set(all))
    }
  })

  it('without one, each comes once and in order', async () => {
    expect(await hear('none', '1')).toEqual(all)
  })
})
