import { expect, it } from 'vitest'
import { createService } from './service.ts'

// Nobody listens there: whatever is answered is answered without asking anybody.
const nowhere = 'http://127.0.0.1:9'
const serve = createService({
  okta: { orgUrl: nowhere, token: 'o' },
  jira: { host: nowhere, email: 'bot@acme.example', apiToken: 'j' },
  slack: { apiUrl: `${nowhere}/api/`, token: 's' },
  channel: 'it-offboarding',
  answerMsMax: 1000,
})

it.each([
  ['another path', { method: 'POST', path: '/hr/joiners', body: {} }, 404],
  ['another method', { method: 'GET', path: '/hr/leavers' }, 405],
  ['no body', { method: 'POST', path: '/hr/leavers' }, 400],
  ['no address', { method: 'POST', path: '/hr/leavers', body: { email: 'Robin' } }, 400],
  [
    'an address that would change the search',
    { method: 'POST', path: '/hr/leavers', body: { email: 'a@b" or profile.email pr or "' } },
    400,
  ],
])('turns %s away', async (_, request, status) => {
  expect(await serve(request)).toMatchObject({ status })
})

it('says that it could not, when nobody answers', async () => {
  const body = { email: 'robin.vale@acme.example' }
  const reply = await serve({ method: 'POST', path: '/hr/leavers', body })
  expect(reply.status).toBe(502)
})
