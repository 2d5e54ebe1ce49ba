import { describe, expect, test } from 'vitest'
import { nothing, Story, teach, type Service } from './testing/story.ts'

const ok: Service = ({ method, at, sent }) => {
  if (method === 'POST' && at.length === 1)
    return { status: 201, json: { id: `${at[0]![0]}${String(sent['n'])}`, ...sent } }
  if (at.length === 1) return { status: 200, json: { [at[0]!]: [{ slug: 'walden', n: 1 }] } }
  return { status: 200, json: { at: at.at(-1), n: 1 } }
}

function pathsOf(ask: (story: Story) => void): string[] {
  const story = new Story('one', ok)
  ask(story)
  return teach([story.entries], nothing).contract.operations.map(({ id }) => id)
}

describe('paths that no document describes', () => {
  test('know a short id by the reply that brought it', () => {
    const paths = pathsOf((story) => {
      story.ask('POST', '/books', { n: 1 })
      story.ask('GET', '/books/b1')
      story.ask('GET', '/books/b1/pages')
    })
    expect(paths).toEqual(['get /books/{bookId}', 'get /books/{bookId}/pages', 'post /books'])
  })

  test('know a slug by the list that showed it', () => {
    const paths = pathsOf((story) => {
      story.ask('GET', '/books')
      story.ask('GET', '/books/walden')
      story.ask('GET', '/books/latest')
    })
    expect(paths).toContain('get /books/{bookId}')
  })

  test('know an id with a mark before it at sight', () => {
    expect(pathsOf((story) => story.ask('GET', '/books/b_fe13d283409b'))).toEqual([
      'get /books/{bookId}',
    ])
  })

  test('keep the verb behind a colon, plain or encoded', () => {
    const paths = pathsOf((story) => {
      story.ask('POST', '/sheets/b_fe13d283409b:batchUpdate')
      story.ask('POST', '/sheets/b_0a13d283409c%3AbatchUpdate')
    })
    expect(paths).toEqual(['post /sheets/{sheetId}:batchUpdate'])
  })

  test('keep the words for kinds of things, however many lie side by side', () => {
    const kinds = ['users', 'groups', 'zones', 'apps', 'hooks', 'rules', 'keys', 'logs']
    const paths = pathsOf((story) => {
      for (const one of kinds) story.ask('GET', `/api/${one}`)
      for (const one of kinds) story.ask('GET', `/api/${one}/00uA1b2C3d4E5f6G7h8`)
    })
    expect(paths).toContain('get /api/users')
    expect(paths).toContain('get /api/zones/{zoneId}')
  })
})
