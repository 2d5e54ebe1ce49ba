import { bytes, said, type Tour } from './tour.ts'

/** Okta's users and groups, its links, its refusals. */
export const oktaTour: Tour = function* ({ api }) {
  const token = { authorization: `SSWS ${api}`, accept: 'application/json' }
  const asJson = { ...token, 'content-type': 'application/json' }
  const post = (path: string, body?: string, headers: Record<string, string> = asJson) => ({
    path: `/api/v1${path}`,
    method: 'POST',
    headers,
    ...(body === undefined ? {} : { body: bytes(body) }),
  })
  const page = yield { path: '/api/v1/users?limit=2', headers: token }
  const after = /after=([^&>]+)/.exec(page.headers['link'] ?? '')?.[1]
  yield { path: `/api/v1/users?limit=2&after=${after}`, headers: token }
  yield { path: '/api/v1/users?limit=x', headers: token }
  yield { path: '/api/v1/users?filter=status%20eq%20%22ACTIVE%22&limit=3', headers: token }
  yield { path: '/api/v1/users?filter=status+eq', headers: token }
  yield { path: '/api/v1/users?search=%zz', headers: token }
  yield { path: '/api/v1/users/grace.nguyen%40acme.example', headers: token }
  yield { path: '//api//v1/users/grace.nguyen@acme.example/', headers: token }
  yield { path: '/api/v1/users/nobody', headers: token }
  yield { path: '/api/v1/users' }
  yield { path: '/api/v1/users', headers: { authorization: 'SSWS nobody' } }
  yield { path: '/api/v1/nowhere', headers: token }
  yield { path: '/api/v1/users', method: 'PATCH', headers: asJson, body: bytes('{}') }
  const profile = {
    firstName: 'Zoë',
    lastName: '世界 🎬',
    email: 'zoe@acme.example',
    login: 'zoe@acme.example',
  }
  const made = yield post('/users?activate=true', JSON.stringify({ profile }))
  const { id } = said<{ id: string }>(made)
  yield post('/users?activate=true', JSON.stringify({ profile }))
  yield post('/users', JSON.stringify({ profile: { login: 'x' } }))
  yield post('/users')
  yield post('/users', 'login=x', { ...token, 'content-type': 'application/x-www-form-urlencoded' })
  yield post('/users', '<a/>', { ...token, 'content-type': 'application/xml' })
  yield { path: `/api/v1/users/${id}`, method: 'HEAD', headers: token }
  yield { path: `/api/v1/users/${id}`, method: 'OPTIONS', headers: token }
  yield post(`/users/${id}`, JSON.stringify({ profile: { nickName: 'Zo' } }))
  const group = yield post('/groups', JSON.stringify({ profile: { name: 'Tour' } }))
  const { id: groupId } = said<{ id: string }>(group)
  yield { path: `/api/v1/groups/${groupId}/users/${id}`, method: 'PUT', headers: token }
  yield { path: `/api/v1/groups/${groupId}/users?limit=1`, headers: token }
  yield post(`/users/${id}/lifecycle/suspend`)
  yield post(`/users/${id}/lifecycle/suspend`)
  yield { path: `/api/v1/users/${id}/sessions`, method: 'DELETE', headers: token }
  yield { path: `/api/v1/users/${id}`, method: 'DELETE', headers: token }
  yield { path: `/api/v1/users/${id}`, method: 'DELETE', headers: token }
  yield { path: `/api/v1/users/${id}`, headers: token }
  yield { path: '/api/v1/logs?limit=5', headers: token }
}
