import { describe, expect, it } from 'vitest'
import { boardScenario, boardWorld, trialOf } from './testing/board-stage.ts'
import { playTrial } from './play.ts'
import { scenario, type Kit } from './scenario.ts'
import { createStoryChance } from './story-chance.ts'
import { nothingSubject } from './subject/nothing.ts'

/** Never played: `npm run types` fails when one of these mistakes is no mistake any more. */
export const mistakes = [
  scenario('Types', { twins: ['okta'] }, ({ given, okta, check }) => {
    // @ts-expect-error -- a misspelt maker
    given.okta.usr({})
    // @ts-expect-error -- a misspelt property
    given.okta.user({ emial: 'x' })
    // @ts-expect-error -- no status of an account
    given.okta.user({ status: 'DEACTIVATED' })
    // @ts-expect-error -- a twin that was not named
    given.jira.issue({})
    // @ts-expect-error -- a misspelt method
    okta.gett('/')
    // @ts-expect-error -- the predicate is handed a number
    check('a number', 1, (n) => n.length === 1)
  }),
  // @ts-expect-error -- a misspelt option
  scenario('Options', { twins: ['okta'], tag: [] }, () => {}),
  // @ts-expect-error -- a misspelt budget
  scenario('Budget', { twins: ['okta'], budget: { call: 1 } }, () => {}),
]

describe('what a scenario draws', () => {
  const drawn = async (seed: string, others: (kit: Kit<'board'>) => void = () => {}) => {
    const seen: unknown[] = []
    const drawing = boardScenario((kit) => {
      const { random, pick, person, check } = kit
      seen.push(random(1, 1_000_000), pick([1, 2, 3, 4, 5, 6, 7, 8, 9]), person(), person())
      others(kit)
      seen.push(person(), random(1, 1_000_000))
      check('drawn', true)
    })
    const result = await playTrial(trialOf(drawing, { seed }), {
      base: boardWorld(),
      subject: nothingSubject,
    })
    return { seen, why: result.why }
  }

  it('comes from the seed, and from nothing that happens meanwhile', async () => {
    const one = await drawn('1')
    expect(one.why).toEqual([])
    expect(await drawn('1', ({ given }) => void given.board.note())).toEqual(one)
    expect((await drawn('2')).seen).not.toEqual(one.seen)
  })

  it('is people with an address of their own', () => {
    const { person } = createStoryChance('a')
    const crowd = Array.from({ length: 2000 }, () => person())
    expect(new Set(crowd.map(({ email }) => email)).size).toBe(2000)
    for (const { firstName, lastName, name, email } of crowd) {
      expect(name).toBe(`${firstName} ${lastName}`)
      expect(email).toMatch(/^[a-z-]+\.[a-z-]+\d?@acme\.example$/)
    }
    expect(new Set(crowd.map(({ name }) => name)).size).toBeGreaterThan(1900)
    const [known, again] = [
      { firstName: 'Robin', lastName: "O'Vale" },
      { firstName: 'Robin', lastName: "O'Vale" },
    ]
    expect([person(known).email, person(again).email]).toEqual([
      'robin.ovale@acme.example',
      'robin.ovale2@acme.example',
    ])
    expect(person({ email: 'r@x.example' }).email).toBe('r@x.example')
  })

  it('is never somebody of the world', () => {
    const ada = { firstName: 'Ada', lastName: 'Admin', email: 'ada.admin@acme.example' }
    const { person } = createStoryChance('a', [{ ...ada, title: '', department: '' }])
    expect(person({ firstName: 'Ada', lastName: 'Admin' }).email).toBe('ada.admin2@acme.example')
  })

  it('is every number of the range about as often, both ends included', () => {
    const { random, pick } = createStoryChance('a')
    const counts = [0, 0, 0, 0, 0, 0]
    for (let i = 0; i < 6000; i++) counts[random(1, 6) - 1]!++
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(120)
    expect(random(3, 3)).toBe(3)
    expect(() => random(2, 1)).toThrow('random(2, 1): write two whole numbers, the least first')
    expect(() => pick([])).toThrow('there is nothing to pick from')
  })
})
