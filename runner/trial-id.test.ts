import { describe, expect, it } from 'vitest'
import { UsageError } from '../engine/usage-error.ts'
import { readTrialId, spellTrialId } from './trial-id.ts'

describe('the id of a trial', () => {
  it.each([
    ['offboarding/leaver@3', 'none'],
    ['offboarding/leaver@3+flaky', 'flaky'],
    ['offboarding/leaver@3+slow@okta+flaky@slack', 'slow@okta+flaky@slack'],
    ['a@b.2+down*5s@jira.createIssue', 'down*5s@jira.createIssue'],
    ['a@1+flaky@desk."GET /a+b@c"', 'flaky@desk."GET /a+b@c"'],
    ['a@1+./plans/mine.yaml', './plans/mine.yaml'],
  ])('%s is read as it was spelt', (id, plan) => {
    const name = readTrialId(id)
    expect(name.plan).toBe(plan)
    expect(spellTrialId(name)).toBe(id)
  })

  it('has a scenario and a seed', () => {
    expect(() => readTrialId('offboarding/leaver')).toThrow(UsageError)
  })
})
