import { harmsMachine, insideOnly, refusedByKernel, type Attack } from '../attack.ts'

/** By sockets that no network namespace fences, and by what was left open. */
export const doorAttacks: readonly Attack[] = [
  {
    name: 'knocks at sockets that lie on the disk: a canary, the engine of containers, agents, the desktop',
    by: 'node',
    program: `await attempt('canary', () => tcp({ path: range.unixSocket }))
await attempt('link', () => tcp({ path: '../outside/door' }))
await attempt('own folder', () => tcp({ path: '../door' }))
if (range.addresses.length > 1) for (const path of ['/var/run/docker.sock', '/run/docker.sock', '/tmp/dk/docker.sock', '/run/containerd/containerd.sock', '/run/dbus/system_bus_socket', '/run/systemd/private', '/run/systemd/journal/socket', '/tmp/.X11-unix/X0', '/run/user/1000/bus', '/run/user/0/gnupg/S.gpg-agent', '/run/nscd/socket', '/dev/log']) await attempt(path, () => tcp({ path }))
said.agent = String(process.env.SSH_AUTH_SOCK) + String(process.env.DOCKER_HOST) + String(process.env.DBUS_SESSION_BUS_ADDRESS)`,
    hears: {
      canary: 'ENOENT',
      link: 'ENOENT',
      'own folder': 'ECONNREFUSED',
      agent: 'undefinedundefinedundefined',
    },
    unseen: refusedByKernel,
    control: 'gets out',
  },
  {
    name: 'knocks at sockets that have a name but no file',
    by: 'python',
    program: `def knock(name, kind=socket.SOCK_STREAM):
    one = socket.socket(socket.AF_UNIX, kind)
    one.settimeout(3)
    one.connect(name)
    one.send(mark)
    if one.recv(100) != b'canary': raise OSError('no canary')
attempt('canary', lambda: knock(range_['abstractSocket']))
if len(range_['addresses']) > 1:
    for name in ['/tmp/.X11-unix/X0', '/org/freedesktop/systemd1/notify', '/containerd-shim/x', '/com/ubuntu/upstart']:
        attempt(name, lambda: knock('\\0' + name))
    said['listed'] = len([line for line in open('/proc/net/unix') if '@' in line])`,
    hears: { canary: 'ECONNREFUSED', listed: 0 },
    unseen: refusedByKernel,
    control: 'gets out',
  },
  {
    name: 'calls the host of a virtual machine',
    by: 'python',
    program: `attempt('stream', lambda: socket.socket(40, socket.SOCK_STREAM) and None)
attempt('datagrams', lambda: socket.socket(40, socket.SOCK_DGRAM) and None)
attempt('packets', lambda: socket.socket(40, 5) and None)
attempt('pair', lambda: socket.socketpair(40, socket.SOCK_STREAM) and None)
for device in ['/dev/vsock', '/dev/vhost-vsock', '/dev/vport0p1', '/dev/hvc0', '/dev/kvm']:
    attempt(device, lambda: os.open(device, os.O_RDWR) and None)`,
    hears: {
      stream: 'EAFNOSUPPORT',
      datagrams: 'EAFNOSUPPORT',
      pair: 'EAFNOSUPPORT',
      '/dev/vsock': 'ENOENT',
      '/dev/kvm': 'ENOENT',
    },
    unseen: refusedByKernel,
    control: 'gets out as root',
  },
  {
    name: 'makes sockets of packets, in old and new ways',
    by: 'python',
    program: `attempt('raw', lambda: socket.socket(17, socket.SOCK_RAW, 0x300) and None)
attempt('datagrams', lambda: socket.socket(17, socket.SOCK_DGRAM, 0x300) and None)
attempt('old', lambda: socket.socket(socket.AF_INET, 10, 0x300) and None)
attempt('xdp', lambda: socket.socket(44, socket.SOCK_RAW) and None)`,
    hears: { raw: 'EAFNOSUPPORT', datagrams: 'EAFNOSUPPORT', xdp: 'EAFNOSUPPORT' },
    unseen: refusedByKernel,
    control: 'gets out as root',
  },
  {
    name: 'makes sockets of every family that the kernel may know',
    by: 'python',
    program: `made = []
pairs = []
for family in range(0, 46):
    if family in (1, 2, 10, 16): continue
    for kind in (1, 2, 3, 5):
        try:
            socket.socket(family, kind, 0).close()
            made.append(family)
        except OSError: pass
        try:
            socket.socketpair(family, kind, 0)
            pairs.append(family)
        except (OSError, ValueError): pass
for family in set(made): said['family %d' % family] = 'in'
for family in set(pairs): said['pair %d' % family] = 'in'
said['tried'] = 42`,
    hears: { tried: 42 },
    unseen: refusedByKernel,
    control: 'gets out as root',
  },
  {
    name: 'types into the terminal of whoever started the run',
    by: 'python',
    program: `import fcntl
def type_into(device, request, data):
    one = os.open(device, os.O_RDWR | os.O_NOCTTY)
    fcntl.ioctl(one, request, data)
attempt('own', lambda: type_into('/dev/tty', 0x5412, b'x'))
for name in ['/dev/console', '/dev/tty1', '/dev/pts/0', '/proc/1/fd/0']:
    attempt(name, lambda: type_into(name, 0x5412, b'x'))
def pair():
    one, two = os.openpty()
    os.setsid() if os.getpid() != os.getsid(0) else None
    fcntl.ioctl(two, 0x5412, b'x')
attempt('pair', pair)
attempt('console', lambda: fcntl.ioctl(0, 0x541c, b'\\2'))`,
    hears: { console: 'EPERM' },
    unseen: insideOnly,
    control: harmsMachine,
  },
  {
    name: 'lists and uses what was left open for it',
    by: 'python',
    program: `for name in sorted(os.listdir('/proc/self/fd')):
    number = int(name)
    if number < 3: continue
    try: target = os.readlink('/proc/self/fd/' + name)
    except OSError: continue
    if target == '/proc/%d/fd' % os.getpid() or target == '/dev/null': continue
    said['%s: %s' % (name, target)] = 'in'
def parent():
    for name in os.listdir('/proc/1/fd'):
        target = os.readlink('/proc/1/fd/' + name)
        if not target.startswith(('pipe:', 'socket:', 'anon_inode:', '/dev/null', '/proc')): raise OSError('open: ' + target)
    return 'nothing'
attempt('of the sandbox', parent)
said['counted'] = True`,
    hears: { counted: true },
    unseen: insideOnly,
    control: 'not tried: a run of its own plants one, see hostile-run.test.ts',
  },
]
