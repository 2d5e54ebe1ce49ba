import { describe, expect, it } from 'vitest'
import type { CallEntry } from '../engine/journal.ts'
import type { TwinDefinition } from '../engine/twin.ts'
import { World } from '../engine/world.ts'
import { loadTwin, type twinNames } from '../twins/index.ts'

/** What nobody sends but an attacker, a fuzzer or a broken client: every twin has an answer to it. */
const deep = (n: number, open = '[', close = ']') => open.repeat(n) + close.repeat(n)
const bodies: Record<string, string | Uint8Array> = {
  empty: '',
  null: 'null',
  list: '[1]',
  broken: '{"a":',
  proto: '{"__proto__":{"x":1},"constructor":{"prototype":{"y":1}},"toString":1}',
  protoInside: '{"profile":{"__proto__":{"a":1},"constructor":1},"fields":{"__proto__":{"a":1}}}',
  nulls: '{"channel":null,"text":null,"profile":null,"fields":null,"update":null,"jql":null}',
  wrongTypes:
    '{"channel":[],"name":{},"users":1,"text":{"a":1},"blocks":"[","attachments":7,"profile":[],"fields":[],"update":[],"transition":[],"jql":[],"body":[]}',
  loneSurrogate: '{"text":"\\ud800","channel":"\\u0000","profile":{"login":"\\u0000@\\ud800.x"}}',
  deepList: deep(10_000),
  deepFields: `{"channel":"general","fields":{"summary":"x","description":${deep(9000)}},"blocks":${deep(9000)}}`,
  deepDocument: `{"fields":{"summary":"x","description":{"type":"doc","version":1,"content":[${'{"type":"blockquote","content":['.repeat(3000)}${']}'.repeat(3000)}]}}}`,
  oddForm: 'a=1&a=2&__proto__=1&channel=%ff%00&text=%E0%A4%A&=&&users[]=1',
  bytes: new Uint8Array([0xff, 0xfe, 0, 1, 0xc3]),
  cutMultipart: '--x\r\nContent-Dis',
}
const types = [
  'application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'multipart/form-data',
  'a/b/c;;;',
]
const tails = [
  '?%',
  '?a=%ff&__proto__=1&constructor=2',
  '?limit=1e9&maxResults=-1&startAt=1e400',
  '?cursor=%00&after=../../etc&nextPageToken=%ff',
  `?search=${'('.repeat(3000)}&filter=${'not%20'.repeat(3000)}`,
  `?jql=${'('.repeat(3000)}a=1${')'.repeat(3000)}`,
  `?jql=${'not%20'.repeat(3000)}a=1`,
  `?jql=${encodeURIComponent(`summary ~ "${'a*'.repeat(2000)}"`)}`,
  '?fields=__proto__,constructor&expand=__proto__&orderBy=__proto__&sortBy=toString',
  '/__proto__',
  '/%00',
  '/../../etc/passwd',
  `/${'a/'.repeat(4000)}`,
]
const places: Record<(typeof twinNames)[number], readonly string[]> = {
  jira: ['issue', 'issue/ENG-1', 'search/jql', 'issue/ENG-1/comment', 'user', 'project/ENG'].map(
    (one) => `/rest/api/3/${one}`,
  ),
  okta: ['users', 'users/me', 'groups', 'logs', 'groups/rules', 'sessions/x'].map(
    (one) => `/api/v1/${one}`,
  ),
  slack: ['chat.postMessage', 'conversations.list', 'users.list', 'views.open', 'no.such'].map(
    (one) => `/api/${one}`,
  ),
}

describe.each(Object.entries(places))('%s', (name, paths) => {
  it('has an answer of its own to whatever is sent', async () => {
    const twin = (await loadTwin(name as keyof typeof places)) as TwinDefinition
    const world = World.create({ twins: [twin] })
    const authorization = credentialOf(name, world.mint(name))
    const hold = (entry: CallEntry, what: string) => {
      const { status } = entry.reply
      expect(entry.crash, what).toBeUndefined()
      expect(status < 500 || status === 501, `${what}: ${status}`).toBe(true)
    }
    const send = (call: { method: string; path: string; body?: unknown }, type?: string) => {
      const headers: Record<string, string> = { authorization }
      if (type !== undefined) headers['content-type'] = type
      const what = `${call.method} ${call.path.slice(0, 60)} ${type ?? ''}`
      hold(world.play(name, { ...call, headers }), what)
    }
    const known = world.play(name, { path: paths[1]!, headers: { authorization } })
    expect(known.caller, 'nobody is let in, so nothing is tried').toBeDefined()
    for (const path of paths) {
      for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'OPTIONS', 'TRACE'])
        send({ method, path })
      for (const tail of tails) send({ method: 'GET', path: path + tail })
      for (const body of Object.values(bodies)) {
        for (const type of types) send({ method: 'POST', path, body }, type)
      }
    }
  })
})

/** A credential as the vendor takes it. */
function credentialOf(name: string, minted: Record<string, string>): string {
  if (name === 'slack') return `Bearer ${minted['bot']}`
  if (name === 'okta') return `SSWS ${minted['api']}`
  return `Basic ${btoa(`ada.admin@acme.example:${minted['api']}`)}`
}
