import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { recorded, type TestExchange } from '../testing/wire.ts'
import { Scrubber } from './scrubber.ts'

type Answer = Record<string, string>

async function answerTo(exchange: TestExchange, scrubber?: Scrubber): Promise<Answer> {
  const { response } = await recorded(exchange, scrubber)
  return JSON.parse(response.content.text!) as Answer
}

const word = fc.string({
  unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'),
  minLength: 3,
  maxLength: 12,
})
const capital = (text: string) => text[0]!.toUpperCase() + text.slice(1)

describe('a person in a recording', () => {
  it('is the same other person in address, path, body, sentence and header', async () => {
    const entry = await recorded({
      url: 'https://a.example/users/ada.lovelace%40corp.com?filter=profile.login+eq+%22ada.lovelace@corp.com%22',
      headers: { 'x-user': 'ada.lovelace@corp.com' },
      body: { assignee: 'ada.lovelace@corp.com' },
      answer: {
        id: 'U061F7AUR',
        email: 'ada.lovelace@corp.com',
        first_name: 'Ada',
        last_name: 'Lovelace',
        real_name: 'Ada Lovelace',
        display_name: 'Lovelace, Ada',
        name: 'ada.lovelace',
        note: 'Ask Ada, <@U061F7AUR>, or write to Ada Lovelace <ada.lovelace@corp.com>.',
        manager: 'U061F7AUR',
      },
    })
    const answer = JSON.parse(entry.response.content.text!) as Answer
    const { email, first_name: first, last_name: last } = answer as Record<string, string>
    expect(email).toMatch(/^[a-z]+\.[a-z]+\d{3}@[a-z]+\d+\.example$/)
    expect(email!.startsWith(`${first}.${last}`.toLowerCase())).toBe(true)
    expect(answer['real_name']).toBe(`${first} ${last}`)
    expect(answer['display_name']).toBe(`${last}, ${first}`)
    expect(answer['name']).toBe(email!.split('@')[0])
    expect(answer['id']).toMatch(/^U\d\d{2}[A-Z]\d[A-Z]{3}$/)
    expect(answer['manager']).toBe(answer['id'])
    expect(answer['note']).toBe(
      `Ask ${first}, <@${answer['id']}>, or write to ${first} ${last} <${email}>.`,
    )
    const path = `/users/${encodeURIComponent(email!)}`
    expect(entry.request.url).toBe(
      `https://a.example${path}?filter=profile.login+eq+%22${email}%22`,
    )
    expect(entry.request.headers[1]!.value).toBe(email)
    expect(entry.request.postData!.text).toBe(JSON.stringify({ assignee: email }))
    expect(JSON.stringify(entry)).not.toMatch(/ada|lovelace|corp\.com|U061F7AUR/i)
  })

  it('is the same in every file with the same salt, and another with another', async () => {
    const exchange = {
      answer: { firstName: 'Ada', email: 'ada@corp.com', phone: '+44 20 7946 0000' },
    }
    const at = (salt: string) => answerTo(exchange, new Scrubber({ salt }))
    expect(await at('one')).toEqual(await at('one'))
    expect((await at('one'))['email']).not.toBe((await at('two'))['email'])
    expect((await at('one'))['phone']).toMatch(/^\+\d\d \d\d \d{4} \d{4}$/)
  })

  it('is never two people, nor two people one', async () => {
    const person = fc.record({ first: word, last: word, domain: fc.domain() })
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(person, { minLength: 2, maxLength: 8 }), async (people) => {
        const emails = people.map(({ first, last, domain }) => `${first}.${last}@${domain}`)
        const users = people.map(({ first, last }, index) => ({
          login: emails[index],
          firstName: capital(first),
          lastName: capital(last),
          displayName: `${capital(first)} ${capital(last)}`,
        }))
        const { response } = await recorded({ answer: { users, emails } })
        const said = JSON.parse(response.content.text!) as { users: Answer[]; emails: string[] }
        expect(said.users.map(({ login }) => login)).toEqual(said.emails)
        expect(new Set(said.emails).size).toBe(new Set(emails).size)
        for (const { firstName, lastName, displayName } of said.users) {
          expect(displayName).toBe(`${firstName} ${lastName}`)
        }
        for (const email of emails) expect(response.content.text).not.toContain(email)
      }),
      { numRuns: 60 },
    )
  })

  it('keeps first and last name apart, however the last name is made up', async () => {
    for (const [first, last] of [
      ['Ludwig', 'van Beethoven'],
      ['Ada', 'King Lovelace'],
      ['Anne-Marie', "O'Brien"],
      ['ADA', 'LOVELACE'],
      ['Мария', 'Кюри'],
    ] as const) {
      const { firstName, lastName, displayName } = await answerTo({
        answer: { displayName: `${first} ${last}`, firstName: first, lastName: last },
      })
      expect(displayName).toBe(`${firstName} ${lastName}`)
      expect([firstName, lastName]).not.toContain(first)
    }
  })

  it('leaves what belongs to nobody as it is', async () => {
    const answer = {
      type: 'User',
      user: 'me',
      name: 'Engineering',
      displayName: 'All of Engineering',
      role: 'admin',
      description: 'Users may sign in on any day in May.',
      login_hint: 'none',
      mobile: 'iPhone',
      team: 'Support',
    }
    const scrubber = new Scrubber({ salt: 's' })
    await recorded({ answer: { firstName: 'May', lastName: 'User', username: 'admin' } }, scrubber)
    await recorded({ answer: { email: 'help@corp.com', displayName: 'Support' } }, scrubber)
    expect(await answerTo({ answer }, scrubber)).toEqual(answer)
  })

  it('comes from no address of theirs', async () => {
    const entry = await recorded({
      headers: { 'X-Forwarded-For': '81.2.69.142, 2a02:8070::1' },
      answer: { ipAddress: '81.2.69.142' },
    })
    const [, , forwarded] = ['', '', entry.request.headers[0]!.value]
    expect(forwarded).toMatch(/^198\.1[89]\.\d+\.\d+, 2001:db8::/)
    expect(entry.response.content.text).toBe(
      JSON.stringify({ ipAddress: forwarded.split(',', 1)[0] }),
    )
  })

  it('works for hosts that are replaced too, when asked', async () => {
    const exchange = {
      url: 'https://acme.okta.com/api/v1/users',
      headers: { host: 'acme.okta.com' },
      answer: { self: 'https://acme.okta.com/api/v1/users/me' },
    }
    const open = await recorded(exchange)
    expect(open.request.url).toBe(exchange.url)
    const hidden = await recorded(exchange, new Scrubber({ salt: 's', hosts: true }))
    const { hostname } = new URL(hidden.request.url)
    expect(hostname).toMatch(/\.example$/)
    expect(hidden.request.headers[0]!.value).toBe(hostname)
    expect(hidden.response.content.text).toContain(`https://${hostname}/api/v1/users/me`)
  })
})

describe('scrubbing', () => {
  it('changes nothing where there is nothing to hide', async () => {
    const plain = fc.string({
      unit: fc.constantFrom(...'abc XYZ.,{}[]"\\\n\té☃:/?&=%'),
      maxLength: 60,
    })
    await fc.assert(
      fc.asyncProperty(plain, async (text) => {
        const { response } = await recorded({ answer: text })
        expect(response.content.text).toBe(text)
      }),
    )
  })

  it('takes time in proportion to the text, whatever the text is', async () => {
    const size = 300_000
    const pieces = [
      'a',
      'a.',
      'A ',
      'A, ',
      '1',
      '1-',
      'eyJ',
      'eyJaaaa.',
      '-----BEGIN PRIVATE KEY-----',
      'token=',
      'token',
      '://a:',
      'Bearer ',
      '<a>',
      '@',
      'a@',
      'a@b.',
      '"',
      '{',
      '[',
      '/',
      '+/',
      '%40',
      'data: {',
    ]
    for (const piece of pieces) {
      const text = piece.repeat(size / piece.length)
      const began = performance.now()
      await recorded({
        answer: text,
        url: `https://a.example/?q=${encodeURIComponent(text.slice(0, 50_000))}`,
      })
      const tookMs = performance.now() - began
      expect([piece, tookMs < 2000, tookMs]).toEqual([piece, true, tookMs])
    }
  })

  it('takes JSON as it comes: deep, wide, with names that are traps', async () => {
    const deep = `${'['.repeat(50_000)}"ada@corp.com"${']'.repeat(50_000)}`
    expect((await recorded({ answer: deep })).response.content.text).not.toContain('ada@corp.com')
    const traps = '{"__proto__":{"password":"hunter2"},"constructor":"x","toString":1}'
    const { response } = await recorded({ answer: traps })
    expect(response.content.text).toBe(traps.replace('hunter2', 'REDACTED'))
    expect(({} as { password?: string }).password).toBeUndefined()
  })
})
