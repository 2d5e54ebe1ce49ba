import { describe, expect, it } from 'vitest'
import { readWord, spellWord } from './words.ts'

const tables = ['okta.users', 'jira.comments', 'slack.messages', 'engine.tokens']
const read = (text: string) => readWord(text, tables)

describe('readWord', () => {
  it('reads rows and paths', () => {
    expect(read('okta.users[00u1]')).toMatchObject({
      table: 'okta.users',
      rows: { id: '00u1' },
      path: [],
    })
    expect(read('okta.users[00u1].profile.title').path).toEqual(['profile', 'title'])
    expect(read('okta.users[00u1].emails[0].value').path).toEqual(['emails', '0', 'value'])
    expect(read('okta.users[*].emails[*].value').path).toEqual(['emails', '*', 'value'])
    expect(read('jira.comments[*]').rows).toEqual({})
    expect(read('jira.comments[+]').rows).toEqual({ made: true })
    expect(read('slack.messages[+channel=C1]').rows).toEqual({
      made: true,
      where: { path: ['channel'], value: 'C1' },
    })
    expect(read('okta.users[profile.email=a@b.example]').rows.where!.path).toEqual([
      'profile',
      'email',
    ])
  })

  it('takes any id in quotes', () => {
    expect(read('engine.tokens["a]=\\"b"]').rows).toEqual({ id: 'a]="b' })
    expect(read('engine.tokens["*"]').rows).toEqual({ id: '*' })
  })

  it('spells a word that reads back as the same row and field', () => {
    for (const id of [
      '00u1',
      'a]b',
      'x=y',
      '*',
      '+1',
      'say "hi"',
      '\\',
      '"',
      'C1 1767603600.000100',
    ]) {
      const word = read(spellWord('okta.users', id, ['profile', 'emails', '0']))
      expect(word.rows).toEqual({ id })
      expect(word.path).toEqual(['profile', 'emails', '0'])
    }
  })

  it('refuses what names no table, and says which was meant', () => {
    expect(() => read('okta.user[*]')).toThrow(
      'changes.allow: "okta.user[*]" names no table: there is no "okta.user". Did you mean "okta.users"?',
    )
  })

  it.each([
    'okta.users',
    'okta.users[]',
    'okta.users[+]]',
    '',
    'okta.users[+x]',
    '[a]',
    'okta.users[a]b',
  ])('refuses "%s" and shows the form', (text) => {
    expect(() => read(text)).toThrow(/Write "okta\.users\[00u1\]\.status"/)
  })
})
