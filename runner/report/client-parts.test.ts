import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { filterTrials, idOf, noWishes, type Wishes } from './client/filter.ts'
import { diffLines, foldSame } from './client/line-diff.ts'
import { readPlace, spellPlace } from './client/place.ts'
import { prettyLines } from './client/pretty.ts'
import { tellStory } from './client/story.ts'
import { layOutTimes } from './client/time-axis.ts'
import { scrollToRow, visibleRows } from './client/visible-rows.ts'
import type { PageIndex } from './page-index.ts'
import { everyOutcome } from './testing/hostile-run.ts'

const index: PageIndex = {
  subjectFile: 's.json',
  scenarios: [
    {
      id: 'off/leaver',
      name: 'A leaver keeps no access',
      tags: ['access'],
      twins: ['okta', 'slack'],
    },
    { id: 'off/guest', name: 'A guest goes as well', tags: ['guest'], twins: ['okta'] },
  ],
  plans: ['none', 'flaky'],
  texts: ['okta getUser', 'slack chat.postMessage', 'not so: one message'],
  lists: [[], [0], [0, 1], [2]],
  columns: {
    scenario: [0, 0, 1, 1],
    plan: [0, 1, 0, 1],
    seed: ['1', '1', '1', '12'],
    verdict: [0, 1, 0, 2],
    why: [0, 3, 0, 0],
    operations: [2, 2, 1, 1],
    like: [-1, 0, -1, -1],
  },
  failures: [{ text: 'not so: one message', trials: [1] }],
  packSize: 10,
}
const find = (wishes: Partial<Wishes>): number[] => filterTrials(index, { ...noWishes, ...wishes })

describe('the filter', () => {
  it('finds by every word in names, tags, services, plans, reasons and operations', () => {
    expect(find({})).toEqual([0, 1, 2, 3])
    expect(find({ text: 'LEAVER' })).toEqual([0, 1])
    expect(find({ text: 'leaver flaky' })).toEqual([1])
    expect(find({ text: 'postmessage' })).toEqual([0, 1])
    expect(find({ text: 'so: message' })).toEqual([1])
    expect(find({ text: 'unsatisfied' })).toEqual([1])
    expect(find({ text: 'nothing of the kind' })).toEqual([])
  })

  it('finds a seed by itself only, and an id by its @', () => {
    expect(find({ text: '12' })).toEqual([3])
    expect(find({ text: '1' })).toEqual([0, 1, 2])
    expect(find({ text: '@12+flaky' })).toEqual([3])
    expect(idOf(index, 0)).toBe('off/leaver@1')
  })

  it('keeps to each field, all of them together', () => {
    expect(find({ scenario: 'off/guest' })).toEqual([2, 3])
    expect(find({ tag: 'access', plan: 'flaky' })).toEqual([1])
    expect(find({ service: 'slack' })).toEqual([0, 1])
    expect(find({ verdict: 'inconclusive' })).toEqual([3])
    expect(find({ failure: '0' })).toEqual([1])
    expect(find({ failure: '99' })).toEqual([])
    expect(find({ plan: 'no such plan' })).toEqual([])
  })
})

describe('a place in the page', () => {
  it('is spelled and read back the same, whatever is searched for', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.option(fc.nat(), { nil: undefined }),
        (text, scenario, trial) => {
          const place = { wishes: { ...noWishes, text, scenario }, trial }
          const spelled = spellPlace(place)
          if (spelled === '#trials') expect([text, scenario, trial]).toEqual(['', '', undefined])
          else expect(readPlace(spelled)).toEqual(place)
        },
      ),
    )
  })

  it('is none where the address names a part of the page', () => {
    expect(readPlace('#matrix')).toBeUndefined()
    expect(readPlace('')).toBeUndefined()
    expect(readPlace('#trial=-1')!.trial).toBeUndefined()
  })
})

describe('the diff of lines', () => {
  it('leads from one text to the other, and is as short as can be', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 })
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const diff = diffLines(before, after)
        const side = (kind: string) =>
          diff.filter((one) => one.kind !== kind).map(({ text }) => text)
        expect(side('added')).toEqual(before)
        expect(side('removed')).toEqual(after)
        const same = diff.filter(({ kind }) => kind === 'same').length
        expect(same).toBe(longestCommon(before, after))
      }),
    )
  })

  it('leaves long stretches of sameness out, and nothing else', () => {
    const before = Array.from({ length: 30 }, (_, i) => `line ${i}`)
    const after = before.with(15, 'other')
    const folded = foldSame(diffLines(before, after), 2)
    expect(folded[0]).toEqual({ left: 13 })
    expect(folded.at(-1)).toEqual({ left: 12 })
    expect(folded).toHaveLength(1 + 2 + 2 + 2 + 1)
    expect(foldSame(diffLines(before, before))).toEqual([{ left: 30 }])
  })

  it('gives up comparing what is enormous, and still leads from one to the other', () => {
    const before = Array.from({ length: 3000 }, (_, i) => `a${i}`)
    const after = Array.from({ length: 3000 }, (_, i) => `b${i}`)
    const diff = diffLines(before, after)
    expect(diff.filter(({ kind }) => kind === 'removed')).toHaveLength(3000)
    expect(diff.filter(({ kind }) => kind === 'added')).toHaveLength(3000)
  })
})

describe('pretty lines', () => {
  it('indent JSON as JSON.stringify does', () => {
    fc.assert(
      fc.property(fc.oneof(fc.object(), fc.array(fc.jsonValue())), (value) => {
        const json = JSON.parse(JSON.stringify(value)) as unknown
        expect(prettyLines(JSON.stringify(json)).join('\n')).toBe(JSON.stringify(json, null, 2))
      }),
    )
  })

  it('indent JSON that was cut as far as it goes, and lose no letter of it', () => {
    const text = JSON.stringify({ a: [1, { b: 'x y, {z}' }], c: 'long "quoted"' })
    for (let cut = 1; cut < text.length; cut++) {
      const lines = prettyLines(text.slice(0, cut))
      const squeeze = (one: string): string => one.replaceAll(/\s/g, '')
      expect(squeeze(lines.join(''))).toBe(squeeze(text.slice(0, cut)))
    }
  })

  it('tell the fields of a form one to a line, and leave anything else as it is', () => {
    expect(prettyLines('channel=%23it&text=a+b%26c')).toEqual(['channel = #it', 'text = a b&c'])
    expect(prettyLines('100%=odd')).toEqual(['100%=odd'])
    expect(prettyLines('<html>\n  x = 1')).toEqual(['<html>', '  x = 1'])
  })
})

describe('the time axis', () => {
  it('keeps things in order and apart, however long the waits between them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(10_000_000), { minLength: 1 }),
        fc.integer({ min: 100, max: 2000 }),
        (gaps, width) => {
          let ms = 0
          const times = gaps.map((gap) => (ms += gap))
          const { xs, width: drawn } = layOutTimes(times, width, false)
          for (let i = 1; i < xs.length; i++) expect(xs[i]! - xs[i - 1]!).toBeGreaterThan(5)
          expect(xs.at(-1)!).toBeLessThanOrEqual(drawn)
          expect(drawn).toBeGreaterThanOrEqual(width - 1)
        },
      ),
    )
  })

  it('is proportional where it is to scale, and names long waits where it is not', () => {
    const scaled = layOutTimes([0, 100, 1000], 1018, true)
    expect(scaled.xs.map(Math.round)).toEqual([9, 109, 1009])
    expect(scaled.waits).toEqual([])
    const squeezed = layOutTimes([0, 1, 2, 60_002], 500, false)
    expect(squeezed.waits.map(({ ms }) => ms)).toEqual([60_000])
    expect(layOutTimes([], 500, false)).toMatchObject({ xs: [], ticks: [] })
    expect(layOutTimes([5, 5, 5], 500, true).xs.every(Number.isFinite)).toBe(true)
  })
})

describe('the rows in sight', () => {
  it('are all that show, with some to spare, and none beyond the list', () => {
    expect(visibleRows({ top: 0, height: 100 }, 10, 1000, 2)).toEqual({ from: 0, to: 12 })
    expect(visibleRows({ top: 500, height: 100 }, 10, 1000, 2)).toEqual({ from: 48, to: 62 })
    expect(visibleRows({ top: 9990, height: 100 }, 10, 1000, 2)).toEqual({ from: 997, to: 1000 })
    expect(visibleRows({ top: 900, height: 100 }, 10, 0, 2)).toEqual({ from: 0, to: 0 })
  })

  it('move just so far that a row is wholly in sight', () => {
    expect(scrollToRow({ top: 100, height: 100 }, 10, 12)).toBe(100)
    expect(scrollToRow({ top: 100, height: 100 }, 10, 3)).toBe(30)
    expect(scrollToRow({ top: 100, height: 100 }, 10, 30)).toBe(210)
  })
})

describe('the story of a trial', () => {
  it('tells everything once, with a step before what it holds and an answer after its question', async () => {
    const { trials } = await everyOutcome()
    for (const trial of trials) {
      const story = tellStory(trial)
      const count = (kind: string) => story.filter((one) => one.kind === kind).length
      expect(count('exchange')).toBe(trial.exchanges.length)
      expect(count('check')).toBe(trial.checks.length)
      expect(count('step')).toBe(trial.steps.length)
      expect(count('asked')).toBe(trial.requests.length)
      const kinds = story.map(({ kind }) => kind)
      expect(kinds.indexOf('asked')).toBeLessThan(kinds.indexOf('exchange'))
      expect(kinds.indexOf('answered')).toBeGreaterThan(kinds.lastIndexOf('exchange'))
      expect(kinds.indexOf('check')).toBeGreaterThan(kinds.indexOf('answered'))
      const times = story.map(({ atMs }) => atMs)
      expect(times).toEqual(times.toSorted((a, b) => a - b))
    }
  })
})

function longestCommon(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return 0
  const row = b.map(() => 0)
  for (const one of a) {
    let corner = 0
    for (let j = 0; j < b.length; j++) {
      const above = row[j]!
      row[j] = one === b[j] ? corner + 1 : Math.max(above, row[j - 1] ?? 0)
      corner = above
    }
  }
  return row.at(-1)!
}
