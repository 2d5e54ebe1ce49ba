import { harmsMachine, insideOnly, leavesMachine, refusedByKernel, type Attack } from '../attack.ts'

/** Straight to an address, by every protocol there is. */
export const networkAttacks: readonly Attack[] = [
  {
    name: 'connects to every address of the machine outside',
    by: 'node',
    program: `for (const host of range.addresses) await attempt(host, () => tcp({ host, port: range.tcpPort }))`,
    seen: ({ addresses, tcpPort }) =>
      addresses
        .filter((one) => one !== '127.0.0.1')
        .map((one) => `connect tcp://${one.includes(':') ? `[${one}]` : one}:${tcpPort}`),
    control: 'gets out',
  },
  {
    name: 'calls the server of the run past its gateway, by its port and as an administrator',
    by: 'node',
    program: `const ask = (host, path) => raw(host, range.serverPort, 'GET ' + path + ' HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n')
for (const host of range.addresses) await attempt(host, async () => { const heard = await ask(host, '/w/' + range.otherWorld + '/slack/api/api.test'); return heard === '200' ? 'in' : heard })
for (const path of ['/_admin/worlds', '/_backlot/worlds', '/worlds', '/admin/worlds']) await attempt(path, () => raw('127.0.0.1', 80, 'GET ' + path + ' HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n'))`,
    hears: { '127.0.0.1': 'ECONNREFUSED', '/worlds': '404' },
    seen: ({ addresses, serverPort }) =>
      addresses
        .filter((one) => one.includes('.') && one !== '127.0.0.1')
        .map((one) => `connect tcp://${one}:${serverPort}`),
    control: 'gets out',
  },
  {
    name: 'tries the ports of databases, mail and shells',
    by: 'node',
    program: `for (const port of [22, 25, 53, 389, 853, 1433, 2375, 3306, 5432, 6379, 8080, 9200, 27017, 65000, 65535]) await attempt(port, () => tcp({ host: '203.0.113.80', port }))
await attempt('smtp', () => tcp({ host: 'smtp.evil.example', port: 587 }))`,
    hears: { 22: 'ECONNRESET', 5432: 'ECONNRESET', smtp: 'ECONNRESET' },
    seen: [22, 25, 53, 389, 853, 1433, 2375, 3306, 5432, 6379, 8080, 9200, 27017, 65000, 65535]
      .map((port) => `connect tcp://203.0.113.80:${port}`)
      .concat('lookup smtp.evil.example', 'connect tcp://smtp.evil.example:587'),
    control: leavesMachine,
  },
  {
    name: 'sends datagrams to the machine outside and to the world',
    by: 'node',
    program: `for (const host of range.addresses.filter((one) => !one.includes(':'))) await attempt(host, () => udp(host, range.udpPort))
if (range.addresses.length > 1) for (const port of [123, 161, 443, 514, 51820]) await attempt('world' + port, () => udp('203.0.113.9', port))`,
    seen: ({ addresses, udpPort }) =>
      addresses
        .filter((one) => one.includes('.') && one !== '127.0.0.1')
        .map((one) => `send udp://${one}:${udpPort}`)
        .concat([123, 161, 443, 514, 51820].map((port) => `send udp://203.0.113.9:${port}`)),
    control: 'gets out',
  },
  {
    name: 'makes raw and ICMP sockets',
    by: 'python',
    program: `for name, args in {'raw': (socket.AF_INET, socket.SOCK_RAW, 255), 'icmp': (socket.AF_INET, socket.SOCK_RAW, 1), 'tcp': (socket.AF_INET, socket.SOCK_RAW, 6), 'icmp6': (socket.AF_INET6, socket.SOCK_RAW, 58), 'gre': (socket.AF_INET, socket.SOCK_RAW, 47)}.items():
    attempt(name, lambda: socket.socket(*args) and None)
def ping():
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, 1)
    one.settimeout(1)
    one.sendto(b'\\x08\\0\\0\\0\\0\\1\\0\\1' + mark, ('127.0.0.1' if len(range_['addresses']) == 1 else '203.0.113.9', 0))
    one.recv(100)
attempt('ping', ping)`,
    hears: { raw: 'EPROTONOSUPPORT', icmp: 'EPERM', tcp: 'EPERM', icmp6: 'EPERM' },
    unseen: refusedByKernel,
    control: 'gets out as root',
  },
  {
    name: 'goes by IPv6, by mapped addresses and by zones',
    by: 'node',
    program: `await attempt('own', () => tcp({ host: '::1', port: range.tcpPort }))
await attempt('mapped', () => tcp({ host: '::ffff:127.0.0.1', port: range.tcpPort }))
if (range.addresses.length > 1) {
  await attempt('global', () => tcp({ host: '2001:db8::1', port: 8443 }))
  await attempt('web', () => tcp({ host: '2001:db8::2', port: 443 }))
  await attempt('local', () => tcp({ host: 'fd00::2', port: range.tcpPort }))
  await attempt('mapped far', () => tcp({ host: '::ffff:203.0.113.9', port: 7000 }))
  await attempt('zone', () => tcp({ host: 'fe80::1%lo', port: 7001 }))
  await attempt('udp', () => udp('2001:db8::3', 53, 'x'))
  await attempt('translated', () => tcp({ host: '64:ff9b::203.0.113.9', port: 7002 }))
}`,
    hears: { own: 'ECONNREFUSED', mapped: 'ECONNREFUSED', global: 'ECONNRESET' },
    seen: [
      'connect tcp://[2001:db8::1]:8443',
      'connect tcp://[2001:db8::2]:443',
      'connect tcp://[fd00::2]:\\d+',
      'connect tcp://203.0.113.9:7000',
      'send udp://[2001:db8::3]:53',
      'connect tcp://[64:ff9b::cb00:7109]:7002',
    ].map((one) => (one.includes('\\d') ? /^connect tcp:\/\/\[fd00::2\]:\d+$/ : one)),
    control: 'gets out',
  },
  {
    name: 'asks the metadata services of clouds for credentials',
    by: 'node',
    program: `const ask = (url, options) => fetch(url, { signal: AbortSignal.timeout(5000), ...options }).then((reply) => reply.status)
await attempt('aws', () => ask('http://169.254.169.254/latest/meta-data/iam/security-credentials/'))
await attempt('token', () => ask('http://169.254.169.254/latest/api/token', { method: 'PUT', headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '60' } }))
await attempt('google', () => ask('http://metadata.google.internal/computeMetadata/v1/', { headers: { 'metadata-flavor': 'Google' } }))
await attempt('six', () => ask('http://[fd00:ec2::254]/latest/meta-data/'))
await attempt('tasks', () => ask('http://169.254.170.2/v2/credentials'))
await attempt('alibaba', () => ask('http://100.100.100.200/latest/meta-data/'))
await attempt('link', () => tcp({ host: '169.254.1.1', port: 7003 }))`,
    hears: { aws: 502, token: 502, google: 502, six: 502, tasks: 502, link: 'ECONNRESET' },
    seen: [
      'GET http://169.254.169.254/latest/meta-data/iam/security-credentials/',
      'PUT http://169.254.169.254/latest/api/token',
      'lookup metadata.google.internal',
      'GET http://metadata.google.internal/computeMetadata/v1/',
      'GET http://[fd00:ec2::254]/latest/meta-data/',
      'GET http://169.254.170.2/v2/credentials',
      'connect tcp://169.254.1.1:7003',
    ],
    control: leavesMachine,
  },
  {
    name: 'shouts to everybody: broadcast and multicast',
    by: 'node',
    program: `await attempt('broadcast', () => udp('255.255.255.255', 9999, 'x', (socket) => socket.setBroadcast(true)))
await attempt('subnet', () => udp('192.0.2.255', 9999, 'x', (socket) => socket.setBroadcast(true)))
await attempt('mdns', () => udp('224.0.0.251', 5353))
await attempt('ssdp', () => udp('239.255.255.250', 1900))
await attempt('six', () => udp('ff02::1%lo', 5354))`,
    seen: [
      /^send udp:\/\/255\.255\.255\.255:9999$/,
      'send udp://224.0.0.251:5353',
      'send udp://239.255.255.250:1900',
    ],
    control: leavesMachine,
  },
  {
    name: 'speaks protocols that no ledger knows: SCTP, DCCP, UDP-Lite, MPTCP',
    by: 'python',
    program: `for name, kind, protocol in [('sctp', socket.SOCK_STREAM, 132), ('dccp', 6, 33), ('udplite', socket.SOCK_DGRAM, 136), ('mptcp', socket.SOCK_STREAM, 262), ('sctp6', socket.SOCK_STREAM, 132)]:
    attempt(name, lambda: socket.socket(socket.AF_INET6 if name.endswith('6') else socket.AF_INET, kind, protocol) and None)`,
    hears: { sctp: 'EPROTONOSUPPORT', udplite: 'EPROTONOSUPPORT', mptcp: 'EPROTONOSUPPORT' },
    unseen: refusedByKernel,
    control: 'gets out',
  },
  {
    name: 'listens where its gateway listens',
    by: 'python',
    program: `def listen(port, host='127.0.0.1', kind=socket.SOCK_STREAM):
    one = socket.socket(socket.AF_INET6 if ':' in host else socket.AF_INET, kind)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    one.bind((host, port))
    if kind == socket.SOCK_STREAM: one.listen()
for port in (443, 80, 65000):
    attempt(str(port), lambda: listen(port))
    attempt('all' + str(port), lambda: listen(port, '0.0.0.0'))
    attempt('six' + str(port), lambda: listen(port, '::'))
attempt('dns', lambda: listen(53, '127.0.0.1', socket.SOCK_DGRAM))
attempt('named', lambda: listen(443, socket.gethostbyname('slack.com')))`,
    hears: {
      443: 'EACCES',
      80: 'EACCES',
      dns: 'EACCES',
      65000: 'EADDRINUSE',
      all65000: 'EADDRINUSE',
    },
    unseen: insideOnly,
    control: 'gets out as root',
  },
  {
    name: 'changes its own network: routes, addresses, devices, rules, transparent sockets',
    by: 'python',
    program: `def netlink(kind, flags, body):
    one = socket.socket(16, socket.SOCK_RAW, 0)
    one.settimeout(2)
    one.send(struct.pack('=IHHII', 16 + len(body), kind, flags | 5, 1, 0) + body)
    number = struct.unpack('=i', one.recv(4096)[16:20])[0]
    if number != 0: raise OSError(-number, 'refused')
route = struct.pack('=BBBBBBBBI', 2, 0, 0, 0, 255, 4, 254, 2, 0)
attempt('new route', lambda: netlink(24, 0x400, route))
attempt('no route', lambda: netlink(25, 0, route))
attempt('address', lambda: netlink(20, 0x400, struct.pack('=BBBBI', 2, 24, 0, 0, 1) + struct.pack('=HH4s', 8, 2, bytes([10, 9, 8, 7]))))
attempt('device', lambda: netlink(16, 0x400, struct.pack('=BxHiII', 0, 0, 0, 0, 0)))
attempt('down', lambda: netlink(16, 0, struct.pack('=BxHiII', 0, 0, 1, 0, 1)))
for name, family in [('netfilter', 12), ('generic', 16), ('audit', 9), ('diag', 4)]:
    attempt(name, lambda: socket.socket(16, socket.SOCK_RAW, family) and None)
def option(level, number, value=1):
    one = socket.socket()
    one.setsockopt(level, number, value)
attempt('transparent', lambda: option(0, 19))
attempt('mark', lambda: option(1, 36))
attempt('device bound', lambda: option(1, 25, b'eth0\\0'))`,
    hears: {
      'new route': 'EPERM',
      'no route': 'EPERM',
      address: 'EPERM',
      down: 'EPERM',
      netfilter: 'EPROTONOSUPPORT',
      transparent: 'EPERM',
    },
    unseen: refusedByKernel,
    control: harmsMachine,
  },
  {
    name: 'flushes the ledger and the routes with the tools of an administrator',
    by: 'sh',
    program: `PATH=$PATH:/usr/sbin:/sbin
try rules nft flush ruleset
try table nft delete table inet lane
try route ip route del local default dev lo
try route6 ip -6 route del local ::/0 dev lo
try link ip link set lo down
try tables iptables -F
try switch 'echo 1 > /proc/sys/net/ipv4/ip_forward'
try names 'echo nameserver 9.9.9.9 > /etc/resolv.conf'
try hosts 'echo 203.0.113.1 slack.com >> /etc/hosts'
try trust 'echo x > /etc/ssl/certs/ca-certificates.crt'
try trust2 'rm -rf /etc/ssl'`,
    unseen: refusedByKernel,
    control: harmsMachine,
  },
]
