import { describe, expect, it } from 'vitest'
import { didYouMean, editsBetween, nearest } from './nearest.ts'
import { UsageError } from './usage-error.ts'

describe('nearest', () => {
  it('counts inserts, deletes, changes and swaps', () => {
    expect(editsBetween('kitten', 'sitting')).toBe(3)
    expect(editsBetween('jria', 'jira')).toBe(1)
    expect(editsBetween('', 'abc')).toBe(3)
    expect(editsBetween('abc', 'abc')).toBe(0)
  })

  it('finds the word that was meant, whatever its case', () => {
    expect(nearest('jria', ['okta', 'jira', 'slack'])).toBe('jira')
    expect(nearest('--Subjct', ['--subject', '--seed'])).toBe('--subject')
  })

  it('finds nothing when nothing is near', () => {
    expect(nearest('github', ['okta', 'jira', 'slack'])).toBeUndefined()
    expect(didYouMean('github', ['okta', 'jira'])).toBe('There are: okta, jira.')
    expect(didYouMean('x', [])).toBe('There are none.')
  })
})

describe('UsageError', () => {
  it('says where, what and what to do, in that order', () => {
    const error = new UsageError('"spec" is no number.', {
      file: 'a.yaml',
      line: 3,
      column: 5,
      field: 'budget.calls',
      fix: 'Write a whole number.',
    })
    expect(error.message).toBe(
      'a.yaml:3:5 (budget.calls): "spec" is no number. Write a whole number.',
    )
    expect(new UsageError('No.').message).toBe('No.')
    expect(new UsageError('No.', { field: '--seed' }).message).toBe('--seed: No.')
  })
})
