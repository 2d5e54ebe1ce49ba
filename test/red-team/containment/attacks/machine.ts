import { harmsMachine, insideOnly, refusedByKernel, type Attack } from '../attack.ts'

/** At the disk and the secrets of the machine outside. */
export const machineAttacks: readonly Attack[] = [
  {
    name: 'reads files outside: by their paths, by links, by the roots of other processes',
    by: 'node',
    program: `const read = (path) => { const text = fs.readFileSync(path, 'utf8'); return text.startsWith('canary-') ? text : 'read: ' + text.slice(0, 20) }
await attempt('path', () => read(range.outside + '/secret.txt'))
await attempt('link', () => read('../outside/secret.txt'))
await attempt('up', () => read('../../../../../../..' + range.outside + '/secret.txt'))
await attempt('own root', () => read('/proc/self/root' + range.outside + '/secret.txt'))
await attempt('own link', () => { fs.symlinkSync(range.outside, process.env.TMPDIR + '/way'); return read(process.env.TMPDIR + '/way/secret.txt') })
if (range.addresses.length > 1) {
  for (const pid of fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name))) {
    for (const door of ['root', 'cwd']) await attempt(door + pid, () => read('/proc/' + pid + '/' + door + range.outside + '/secret.txt'))
  }
  for (const path of ['../shadow', '/etc/shadow', '/etc/gshadow', '/root/.ssh/id_rsa', '/root/.npmrc', '/etc/machine-id', '/var/log/syslog', '/boot', '/sys/class/dmi/id/product_uuid']) {
    await attempt(path, () => { const text = read(path); return text === 'read: ' ? 'empty' : 'in' })
  }
  await attempt('environment', () => fs.readFileSync('/proc/1/environ', 'utf8').replace('PWD=/\\0', ''))
  said.neighbours = fs.readdirSync('..').length > 0 ? fs.readdirSync('/tmp').filter((name) => name === 'way' || !fs.readFileSync('/proc/self/mountinfo', 'utf8').includes(' /tmp/' + name)).join() : 'none'
}`,
    hears: {
      path: 'ENOENT',
      link: 'ENOENT',
      'own root': 'ENOENT',
      '/etc/shadow': 'ENOENT',
      '../shadow': 'ENOENT',
      environment: '',
      neighbours: 'way',
    },
    unseen: refusedByKernel,
    control: 'gets out',
  },
  {
    name: 'writes to files outside: by path, by a link of its own, by a descriptor of another',
    by: 'sh',
    program: `try path 'echo "$mark" > "$outside/writable.txt"'
try link 'echo "$mark" > ../outside/writable.txt'
try own 'ln -s "$outside" "$TMPDIR/way" && echo "$mark" > "$TMPDIR/way/writable.txt"'
try first 'echo "$mark" > /proc/1/root"$outside"/writable.txt'
try hard 'ln "$outside/writable.txt" "$TMPDIR/hard" && echo "$mark" > "$TMPDIR/hard"'`,
    unseen: refusedByKernel,
    control: 'gets out',
  },
  {
    name: 'changes its own folder, which the next trial will read',
    by: 'node',
    program: `const change = (name, body) => attempt(name, () => { body(); return 'in' })
const own = fs.readdirSync('.')[0]
await change('write', () => fs.writeFileSync(own, 'x'))
await change('new', () => fs.writeFileSync('new', 'x'))
await change('rename', () => fs.renameSync(own, 'y'))
await change('remove', () => fs.rmSync(own))
await change('mode', () => fs.chmodSync(own, 0o777))
await change('owner', () => fs.chownSync(own, 1000, 1000))
await change('time', () => fs.utimesSync(own, 1, 1))
await change('link', () => fs.symlinkSync('/etc', 'link'))
await change('hard link', () => fs.linkSync(own, '/tmp/hard'))
await change('socket', () => execFileSync('mkfifo', ['pipe'], { stdio: 'pipe' }))
await change('truncate', () => fs.truncateSync(own))
await change('packages', () => fs.mkdirSync('../node_modules'))
await change('program', () => fs.writeFileSync(process.execPath, 'x'))
await change('system', () => fs.writeFileSync('/usr/bin/node', 'x'))
await change('library', () => fs.appendFileSync('/etc/ld.so.preload', '/tmp/x.so'))
await change('settings', () => fs.writeFileSync('../.npmrc', 'x'))`,
    hears: {
      write: 'EROFS',
      new: 'EROFS',
      rename: 'EROFS',
      mode: 'EROFS',
      'hard link': 'EXDEV',
      program: 'EROFS',
      library: 'EROFS',
    },
    unseen: refusedByKernel,
    control: 'not tried: outside it may change its own folder',
  },
  {
    name: 'turns the switches of the machine under /proc and /sys',
    by: 'sh',
    program: `for file in kernel/core_pattern kernel/hostname kernel/modprobe kernel/sysrq kernel/panic kernel/randomize_va_space kernel/ns_last_pid vm/overcommit_memory vm/drop_caches fs/file-max fs/binfmt_misc/register net/ipv4/ip_forward net/ipv4/ip_unprivileged_port_start net/ipv4/ping_group_range net/ipv4/tcp_max_tw_buckets user/max_user_namespaces; do
  try "$file" "echo 1 > /proc/sys/$file"
done
try trigger 'echo b > /proc/sysrq-trigger'
try map 'echo "0 0 1" > /proc/self/uid_map'
try adjust 'echo -1000 > /proc/self/oom_score_adj'
try groups 'mkdir /sys/fs/cgroup/escape'
try release 'echo /tmp/x > /sys/fs/cgroup/release_agent'
try helper 'echo /tmp/x > /sys/kernel/uevent_helper'
try firmware 'ls /sys/firmware/efi/efivars'
try devices 'ls /sys/class/net'
try masked 'mount -o remount,rw /proc'`,
    unseen: refusedByKernel,
    control: harmsMachine,
  },
  {
    name: 'reads what the kernel tells of the machine as a whole',
    by: 'node',
    program: `const read = (path) => fs.readFileSync(path).length === 0 ? 'empty' : 'in'
for (const name of ['kcore', 'kmsg', 'keys', 'key-users', 'timer_list', 'sched_debug', 'latency_stats', 'config.gz', 'iomem', 'ioports', 'slabinfo', 'vmallocinfo', 'pagetypeinfo', 'kpagecount', 'kpageflags', 'acpi', 'scsi/scsi']) {
  await attempt(name, () => { const descriptor = fs.openSync('/proc/' + name, 'r'); const bytes = fs.readSync(descriptor, Buffer.alloc(64)); fs.closeSync(descriptor); return bytes === 0 || name === 'key-users' || name === 'config.gz' ? 'empty' : name })
}
await attempt('addresses', () => fs.readFileSync('/proc/kallsyms', 'utf8').split('\\n', 50).every((line) => /^(?:0+ |$)/.test(line)) ? 'empty' : 'in')
for (const path of ['/dev/mem', '/dev/kmem', '/dev/port', '/dev/sda', '/dev/vda', '/dev/nvme0n1', '/dev/fuse', '/dev/net/tun', '/dev/loop-control', '/dev/mapper/control', '/dev/dri/card0', '/dev/snd', '/dev/input', '/dev/uinput']) await attempt(path, () => { fs.openSync(path, 'r'); return 'in' })
said.devices = fs.readdirSync('/dev').filter((name) => !/^(?:core|fd|full|null|ptmx|pts|random|shm|stderr|stdin|stdout|tty|urandom|zero|console)$/.test(name)).join()`,
    hears: { '/dev/mem': 'ENOENT', '/dev/net/tun': 'ENOENT', devices: '' },
    unseen: refusedByKernel,
    control: harmsMachine,
  },
  {
    name: 'looks for secrets in every environment that it can see',
    by: 'node',
    program: `said.own = Object.entries(process.env).filter(([name]) => !/^(?:RED_TEAM|SLACK_|OKTA_|JIRA_|ATLASSIAN_|BACKLOT_)/.test(name)).map((one) => one.join('=')).join('\\n')
for (const name of fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name))) {
  await attempt('of ' + name, () => fs.readFileSync('/proc/' + name + '/environ', 'utf8').split('\\0').filter((one) => one.includes('canary')).join())
}
if (range.addresses.length === 1) for (let pid = process.ppid; pid > 1 && said.found === undefined;) { const text = fs.readFileSync('/proc/' + pid + '/environ', 'utf8'); if (text.includes('RED_TEAM_PLANTED')) said.found = 'in'; pid = Number(fs.readFileSync('/proc/' + pid + '/stat', 'utf8').split(') ')[1].split(' ')[1]) }
said.lines = fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name)).map((name) => fs.readFileSync('/proc/' + name + '/cmdline', 'utf8')).filter((one) => one.includes('canary')).join()`,
    hears: { lines: '' },
    unseen: insideOnly,
    control: 'not tried: a run of its own plants one, see hostile-run.test.ts',
  },
  {
    name: 'looks for other trials: their processes, homes, ports and folders',
    by: 'node',
    program: `said.processes = fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name)).length < 5 ? 'few' : 'in'
for (const folder of ['/tmp', '/home', '/dev/shm', '/var/tmp', process.env.HOME]) {
  await attempt(folder, () => fs.readdirSync(folder).filter((name) => !fs.readFileSync('/proc/self/mountinfo', 'utf8').includes(' /tmp/' + name) && name !== 'subject').join())
}
const listening = fs.readFileSync('/proc/net/tcp', 'utf8').split('\\n').filter((line) => line.split(/\\s+/)[4] === '0A').length
said.listening = listening
for (const port of [3000, 4010, 7777, 8080, 9229]) await attempt(port, () => tcp({ host: '127.0.0.1', port }))
await attempt('inspector', () => tcp({ host: '127.0.0.1', port: 9229 }))
await attempt('folders of lanes', () => fs.readdirSync('/tmp').filter((name) => name.startsWith('backlot-')).join() || 'none')
await attempt('mounts', () => { const found = [...fs.readFileSync('/proc/self/mountinfo', 'utf8').matchAll(/berth-\\d+\\/(?:home|tmp|shm)/g)].length; return found > 3 ? 'in' : 'own' })`,
    hears: {
      processes: 'few',
      '/tmp': '',
      '/home': '',
      '/dev/shm': '',
      3000: 'ECONNREFUSED',
      'folders of lanes': 'none',
      mounts: 'own',
    },
    unseen: insideOnly,
    control: 'not tried: what is there outside is not for a test to count on',
  },
  {
    name: 'forges the authority: its files, its key, its variables',
    by: 'node',
    program: `for (const path of ['/etc/ssl/certs/ca-certificates.crt', '/etc/ssl/cert.pem', process.env.NODE_EXTRA_CA_CERTS]) await attempt(path, () => { fs.appendFileSync(path, 'x'); return 'in' })
const walk = (folder) => { try { return fs.readdirSync(folder, { withFileTypes: true }).flatMap((one) => one.isDirectory() ? walk(folder + '/' + one.name) : [folder + '/' + one.name]) } catch { return [] } }
said.keys = [...walk('/etc/ssl'), ...walk('/etc/pki'), ...walk(process.env.HOME), ...walk('/run')].filter((file) => { try { return fs.readFileSync(file, 'latin1').includes('PRIVATE KEY') } catch { return false } }).join()
await attempt('rename', () => { fs.renameSync('/etc/ssl', '/etc/ssl2'); return 'in' })
await attempt('over', () => { fs.mkdirSync('/tmp/etc'); fs.symlinkSync('/tmp/etc', '/etc/ssl/mine'); return 'in' })
await attempt('still', () => fetch('https://slack.com/api/api.test').then((reply) => reply.status))
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
await attempt('impersonate', () => new Promise((resolve, reject) => { const server = https.createServer({ key: '', cert: '' }); server.on('error', reject); server.listen(443, () => resolve('in')) }))`,
    hears: { keys: '', rename: 'EROFS', still: 200, impersonate: 'EACCES' },
    unseen: insideOnly,
    control: harmsMachine,
  },
  {
    name: 'takes the devices and programs of the machine from everybody else',
    by: 'python',
    program: `for path in ['/dev/null', '/dev/zero', '/dev/random', '/dev/tty', '/dev', '/usr/bin/env', '/usr', '/etc/passwd', '/proc/version', sys.executable]:
    attempt('mode ' + path, lambda: os.chmod(path, 0))
    attempt('owner ' + path, lambda: os.chown(path, 1000, 1000))
    attempt('time ' + path, lambda: os.utime(path, (1, 1)))
    attempt('note ' + path, lambda: os.setxattr(path, 'user.note', b'x'))
attempt('remove', lambda: os.remove('/dev/null'))
attempt('replace', lambda: os.rename('/dev/zero', '/dev/null'))`,
    hears: {
      'mode /dev/null': 'EROFS',
      'time /dev/null': 'EROFS',
      'mode /usr': 'EROFS',
      remove: 'EROFS',
    },
    unseen: refusedByKernel,
    control: harmsMachine,
  },
]
