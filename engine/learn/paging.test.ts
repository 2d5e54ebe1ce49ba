import { describe, expect, test } from 'vitest'
import { open, Story, teach, type Asked, type Service, type Told } from './testing/story.ts'

type Thing = Record<string, unknown>
type Style = (items: Thing[], asked: Asked) => Told

/** A service that keeps songs and shows them as a style says. */
function songs(style: Style): Service {
  const all: Thing[] = []
  return (asked) => {
    const { method, at, sent, now } = asked
    if (method === 'POST') {
      const id = `s_${(0xa1b2c3 + all.length * 7919).toString(16)}`
      const song = { id, ...sent, createdAt: new Date(now).toISOString() }
      all.push(song)
      return { status: 201, json: song }
    }
    if (at.length > 1) return { status: 200, json: all.find((one) => one['id'] === at[1]) }
    return style([...all], asked)
  }
}

const titles = ['Delta', 'Alpha', 'Golf', 'Bravo', 'Foxtrot', 'Charlie', 'Echo']

function learn(style: Style, looks: readonly string[]) {
  const story = new Story('songs', songs(style))
  for (const [n, title] of titles.entries())
    story.ask('POST', '/songs', { title, plays: (n * 3) % 7 })
  let last: Thing = {}
  for (const look of looks) {
    const target = look.replace(/<([^>]+)>/, (_all, at: string) =>
      String(at.split('.').reduce<unknown>((from, name) => (from as Thing)[name], last)),
    )
    last = story.ask('GET', target)
  }
  const lesson = teach([story.entries])
  const { ask } = open(lesson)
  for (const title of titles) ask('POST', '/songs', { title, plays: title.length })
  const titlesOf = (path: string, at = 'items') =>
    ((at === '' ? ask('GET', path).json : ask('GET', path).json[at]) as unknown as Thing[]).map(
      (one) => one['title'],
    )
  return { ask, titlesOf, facts: lesson.learned.operations.find(({ op }) => op === 'get /songs')! }
}

describe('pages by number', () => {
  const style: Style = (items, { query }) => {
    const page = Number(query.get('page') ?? 1)
    const perPage = Math.min(4, Number(query.get('perPage') ?? 3))
    const shown = items.slice((page - 1) * perPage, page * perPage)
    const pages = Math.ceil(items.length / perPage)
    return { status: 200, json: { items: shown, page, perPage, total: items.length, pages } }
  }
  const looks = [
    '/songs',
    '/songs?page=2',
    '/songs?page=3',
    '/songs?perPage=2&page=2',
    '/songs?perPage=50',
  ]

  test('are cut as asked, with their numbers beside them', () => {
    const { ask, titlesOf, facts } = learn(style, looks)
    expect(facts.paging).toMatchObject({
      style: 'page',
      param: 'page',
      size: { usual: 3, most: 4 },
    })
    expect(titlesOf('/songs')).toEqual(titles.slice(0, 3))
    expect(titlesOf('/songs?page=3')).toEqual(titles.slice(6))
    expect(ask('GET', '/songs?page=2&perPage=2').json).toMatchObject({
      page: 2,
      perPage: 2,
      total: 7,
      pages: 4,
    })
    ask('POST', '/songs', { title: 'Hotel', plays: 1 })
    expect(ask('GET', '/songs').json).toMatchObject({ page: 1, perPage: 3, total: 8, pages: 3 })
    expect(titlesOf('/songs?perPage=50')).toHaveLength(4)
    expect(titlesOf('/songs?page=9')).toEqual([])
  })
})

describe('pages by offset', () => {
  const style: Style = (items, { query }) => {
    const start = Number(query.get('offset') ?? 0)
    const limit = Number(query.get('limit') ?? 5)
    const data = items.slice(start, start + limit)
    const meta = { count: data.length, has_more: start + limit < items.length }
    return { status: 200, json: { data, meta } }
  }

  test('begin where asked, and say whether more follows', () => {
    const looks = [
      '/songs',
      '/songs?limit=3&offset=3',
      '/songs?offset=5',
      '/songs?limit=3&offset=6',
    ]
    const { ask, titlesOf } = learn(style, looks)
    expect(titlesOf('/songs?limit=2&offset=4', 'data')).toEqual(['Foxtrot', 'Charlie'])
    expect(ask('GET', '/songs?limit=2&offset=4').json['meta']).toEqual({ count: 2, has_more: true })
    expect(ask('GET', '/songs?limit=2&offset=6').json['meta']).toEqual({
      count: 1,
      has_more: false,
    })
  })
})

describe('pages of a length that nobody asked for', () => {
  test('are told by the total beside them, in a large world as well', () => {
    const style: Style = (items, { query }) => {
      const from = Number(query.get('offset') ?? 0)
      return { status: 200, json: { items: items.slice(from, from + 3), total: items.length } }
    }
    const { ask, titlesOf, facts } = learn(style, ['/songs', '/songs?offset=3', '/songs?offset=6'])
    expect(facts.paging).toMatchObject({ style: 'offset', size: { usual: 3 } })
    expect(titlesOf('/songs?offset=2')).toEqual(titles.slice(2, 5))
    for (let n = 0; n < 500; n++) ask('POST', '/songs', { title: `Song ${n}` })
    expect(titlesOf('/songs?offset=407')).toEqual(['Song 400', 'Song 401', 'Song 402'])
    expect(ask('GET', '/songs').json['total']).toBe(507)
  })
})

describe('pages by a token or an id', () => {
  const byToken: Style = (items, { query }) => {
    const from = items.findIndex((one) => one['id'] === query.get('cursor')?.slice(4)) + 1
    const limit = Number(query.get('limit') ?? 3)
    const shown = items.slice(from, from + limit)
    const more = from + limit < items.length
    const next = more ? `tok_${String(shown.at(-1)!['id'])}` : ''
    return { status: 200, json: { items: shown, paging: { next_cursor: next } } }
  }
  const byId: Style = (items, { query }) => {
    const from = items.findIndex((one) => one['id'] === query.get('starting_after')) + 1
    const shown = items.slice(from, from + 3)
    return { status: 200, json: { items: shown, has_more: from + 3 < items.length } }
  }

  test('go on where the page before ended, to the end', () => {
    const looks = [
      '/songs',
      '/songs?cursor=<paging.next_cursor>',
      '/songs?cursor=<paging.next_cursor>',
    ]
    const { ask, titlesOf } = learn(byToken, looks)
    const cursorOf = (path: string) => (ask('GET', path).json['paging'] as Thing)['next_cursor']
    const second = `/songs?cursor=${String(cursorOf('/songs'))}`
    expect(titlesOf(second)).toEqual(titles.slice(3, 6))
    const third = `/songs?cursor=${String(cursorOf(second))}`
    expect(titlesOf(third)).toEqual(titles.slice(6))
    expect(cursorOf(third)).toBe('')
  })

  test('follow the last one shown', () => {
    const { ask, titlesOf } = learn(byId, ['/songs', '/songs?starting_after=<items.2.id>'])
    const first = ask('GET', '/songs').json
    expect(first['has_more']).toBe(true)
    const last = (first['items'] as Thing[]).at(-1)!['id']
    expect(titlesOf(`/songs?starting_after=${String(last)}`)).toEqual(titles.slice(3, 6))
  })
})

describe('pages by links', () => {
  const style: Style = (items, { query }) => {
    const page = Number(query.get('page') ?? 1)
    const size = Number(query.get('per_page') ?? 3)
    const to = (n: number) => `<https://made-up.example/songs?page=${n}>`
    const last = Math.ceil(items.length / size)
    const links = [
      ...(page < last ? [`${to(page + 1)}; rel="next"`, `${to(last)}; rel="last"`] : []),
      ...(page > 1 ? [`${to(page - 1)}; rel="prev"`] : []),
    ]
    const headers: Record<string, string> = { 'x-total-count': String(items.length) }
    if (links.length > 0) headers['link'] = links.join(', ')
    return { status: 200, json: items.slice((page - 1) * size, page * size), headers }
  }

  test('lead on and back, with the total in a header', () => {
    const { ask, titlesOf } = learn(style, [
      '/songs',
      '/songs?page=2',
      '/songs?page=3',
      '/songs?per_page=2',
    ])
    expect(titlesOf('/songs?page=3', '')).toEqual(titles.slice(6))
    const { headers } = ask('GET', '/songs?page=2')
    expect(headers['x-total-count']).toBe('7')
    expect([headers['link']].flat().join()).toMatch(/page=3>; rel="next"/)
    expect([headers['link']].flat().join()).toMatch(/page=1>; rel="prev"/)
    expect([ask('GET', '/songs?page=3').headers['link']].flat().join()).not.toContain('next')
  })
})

describe('pages in ranges', () => {
  const style: Style = (items, { query }) => {
    const start = Number(query.get('offset') ?? 0)
    const page = items.slice(start, start + Number(query.get('limit') ?? 3))
    const which = page.length === 0 ? '*' : `${start}-${start + page.length - 1}`
    const headers = { 'content-range': `songs ${which}/${items.length}` }
    return { status: page.length < items.length ? 206 : 200, json: page, headers }
  }
  const calls = ['/songs', '/songs?offset=3', '/songs?offset=6', '/songs?limit=2&offset=1']

  test('say in Content-Range where they stand, and how many there are', () => {
    const { ask, titlesOf, facts } = learn(style, calls)
    expect(facts.paging).toMatchObject({ style: 'offset', range: { unit: 'songs', total: true } })
    expect(titlesOf('/songs?offset=2&limit=4', '')).toEqual(titles.slice(2, 6))
    const rangeAt = (query: string) => ask('GET', `/songs${query}`).headers['content-range']
    expect(rangeAt('')).toBe('songs 0-2/7')
    expect(rangeAt('?offset=2&limit=4')).toBe('songs 2-5/7')
    expect(rangeAt('?offset=6')).toBe('songs 6-6/7')
    expect(rangeAt('?offset=9')).toBe('songs */7')
  })

  test('of another meaning are left out', () => {
    const odd: Style = (items, asked) => {
      const told = style(items, asked)
      return { ...told, headers: { 'content-range': 'bytes 0-499/1234' } }
    }
    const { ask, facts } = learn(odd, calls)
    expect(facts.paging?.range).toBeUndefined()
    expect(ask('GET', '/songs').headers['content-range']).toBeUndefined()
  })
})

describe('the order of a list', () => {
  const style: Style = (items, { query }) => {
    const [by = 'createdAt', way] = [query.get('sort') ?? undefined, query.get('dir') ?? 'desc']
    const down = query.has('sort') ? (way === 'desc' ? -1 : 1) : -1
    const sorted = items.sort((a, b) => {
      const [x, y] = [a[by] as number, b[by] as number]
      return x < y ? -down : x > y ? down : 0
    })
    return { status: 200, json: { items: sorted } }
  }

  test('is the newest first where that was seen, and another when asked', () => {
    const { titlesOf, facts } = learn(style, [
      '/songs',
      '/songs?sort=title&dir=asc',
      '/songs?sort=plays&dir=desc',
    ])
    expect(facts.order).toBe('-/createdAt')
    expect(facts.params).toMatchObject({ sort: { does: 'sorts' }, dir: { does: 'directs' } })
    expect(titlesOf('/songs')).toEqual([...titles].reverse())
    expect(titlesOf('/songs?sort=title&dir=asc')).toEqual([...titles].sort())
    expect(titlesOf('/songs?sort=title&dir=desc')).toEqual([...titles].sort().reverse())
  })

  test('may be asked for in one word', () => {
    const inOneWord: Style = (items, { query }) => {
      const word = query.get('order_by') ?? 'createdAt'
      const by = word.replace('-', '')
      const sorted = items.sort((a, b) => (String(a[by]) < String(b[by]) ? -1 : 1))
      return { status: 200, json: { items: word.startsWith('-') ? sorted.reverse() : sorted } }
    }
    const { titlesOf } = learn(inOneWord, [
      '/songs',
      '/songs?order_by=-title',
      '/songs?order_by=title',
    ])
    expect(titlesOf('/songs?order_by=-title')).toEqual([...titles].sort().reverse())
    expect(titlesOf('/songs')).toEqual(titles)
  })

  test('stays as things were made where a word means nothing', () => {
    const deaf: Style = (items) => ({ status: 200, json: { items } })
    const { titlesOf, facts } = learn(deaf, ['/songs', '/songs?sort=title'])
    expect(facts.params).toBeUndefined()
    expect(titlesOf('/songs?sort=title')).toEqual(titles)
  })
})
