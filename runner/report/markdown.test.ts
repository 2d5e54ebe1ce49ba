import { describe, expect, it } from 'vitest'
import { renderMarkdown } from './markdown.ts'
import { everyOutcome } from './testing/hostile-run.ts'

const result = await everyOutcome(2, 4_000_000)
const text = renderMarkdown(result)

/** The lines outside of fenced code. */
function outside(markdown: string): string[] {
  let fence = ''
  return markdown.split('\n').filter((line) => {
    const run = /^`{3,}/.exec(line)?.[0] ?? ''
    if (fence === '' && run !== '') fence = run
    else if (fence !== '' && line === fence) fence = ''
    else return fence === ''
    return false
  })
}

describe('the Markdown report', () => {
  it('begins with the score, has a row for each scenario, and folds what fell short', () => {
    const lines = outside(text)
    expect(lines[0]).toMatch(/^## ❌ .*: 0 % satisfied$/)
    expect(lines.filter((line) => line.startsWith('| '))).toHaveLength(2 + 2)
    expect(lines.filter((line) => line === '<details>').length).toBe(
      lines.filter((line) => line === '</details>').length,
    )
    expect(text).toContain('npx backlot replay bad/one@')
  })

  it('lets nobody else write markup, end its code or break its table', () => {
    const lines = outside(text)
    const tags = lines.join('\n').match(/<\/?[a-z]+/gi) ?? []
    expect(new Set(tags)).toEqual(
      new Set(['<details', '</details', '<summary', '</summary', '<sub', '</sub']),
    )
    for (const row of lines.filter((line) => line.startsWith('| '))) {
      expect(row.split('|').length - 1).toBe(result.run.plans.length + 3)
    }
    expect(text).not.toMatch(/[\u0007\u001b\u202e]/)
  })

  it('names what was not played and what counts for nothing', () => {
    expect(text).toContain('good measures nothing')
    expect(text).toContain('Mend it. Not played.')
    expect(text).toContain('interrupted&#58; 3 trials not played.')
  })

  it('stays far below what GitHub takes', () => {
    expect(text.length).toBeLessThan(50_000)
  })

  it('is no tick for a run that was cut short or counted nothing', () => {
    const none = { ...result.score, satisfied: 3, unsatisfied: 0, inconclusive: 0, satisfaction: 1 }
    const clean = {
      ...result,
      score: none,
      trials: [],
      broken: [],
      measuringNothing: [],
      unplayed: 0,
    }
    const head = (one: typeof result) => renderMarkdown(one).split(' ')[1]
    expect(head(clean)).toBe('✅')
    expect(head({ ...clean, unplayed: 1 })).toBe('⚠️')
    expect(head({ ...clean, measuringNothing: ['x'] })).toBe('⚠️')
  })
})
