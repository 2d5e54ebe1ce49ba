import { scenario } from '../../../runner/scenario.ts'

interface Loan {
  id: string
  bookId: string
  state: string
}

export default scenario(
  'Who moves away owes no books, and nobody else loses theirs',
  { twins: ['desk=../twin'], budget: { calls: 12, writes: 3 }, minDepth: 'learned' },
  async ({ subject, step, check, must, desk, changes, person, random }) => {
    const join = () => {
      const { name, email } = person()
      return desk.post<{ id: string }>('/members', { name, email }).body.id
    }
    const borrow = (memberId: string): Loan => {
      const book = desk.post<{ id: string }>('/books', { title: `Volume ${random(1, 999)}` })
      return desk.post<Loan>('/loans', { memberId, bookId: book.body.id }).body
    }
    const [leaver, other] = [join(), join()]
    const owed = Array.from({ length: random(1, 3) }, () => borrow(leaver))
    const kept = borrow(other)
    must('the books are lent', desk.get<Loan>(`/loans/${kept.id}`).body.state, 'open')
    for (const { id, bookId } of owed)
      changes.allow(`desk.things["/loans/${id}"]`, `desk.things["/books/${bookId}"]`)

    await step('a member moves away', () => subject.post('/moves', { memberId: leaver }))

    for (const { id, bookId } of owed) {
      check('the loan is over', desk.get<Loan>(`/loans/${id}`).body.state, 'returned')
      check('the book is back', desk.get<Loan>(`/books/${bookId}`).body.state, 'available')
    }
    check(
      'the other book is still lent',
      desk.get<Loan>(`/books/${kept.bookId}`).body.state,
      'lent',
    )
  },
)
