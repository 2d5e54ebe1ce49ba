import { describe, expect, test } from 'vitest'
import { open, Story, teach, type Service, type Told } from './testing/story.ts'

type Thing = Record<string, unknown>

const day = 86_400_000

/** A library: books are lent to members; what is allowed hangs on other things than the one that is asked about. */
function library(mark: string): Service {
  const things = new Map<string, Map<string, Thing>>(
    ['books', 'members', 'loans'].map((kind) => [kind, new Map()]),
  )
  let made = 0
  const no = (status: number, error: string): Told => ({ status, json: { error } })
  const add = (kind: string, thing: Thing): Told => {
    const id = `${kind[0]}_${mark}${(++made * 7919).toString(16).padStart(6, '0')}`
    const whole = { id, ...thing }
    things.get(kind)!.set(id, whole)
    return { status: 201, json: whole }
  }
  return ({ method, at, sent, now }) => {
    const [kind = '', id, action] = at
    const all = things.get(kind)!
    if (id === undefined) {
      if (method === 'GET') return { status: 200, json: { items: [...all.values()] } }
      if (kind === 'members') {
        const isTaken = [...all.values()].some((one) => one['email'] === sent['email'])
        return isTaken ? no(409, 'email_taken') : add(kind, { ...sent, loans: 0 })
      }
      if (kind === 'books') return add(kind, { ...sent, available: true })
      const book = things.get('books')!.get(String(sent['bookId']))
      const member = things.get('members')!.get(String(sent['memberId']))
      if (book === undefined || member === undefined) return no(422, 'no_such_thing')
      if (book['available'] === false) return no(409, 'book_lent')
      book['available'] = false
      member['loans'] = Number(member['loans']) + 1
      const dueAt = new Date(now + 14 * day).toISOString()
      return add('loans', { ...sent, open: true, renewals: 0, dueAt })
    }
    const thing = all.get(id)
    if (thing === undefined) return no(404, 'not_found')
    if (method === 'GET') return { status: 200, json: { ...thing } }
    if (method === 'DELETE') {
      if (Number(thing['loans']) > 0) return no(409, 'has_loans')
      all.delete(id)
      return { status: 204 }
    }
    if (thing['open'] === false) return no(409, 'closed')
    if (action === 'renew') {
      thing['renewals'] = Number(thing['renewals']) + 1
      thing['dueAt'] = new Date(Date.parse(String(thing['dueAt'])) + 14 * day).toISOString()
      return { status: 200, json: { ...thing } }
    }
    thing['open'] = false
    things.get('books')!.get(String(thing['bookId']))!['available'] = true
    const member = things.get('members')!.get(String(thing['memberId']))!
    member['loans'] = Number(member['loans']) - 1
    return { status: 200, json: { ...thing } }
  }
}

function story(mark: string): Story['entries'] {
  const told = new Story(mark, library(mark))
  const ada = told.ask('POST', '/members', { name: 'Ada', email: `ada-${mark}@x.example` })
  const bob = told.ask('POST', '/members', { name: 'Bob', email: `bob-${mark}@x.example` })
  told.ask('POST', '/members', { name: 'Other', email: `ada-${mark}@x.example` })
  const books = ['Walden', 'Emma', 'Ulysses'].map((title) => told.ask('POST', '/books', { title }))
  const loans = books.map(({ id }) =>
    told.ask('POST', '/loans', { bookId: id, memberId: ada['id'] }),
  )
  told.ask('GET', `/loans/${String(loans[0]!['id'])}`)
  told.ask('GET', `/books/${String(books[0]!['id'])}`)
  told.ask('GET', `/members/${String(ada['id'])}`)
  told.ask('POST', '/loans', { bookId: books[0]!['id'], memberId: bob['id'] })
  told.ask('DELETE', `/members/${String(ada['id'])}`)
  for (const [i, { id }] of loans.entries()) {
    if (i > 0) told.ask('POST', `/loans/${String(id)}/renew`)
    if (i > 1) told.ask('POST', `/loans/${String(id)}/renew`)
    told.ask('POST', `/loans/${String(id)}/return`)
    told.ask('GET', `/books/${String(books[i]!['id'])}`)
    told.ask('GET', `/members/${String(ada['id'])}`)
    told.ask('POST', `/loans/${String(id)}/return`)
    told.ask('POST', `/loans/${String(id)}/renew`)
  }
  const again = told.ask('POST', '/loans', { bookId: books[0]!['id'], memberId: bob['id'] })
  told.ask('POST', `/loans/${String(again['id'])}/return`)
  told.ask('DELETE', `/members/${String(bob['id'])}`)
  told.ask('DELETE', `/members/${String(ada['id'])}`)
  return told.entries
}

const lesson = teach([story('a1b2'), story('c3d4')])

function begin() {
  const { ask } = open(lesson)
  const member = ask('POST', '/members', { name: 'Eve', email: 'eve@y.example' }).json
  const book = ask('POST', '/books', { title: 'Dune' }).json
  const lend = () => ask('POST', '/loans', { bookId: book['id'], memberId: member['id'] })
  const look = (kind: string, { id }: Thing) => ask('GET', `/${kind}/${String(id)}`).json
  return { ask, member, book, lend, look }
}

describe('what hangs on other things', () => {
  test('a name that another has is refused, and free again when the other is gone', () => {
    const { ask, member } = begin()
    const again = () => ask('POST', '/members', { name: 'Eva', email: 'eve@y.example' })
    expect(again()).toMatchObject({ status: 409, json: { error: 'email_taken' } })
    expect(ask('POST', '/members', { name: 'Eve', email: 'other@y.example' }).status).toBe(201)
    expect(ask('DELETE', `/members/${String(member['id'])}`).status).toBe(204)
    expect(again().status).toBe(201)
  })

  test('what a call does to another thing shows in that thing, counts with it', () => {
    const { ask, member, book, lend, look } = begin()
    const loan = lend()
    expect(loan.status).toBe(201)
    expect(look('books', book)['available']).toBe(false)
    expect(look('members', member)['loans']).toBe(1)
    const other = ask('POST', '/books', { title: 'Emma' }).json
    ask('POST', '/loans', { bookId: other['id'], memberId: member['id'] })
    expect(look('members', member)['loans']).toBe(2)
    ask('POST', `/loans/${String(loan.json['id'])}/return`)
    expect(look('books', book)['available']).toBe(true)
    expect(look('members', member)['loans']).toBe(1)
    expect(look('books', other)['available']).toBe(false)
  })

  test('what is in use is refused until it is free', () => {
    const { ask, member, lend } = begin()
    const loan = lend()
    expect(lend()).toMatchObject({ status: 409, json: { error: 'book_lent' } })
    expect(ask('DELETE', `/members/${String(member['id'])}`)).toMatchObject({
      status: 409,
      json: { error: 'has_loans' },
    })
    ask('POST', `/loans/${String(loan.json['id'])}/return`)
    expect(lend().status).toBe(201)
  })

  test('an action that was done already is refused', () => {
    const { ask, lend } = begin()
    const path = `/loans/${String(lend().json['id'])}`
    expect(ask('POST', `${path}/renew`).status).toBe(200)
    expect(ask('POST', `${path}/return`).status).toBe(200)
    expect(ask('POST', `${path}/return`)).toMatchObject({ status: 409, json: { error: 'closed' } })
    expect(ask('POST', `${path}/renew`).status).toBe(409)
  })

  test('moments are counted from now, or from what they were; numbers from what they were', () => {
    const { ask, lend, look } = begin()
    const { json } = lend()
    const due = Date.parse(String(json['dueAt']))
    expect(Math.round((due - Date.parse('2026-02-03T04:05:06Z')) / 1000)).toBe(14 * 86_400)
    ask('POST', `/loans/${String(json['id'])}/renew`)
    const renewed = ask('POST', `/loans/${String(json['id'])}/renew`).json
    expect(Date.parse(String(renewed['dueAt'])) - due).toBe(28 * day)
    expect(renewed['renewals']).toBe(2)
    expect(look('loans', json)).toMatchObject({ renewals: 2, open: true })
  })
})
