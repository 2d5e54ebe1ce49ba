import { bytes, said, type Tour } from './tour.ts'

/** Every kind of call on the smallest whole twin. */
export const boardTour: Tour = function* () {
  const token = { authorization: 'Bearer board-token' }
  const asJson = { ...token, 'content-type': 'application/json' }
  const first = yield { path: '/notes?limit=1', headers: token }
  const { id } = said<{ id: string }[]>(first)[0]!
  yield { path: '/ping' }
  yield { path: `/notes/${id}`, headers: token }
  yield { path: `/notes/${id}/`, headers: token }
  yield { path: `/%6Eotes/${id}`, headers: token }
  yield { path: `/notes?limit=3&after=${id}`, headers: token }
  yield { path: '/notes?limit=0', headers: token }
  yield { path: '/notes?limit=x', headers: token }
  yield { path: '/notes?limit=2&limit=3', headers: token }
  yield { path: '/notes?author=ada.admin%40acme.example&author=x', headers: token }
  yield { path: '/notes?author=%zz', headers: token }
  yield { path: '/notes', headers: token }
  yield { path: '/notes' }
  yield { path: '/notes', headers: { authorization: 'Bearer nobody' } }
  yield { path: '/notes', headers: { authorization: 'Basic !!' } }
  yield { path: '/nowhere', headers: token }
  yield { path: '/notes/%e2%82', headers: token }
  yield { path: `/notes/${id}`, method: 'HEAD', headers: token }
  yield { path: `/notes/${id}`, method: 'OPTIONS', headers: token }
  yield { path: `/notes/${id}`, method: 'PATCH', headers: asJson, body: bytes('{}') }
  const made = yield {
    path: '/notes',
    method: 'POST',
    headers: asJson,
    body: bytes('{"title":"Grüße, 世界 🎬","pinned":true}'),
  }
  const { id: madeId } = said<{ id: string }>(made)
  yield { path: `/notes/${madeId}`, headers: token }
  yield { path: '/notes', method: 'POST', headers: asJson, body: bytes('{"title":7}') }
  yield { path: '/notes', method: 'POST', headers: asJson }
  const xml = { ...token, 'content-type': 'application/xml' }
  yield { path: '/notes', method: 'POST', headers: xml, body: bytes('<a/>') }
  const form = { ...token, 'content-type': 'application/x-www-form-urlencoded' }
  yield { path: '/notes', method: 'POST', headers: form, body: bytes('title=a+b&title=%C3%BC') }
  yield { path: '/notes', method: 'POST', headers: asJson, body: bytes('"just text"') }
  const long = JSON.stringify({ title: 'x'.repeat(200_000) })
  yield { path: '/notes', method: 'POST', headers: asJson, body: bytes(long) }
  yield {
    path: `/notes/${madeId}`,
    method: 'PUT',
    headers: { ...token, 'content-type': 'Application/JSON; charset=UTF-8' },
    body: bytes('{"title":"Changed"}'),
  }
  yield { path: `/notes/${madeId}`, method: 'DELETE', headers: token }
  yield { path: `/notes/${madeId}`, method: 'DELETE', headers: token }
  yield { path: `/notes/${id}/archive`, method: 'POST', headers: token }
}

/** What body parsers turn away before a twin sees it. */
export const brokenBodies: Tour = function* () {
  const headers = { authorization: 'Bearer board-token', 'content-type': 'application/json' }
  yield { path: '/notes', method: 'POST', headers, body: bytes('{"title":') }
  yield { path: '/notes', method: 'POST', headers, body: Uint8Array.of(34, 0xff, 34) }
  yield { path: '/notes', method: 'POST', headers, body: bytes('[]'.repeat(3)) }
}
