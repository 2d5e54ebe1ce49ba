import { bytes, said, type Tour } from './tour.ts'

/** Slack's ways of passing arguments, its pages, its refusals. */
export const slackTour: Tour = function* ({ bot, user }) {
  const token = { authorization: `Bearer ${bot}` }
  const asJson = { ...token, 'content-type': 'application/json; charset=utf-8' }
  const asForm = { ...token, 'content-type': 'application/x-www-form-urlencoded' }
  const post = (method: string, headers: Record<string, string>, body: string) => ({
    path: `/api/${method}`,
    method: 'POST',
    headers,
    body: bytes(body),
  })
  yield { path: '/api/api.test?foo=bar&foo=baz&leer=%20' }
  yield post('api.test', { 'content-type': 'application/json' }, '{"error":"my_error"}')
  yield { path: '/api/auth.test', method: 'POST', headers: token }
  yield post('auth.test', { 'content-type': asForm['content-type'] }, `token=${user}`)
  yield { path: '/api/auth.test', method: 'POST' }
  yield { path: '/api/auth.test', headers: { authorization: 'Bearer xoxb-nobody' } }
  yield { path: '/api/no.such', method: 'POST', headers: token }
  const page = yield { path: '/api/users.list?limit=2', headers: token }
  const { members, response_metadata: next } = said<{
    members: { id: string }[]
    response_metadata: { next_cursor: string }
  }>(page)
  const cursor = encodeURIComponent(next.next_cursor)
  yield { path: `/api/users.list?limit=2&cursor=${cursor}`, headers: token }
  yield { path: '/api/users.list?cursor=%zz', headers: token }
  yield { path: `/api/users.info?user=${members[0]!.id}`, headers: token }
  yield { path: '/api/users.info?user=U0NOBODY00', headers: token }
  yield { path: `/api/users.info?user=${members[0]!.id}`, method: 'HEAD', headers: token }
  const listed = yield post('conversations.list', asForm, 'limit=1&types=public_channel')
  const channel = said<{ channels: { id: string }[] }>(listed).channels[0]!.id
  yield post('conversations.join', asForm, `channel=${channel}`)
  const message = JSON.stringify({ channel, text: 'Grüße, 世界 🎬 <&>' })
  const posted = yield post('chat.postMessage', asJson, message)
  const { ts } = said<{ ts: string }>(posted)
  yield post('chat.postMessage', asForm, `channel=${channel}&text=a+b%20%F0%9F%8E%AC`)
  yield post('chat.postMessage', asForm, `channel=C0NOBODY00&channel=${channel}&text=x&text=y`)
  const blocks = encodeURIComponent('[{"type":"section","text":{"type":"mrkdwn","text":"*hi*"}}]')
  yield post('chat.postMessage', asForm, `channel=${channel}&blocks=${blocks}`)
  yield post('chat.postMessage', asJson, JSON.stringify({ channel }))
  yield post('chat.postMessage', asJson, '["no object"]')
  yield post('chat.postMessage', { ...token, 'content-type': 'application/xml' }, '<a/>')
  yield post('chat.postMessage', asJson, JSON.stringify({ channel, text: 'x'.repeat(60_000) }))
  yield post('reactions.add', asForm, `channel=${channel}&timestamp=${ts}&name=tada`)
  yield post('reactions.add', asForm, `channel=${channel}&timestamp=${ts}&name=tada`)
  yield { path: `/api/conversations.history?channel=${channel}&limit=3`, headers: token }
  yield post('chat.delete', asForm, `channel=${channel}&ts=${ts}`)
  yield { path: '/api/auth.test', method: 'OPTIONS' }
  yield { path: '/', headers: token }
}
