/** What somebody does at the desk while the recorder listens. */
export type Session = (url: string) => Promise<void>

const nobody = '00000000-0000-4000-8000-000000000000'

type Json = ReturnType<typeof JSON.parse>
type Ask = (method: string, path: string, body?: unknown) => Promise<Json>

const asking =
  (url: string): Ask =>
  async (method, path, body) => {
    const reply = await fetch(url + path, {
      method,
      headers: { authorization: 'Bearer desk-key-1', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await reply.text()
    return text === '' ? undefined : JSON.parse(text)
  }

/** What the twin is learned from: every operation, and every refusal that we care about. */
export const learnedFrom: Session = async (url) => {
  const ask = asking(url)
  await fetch(`${url}/members`)
  const members: Json[] = []
  for (const name of ['Ada Byron', 'Bob Tarn', 'Eve Stone']) {
    const email = `${name.slice(0, 3).toLowerCase()}@acme.example`
    members.push(await ask('POST', '/members', { name, email }))
  }
  const [ada, bob, eve] = members
  await ask('POST', '/members', { name: 'Ada Again', email: 'ada@acme.example' })
  await ask('POST', '/members', { email: 'nameless@acme.example' })
  await ask('PATCH', `/members/${bob.id}`, { name: 'Bob Tarnow' })
  await ask('PATCH', `/members/${eve.id}`, { state: 'paused' })
  await ask('GET', `/members/${bob.id}`)
  const books: Json[] = []
  for (const title of ['Walden', 'Emma', 'Dracula']) {
    books.push(await ask('POST', '/books', { title, isbn: `97800000000${books.length}` }))
  }
  books.push(await ask('POST', '/books', { title: 'Ulysses' }))
  await ask('POST', '/books', { isbn: '978' })
  await ask('GET', '/books')
  await ask('GET', '/books?page=1&perPage=2')
  await ask('GET', '/books?page=2&perPage=2')
  await ask('GET', '/books?page=0')
  await ask('GET', `/books/${nobody}`)
  const loans: Json[] = []
  for (const [i, { id }] of books.slice(0, 3).entries()) {
    const memberId = i < 2 ? ada.id : eve.id
    loans.push(await ask('POST', '/loans', { memberId, bookId: id }))
  }
  await ask('GET', `/books/${books[0].id}`)
  await ask('POST', '/loans', { memberId: bob.id, bookId: books[0].id })
  await ask('POST', '/loans', { memberId: ada.id })
  await ask('GET', `/loans?memberId=${ada.id}`)
  await ask('GET', `/loans?memberId=${eve.id}`)
  await ask('GET', '/loans?state=open')
  await ask('DELETE', `/members/${ada.id}`)
  // With and without renewing, so that it shows what a refusal really depends on.
  for (const [i, { id }] of loans.entries()) {
    if (i > 0) await ask('POST', `/loans/${id}/renew`)
    if (i > 1) await ask('POST', `/loans/${id}/renew`)
    await ask('GET', `/loans/${id}`)
    await ask('POST', `/loans/${id}/return`)
    await ask('GET', `/loans/${id}`)
    await ask('POST', `/loans/${id}/return`)
    await ask('POST', `/loans/${id}/renew`)
  }
  await ask('GET', `/books/${books[0].id}`)
  await ask('GET', '/loans?state=open')
  await ask('GET', '/loans?state=returned')
  await ask('DELETE', `/members/${bob.id}`)
  await ask('GET', `/members/${bob.id}`)
  await ask('DELETE', `/members/${bob.id}`)
  await ask('GET', '/members')
  await ask('GET', '/members?page=1&perPage=1')
  await ask('GET', `/loans/${nobody}`)
  await ask('POST', `/loans/${nobody}/return`)
}

/** What the twin is judged by: another day, other people, another order. */
export const judgedBy: Session = async (url) => {
  const ask = asking(url)
  const book = await ask('POST', '/books', { title: 'Middlemarch' })
  await ask('POST', '/books', { title: 'Persuasion', isbn: '9780000000099' })
  await ask('GET', `/books/${book.id}`)
  const cleo = await ask('POST', '/members', { name: 'Cleo Finch', email: 'cleo@acme.example' })
  const dan = await ask('POST', '/members', { name: 'Dan Moss', email: 'dan@acme.example' })
  await ask('POST', '/members', { name: 'Dan Two', email: 'dan@acme.example' })
  await ask('GET', '/members?perPage=1')
  const loan = await ask('POST', '/loans', { memberId: cleo.id, bookId: book.id })
  await ask('POST', '/loans', { memberId: dan.id, bookId: book.id })
  await ask('GET', '/loans?state=open')
  await ask('DELETE', `/members/${cleo.id}`)
  await ask('POST', `/loans/${loan.id}/return`)
  await ask('POST', `/loans/${loan.id}/return`)
  await ask('GET', `/books/${book.id}`)
  const second = await ask('POST', '/loans', { memberId: dan.id, bookId: book.id })
  await ask('POST', `/loans/${second.id}/renew`)
  await ask('GET', `/loans?memberId=${dan.id}`)
  await ask('GET', `/loans/${second.id}`)
  await ask('PATCH', `/members/${dan.id}`, { state: 'paused' })
  await ask('GET', `/members/${dan.id}`)
  await ask('DELETE', `/members/${cleo.id}`)
  await ask('GET', `/members/${cleo.id}`)
  await ask('GET', '/members')
}
