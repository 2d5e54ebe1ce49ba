import { expect, it } from 'vitest'
import { toDocument, wordMessage } from './wording.ts'

const counts = { accounts: 1, groups: 3, reassigned: 2, unassigned: 0, guestChannels: 0 }

it('names what was done', () => {
  expect(wordMessage('Lena Fischer', counts, []).split('\n')).toEqual([
    'Lena Fischer has been off-boarded.',
    '• Okta: 1 account deactivated, 3 group memberships removed',
    '• Jira: 2 open issues reassigned, 0 left without an assignee',
  ])
})

it('names the guest and what is left for a person to do', () => {
  const text = wordMessage('Lena', { ...counts, guestChannels: 1 }, ['the door is open'])
  expect(text).toContain('guest removed from 1 channel\n')
  expect(text).toMatch(/Needs a person: the door is open$/)
})

it('wraps a text as a document', () => {
  expect(toDocument('why')).toMatchObject({
    type: 'doc',
    version: 1,
    content: [{ type: 'paragraph', content: [{ type: 'text', text: 'why' }] }],
  })
})
