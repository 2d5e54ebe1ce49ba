import { harmsMachine, insideOnly, refusedByKernel, type Attack } from '../attack.ts'

/** By giving itself power, and by the back doors of the kernel's own table of calls. */
export const powerAttacks: readonly Attack[] = [
  {
    name: 'becomes another user, and gives itself power',
    by: 'python',
    program: `import shutil
isRoot = os.getuid() == 0 and len(range_['addresses']) > 1
def own():
    shutil.copy('/bin/sh', '/tmp/sh')
    os.chmod('/tmp/sh', 0o6755)
    if os.popen('/tmp/sh -p -c "id -u"').read().strip() == '0': return
    raise PermissionError(1, '')
# Where root makes the lane without users of its own, it has root's number, and nothing but that.
if not isRoot:
    attempt('root', lambda: os.setuid(0))
    attempt('group', lambda: os.setgid(0))
    attempt('own program', own)
attempt('another', lambda: os.setuid(4242))
attempt('groups', lambda: os.setgroups([0]))
call('ambient', 157, 167, 47, 2, 21, 0, 0)
header = ctypes.create_string_buffer(struct.pack('=Ii', 0x20080522, 0))
call('capabilities', 126, 91, ctypes.byref(header), ctypes.create_string_buffer(struct.pack('=6I', *([0xffffffff] * 6))))
for program in ['su', 'sudo', 'mount', 'newgrp', 'passwd', 'pkexec']:
    path = shutil.which(program)
    if path and not isRoot and os.popen(path + ' -c "id -u" </dev/null 2>/dev/null').read().strip() == '0': said[program] = 'in'
attempt('priority', lambda: os.setpriority(os.PRIO_PROCESS, 0, -20))
attempt('real time', lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50)))
attempt('limit', lambda: __import__('resource').setrlimit(7, (1 << 20, 1 << 20)))`,
    hears: { groups: 'EPERM', capabilities: 'EPERM', 'real time': 'EPERM' },
    unseen: refusedByKernel,
    control: 'gets out as root',
  },
  {
    name: 'calls the kernel by the tables of other processors',
    by: 'c',
    program: `
#if defined(__x86_64__)
  static const char *names[] = {"x32", "i386"};
  for (int i = 0; i < 2; i++) {
    pid_t child = fork();
    if (child == 0) {
      long made = -1;
      if (i == 0) made = syscall(0x40000000 + 41, 40, 1, 0);
      else __asm__ volatile("int $0x80" : "=a"(made) : "a"(359), "b"(40), "c"(1), "d"(0) : "memory");
      _exit(made >= 0 ? 42 : 1);
    }
    int ended;
    waitpid(child, &ended, 0);
    note(names[i], WIFSIGNALED(ended) ? "killed" : WEXITSTATUS(ended) == 42 ? "in" : "refused");
  }
#else
  note("x32", "killed"); note("i386", "killed");
#endif`,
    hears: { x32: 'killed', i386: 'killed' },
    unseen: refusedByKernel,
    control: 'not tried: not every kernel has these tables',
  },
  {
    name: 'talks to parts of the kernel that a program has no use for',
    by: 'c',
    program: `
  attempt("compare", syscall(SYS_kcmp, getpid(), 1, 0, 0, 0));
  attempt("descriptor table", syscall(SYS_modify_ldt, 0, 0, 0));
  attempt("vhangup", syscall(SYS_vhangup));
  attempt("cookie", syscall(SYS_lookup_dcookie, 0, said, 10));
  attempt("advice to others", syscall(SYS_process_madvise, 3, 0, 0, 0, 0));
  int device = syscall(SYS_mknodat, AT_FDCWD, "/tmp/disk", 0060666, 0x0800);
  attempt("device", device == 0 ? open("/tmp/disk", O_RDWR) : -1);
  attempt("memory", open("/dev/mem", O_RDWR));
  attempt("log", open("/dev/kmsg", O_RDWR));
  attempt("core", open("/proc/kcore", O_RDONLY) >= 0 && read(open("/proc/kcore", O_RDONLY), said + 8000, 1) == 1 ? 0 : -1);`,
    hears: { compare: 'EPERM', vhangup: 'EPERM', memory: 'ENOENT' },
    unseen: insideOnly,
    control: harmsMachine,
  },
]
