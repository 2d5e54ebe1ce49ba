import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LaneStage, probeForTests } from '../../testing/lane-stage.ts'
import { NameBook } from './names.ts'

const probe = await probeForTests()

describe('a book of names', () => {
  it('has room for twins when a program has filled it, and again for all when they are forgotten', () => {
    const book = new NameBook()
    const first = book.addressOf('slack.com')!
    for (let i = 0; i < 10_000; i++) book.addressOf(`n${i}.example`)
    expect(book.addressOf('one-more.example')).toBeUndefined()
    const twin = book.addressOf('acme.okta.com', true)!
    expect(book.nameOf(twin)).toBe('acme.okta.com')
    book.keep((name) => name === 'slack.com')
    expect(book.nameOf(first)).toBe('slack.com')
    expect(book.nameOf(twin)).toBeUndefined()
    expect(book.addressOf('one-more.example')).toBeDefined()
  })
})

describe.skipIf(!('tools' in probe))('the names of a lane', () => {
  let stage: LaneStage
  beforeAll(async () => {
    stage = await LaneStage.open()
  })
  afterAll(() => stage.close())

  it('that one trial has used up are there for the next', async () => {
    stage.write(
      'names.mjs',
      `import dns from 'node:dns/promises'
import { createSocket } from 'node:dgram'
import { text } from 'node:stream/consumers'
const { path } = JSON.parse(await text(process.stdin))
const look = () => dns.resolve4('late.example').then(() => 'known', ({ code }) => code)
if (path === '/fill') {
  const socket = createSocket('udp4')
  let heard = 0
  socket.on('message', () => heard++)
  for (let i = 0; heard < 9000 && i < 40000; i++) {
    const name = 'n' + i + '.example'
    const labels = name.split('.').flatMap((one) => [one.length, ...Buffer.from(one)])
    socket.send(Buffer.from([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, 1, 0, 1]), 53, '127.0.0.1')
    if (i % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
console.log(JSON.stringify({ status: 200, body: await look() }))
process.exit(0)
`,
    )
    const subject = stage.subject(['node', 'names.mjs'])
    expect((await stage.play(subject, undefined, ['/fill'])).reply.body).toBe('ENOTFOUND')
    expect((await stage.play(subject, undefined, ['/ask'])).reply.body).toBe('known')
  })
})
