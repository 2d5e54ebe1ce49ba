import { bytes, said, type Tour } from './tour.ts'

/** Jira's issues, its query language, its transitions, its refusals. */
export const jiraTour: Tour = function* (credentials) {
  const pair = Buffer.from(`ada.admin@acme.example:${credentials['api']}`).toString('base64')
  const token = { authorization: `Basic ${pair}`, accept: 'application/json' }
  const asJson = { ...token, 'content-type': 'application/json' }
  const send = (method: string, path: string, body?: unknown) => ({
    path: `/rest/api/3${path}`,
    method,
    headers: body === undefined ? token : asJson,
    ...(body === undefined ? {} : { body: bytes(JSON.stringify(body)) }),
  })
  yield send('GET', '/myself')
  yield { path: '/rest/api/3/myself' }
  yield { path: '/rest/api/3/myself', headers: { authorization: 'Basic bm9ib2R5OnRva2Vu' } }
  yield { path: '/rest/api/2/myself', headers: token }
  yield send('HEAD', '/myself')
  yield send('OPTIONS', '/myself')
  yield send('GET', '/nowhere')
  yield send('PATCH', '/myself', {})
  const found = yield send('GET', '/project/search?maxResults=1')
  const { key } = said<{ values: { key: string }[] }>(found).values[0]!
  yield send('GET', `/project/${key.toLowerCase()}`)
  yield send('GET', '/project/NOPE')
  yield send('GET', '/project/search?maxResults=x')
  yield send('GET', '/user/search?query=grace%40x&query=grace')
  const fields = {
    project: { key },
    issuetype: { name: 'Task' },
    summary: 'Grüße, 世界 🎬',
    description: { type: 'doc', version: 1, content: [] },
  }
  const made = yield send('POST', '/issue', { fields })
  const issue = said<{ key: string }>(made).key
  yield send('POST', '/issue', { fields: { project: { key } } })
  yield send('POST', '/issue')
  yield { ...send('POST', '/issue'), headers: asJson, body: bytes('') }
  const xml = { ...token, 'content-type': 'application/xml' }
  yield { ...send('POST', '/issue'), headers: xml, body: bytes('<a/>') }
  yield send('GET', `/issue/${issue}?fields=summary&fields=status`)
  yield send('GET', `/issue/${issue}?fields=summary%2Cstatus&expand=names`)
  yield send('GET', '/issue/NOPE-1')
  yield send('GET', '/issue/%zz')
  const jql = encodeURIComponent(`project = ${key} AND summary ~ "世界" ORDER BY created DESC`)
  yield send('GET', `/search/jql?jql=${jql}&fields=summary&maxResults=2`)
  yield send('POST', '/search/jql', { jql: 'project = ', maxResults: 2 })
  yield send('POST', '/search/jql', { jql: `project = ${key}`, maxResults: 2, fields: ['summary'] })
  const told = { body: { type: 'doc', version: 1, content: [] } }
  yield send('POST', `/issue/${issue}/comment`, told)
  const moves = yield send('GET', `/issue/${issue}/transitions`)
  const { id } = said<{ transitions: { id: string }[] }>(moves).transitions[0]!
  yield send('POST', `/issue/${issue}/transitions`, { transition: { id } })
  yield send('POST', `/issue/${issue}/transitions`, { transition: { id: '9999' } })
  yield send('PUT', `/issue/${issue}/assignee`, { accountId: null })
  yield send('PUT', `/issue/${issue}`, { fields: { summary: 'x'.repeat(100_000) } })
  yield send('DELETE', `/issue/${issue}`)
  yield send('DELETE', `/issue/${issue}`)
}
