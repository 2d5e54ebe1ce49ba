import { harmsMachine, refusedByKernel, type Attack } from '../attack.ts'

/** Through the kernel's rarer calls. Success outside is proof that the call was made rightly. */
export const kernelAttacks: readonly Attack[] = [
  {
    name: 'makes sockets by a ring of its own (io_uring)',
    by: 'python',
    program: `parameters = ctypes.create_string_buffer(120)
call('setup', 425, 425, 4, ctypes.byref(parameters))
call('enter', 426, 426, 0, 0, 0, 0, 0, 0)`,
    hears: { setup: 'ENOSYS', enter: 'ENOSYS' },
    unseen: refusedByKernel,
    control: 'not tried: not every kernel lets anybody have one',
  },
  {
    name: 'loads programs into the kernel (bpf), and listens to it (perf)',
    by: 'python',
    program: `attributes = ctypes.create_string_buffer(struct.pack('=IIIII', 2, 4, 4, 1, 0), 128)
call('map', 321, 280, 0, ctypes.byref(attributes), 128)
event = ctypes.create_string_buffer(struct.pack('=IIQ', 1, 112, 1), 112)
call('perf', 298, 241, ctypes.byref(event), 0, -1, -1, 0)
call('fault', 323, 282, 0)`,
    hears: { map: 'EPERM', perf: 'EPERM', fault: 'EPERM' },
    unseen: refusedByKernel,
    control: 'gets out as root',
  },
  {
    name: 'reads and writes the keys of whoever started the run',
    by: 'python',
    program: `call('session', 250, 219, 0, -3, 0, 0, 0)
call('user', 250, 219, 0, -4, 0, 0, 0)
call('add', 248, 217, b'user', b'note', mark, len(mark), -3)
call('ask', 249, 218, b'user', b'note', 0, -3)
attempt('list', lambda: None if open('/proc/keys').read() != '' else 'EACCES')`,
    hears: { session: 'EPERM', add: 'EPERM', ask: 'EPERM', list: 'EACCES' },
    unseen: refusedByKernel,
    control: 'gets out',
  },
  {
    name: 'steers and reads other processes (ptrace, memory, descriptors)',
    by: 'python',
    program: `if len(range_['addresses']) > 1: os.kill(1, 0)
child = os.fork()
if child == 0:
    time.sleep(20)
    os._exit(0)
class Vector(ctypes.Structure): _fields_ = [('base', ctypes.c_void_p), ('length', ctypes.c_size_t)]
text = ctypes.create_string_buffer(8)
own = Vector(ctypes.addressof(text), 8)
call('read', 310, 270, child, ctypes.byref(own), 1, ctypes.byref(own), 1, 0)
call('write', 311, 271, child, ctypes.byref(own), 1, ctypes.byref(own), 1, 0)
call('attach', 101, 117, 16, child, 0, 0)
call('seize', 101, 117, 0x4206, child, 0, 0)
if len(range_['addresses']) > 1:
    call('first', 101, 117, 16, 1, 0, 0)
    attempt('memory', lambda: os.pwrite(os.open('/proc/1/mem', os.O_RDWR), b'x', 4096) and None)
    handle = libc.syscall(434, 1, 0)
    call('steal', 438, 438, handle, 0, 0)
os.kill(child, 9)`,
    hears: { read: 'EPERM', attach: 'EPERM', first: 'EPERM', steal: 'EPERM' },
    unseen: refusedByKernel,
    control: 'gets out',
  },
  {
    name: 'mounts, unmounts and moves the root',
    by: 'python',
    program: `call('tmpfs', 165, 40, b'none', b'/tmp', b'tmpfs', 0, 0)
call('bind', 165, 40, b'/', b'/tmp', 0, 0x1000, 0)
call('writable', 165, 40, 0, b'/proc', 0, 0x20 | 0x1000, 0)
call('unmount', 166, 39, b'/proc', 2)
call('cover', 166, 39, b'/etc', 2)
call('pivot', 155, 41, b'/tmp', b'/tmp')
call('chroot', 161, 51, b'/tmp')
call('new', 430, 430, b'tmpfs', 0)
call('tree', 428, 428, -100, b'/', 1)
call('move', 429, 429, -100, b'/tmp', -100, b'/usr', 0)
call('set', 442, 442, -100, b'/', 0x8000, 0, 0)`,
    hears: {
      tmpfs: 'EPERM',
      bind: 'EPERM',
      unmount: 'EPERM',
      pivot: 'EPERM',
      chroot: 'EPERM',
      new: 'EPERM',
      tree: 'EPERM',
      set: 'EPERM',
    },
    unseen: refusedByKernel,
    control: harmsMachine,
  },
  {
    name: 'makes namespaces of its own, to be root there',
    by: 'python',
    program: `for name, flag in {'user': 0x10000000, 'net': 0x40000000, 'mount': 0x20000, 'pid': 0x20000000, 'ipc': 0x08000000, 'uts': 0x04000000, 'time': 0x80, 'cgroup': 0x02000000}.items():
    call(name, 272, 97, flag)
child = libc.syscall(56 if isX64 else 220, 0x10000000 | 17, 0, 0, 0, 0)
if child == 0: os._exit(0)
said['clone'] = 'in' if child > 0 else codeOf(ctypes.get_errno())
arguments = ctypes.create_string_buffer(struct.pack('=8Q', 0x10000000, 0, 0, 0, 17, 0, 0, 0), 64)
child = libc.syscall(435, ctypes.byref(arguments), 64)
if child == 0: os._exit(0)
said['clone3'] = 'in' if child > 0 else codeOf(ctypes.get_errno())`,
    hears: {
      user: 'EPERM',
      net: 'EPERM',
      mount: 'EPERM',
      time: 'EPERM',
      clone: 'EPERM',
      clone3: 'ENOSYS',
    },
    unseen: refusedByKernel,
    control: 'gets out',
  },
  {
    name: 'enters the namespaces of others',
    by: 'python',
    program: `target = 1 if len(range_['addresses']) > 1 else os.getppid()
for kind in ['net', 'mnt', 'user', 'pid', 'ipc']:
    def enter():
        if libc.syscall(308 if isX64 else 268, os.open('/proc/%d/ns/%s' % (target, kind), os.O_RDONLY), 0) != 0: raise OSError(ctypes.get_errno(), '')
    attempt(kind, enter)
def by_process():
    handle = libc.syscall(434, target, 0)
    if libc.syscall(308 if isX64 else 268, handle, 0x40000000) != 0: raise OSError(ctypes.get_errno(), '')
attempt('by process', by_process)
def owner():
    import fcntl
    fcntl.ioctl(os.open('/proc/self/ns/user', os.O_RDONLY), 0xb701)
attempt('owner', owner)`,
    hears: { net: 'EPERM', mnt: 'EPERM', 'by process': 'EPERM', owner: 'EPERM' },
    unseen: refusedByKernel,
    control: 'gets out as root',
  },
  {
    name: 'opens files by handles, past every path',
    by: 'python',
    program: `handle = ctypes.create_string_buffer(struct.pack('=Ii', 128, 0), 136)
mount = ctypes.c_int()
call('name', 303, 264, -100, b'/usr', ctypes.byref(handle), ctypes.byref(mount), 0)
root = os.open('/usr', os.O_RDONLY)
shocker = ctypes.create_string_buffer(struct.pack('=IiQ', 8, 1, 2), 136)
call('open', 304, 265, root, ctypes.byref(shocker), 0)
call('watch', 300, 262, 0, 0)`,
    hears: { name: 'EPERM', open: 'EPERM', watch: 'EPERM' },
    unseen: refusedByKernel,
    control: 'gets out as root',
  },
  {
    name: 'loads modules, restarts, swaps and renames the machine',
    by: 'python',
    program: `for name, x64, arm64 in [('module', 175, 105), ('file module', 313, 273), ('no module', 176, 106), ('kexec', 246, 104), ('kexec file', 320, 294), ('swap on', 167, 224), ('swap off', 168, 225), ('accounting', 163, 89), ('quota', 179, 60), ('ports', 172, -1), ('log', 103, 116)]:
    if isX64 or arm64 > 0: call(name, x64, arm64, 0, 0, 0, 0, 0)
call('restart', 169, 142, 0xfee1dead, 672274793, 0x1234567, 0)
call('host', 170, 161, b'x', 1)
call('domain', 171, 162, b'x', 1)`,
    hears: { module: 'EPERM', restart: 'EPERM', host: 'EPERM', 'swap off': 'EPERM' },
    unseen: refusedByKernel,
    control: harmsMachine,
  },
  {
    name: 'sets the clock of the machine, or its own against that of the world',
    by: 'python',
    program: `now = struct.pack('=qq', 1000000000, 0)
call('time of day', 164, 170, now, 0)
call('clock', 227, 112, 0, now)
call('adjust', 159, 171, ctypes.create_string_buffer(struct.pack('=Iq', 0x4001, 1 << 20), 208))
call('adjust clock', 305, 266, 0, ctypes.create_string_buffer(struct.pack('=Iq', 0x4001, 1 << 20), 208))
attempt('offsets', lambda: open('/proc/self/timens_offsets', 'w').write('monotonic 86400 0') and None)
attempt('device', lambda: os.open('/dev/rtc0', os.O_RDONLY) and None)
def alarm():
    time.clock_settime(time.CLOCK_REALTIME, 1e9)
attempt('library', alarm)`,
    hears: {
      'time of day': 'EPERM',
      clock: 'EPERM',
      adjust: 'EPERM',
      library: 'EPERM',
      device: 'ENOENT',
    },
    unseen: refusedByKernel,
    control: harmsMachine,
  },
]
