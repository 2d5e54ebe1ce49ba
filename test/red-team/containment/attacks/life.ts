import { harmsMachine, insideOnly, type Attack } from '../attack.ts'

const harmless = 'it says something, and reaches for nothing'

/** By how it lives, dies and answers. */
export const lifeAttacks: readonly Attack[] = [
  {
    name: 'kills everything that it can see, the first process and the runner too',
    by: 'python',
    program: `attempt('all', lambda: os.kill(-1, 9) or 'asked')
for number in (9, 15, 19, 6): attempt('first %d' % number, lambda: os.kill(1, number) or 'asked')
for name in [one for one in os.listdir('/proc') if one.isdigit() and int(one) != os.getpid()]: attempt('process', lambda: os.kill(int(name), 9) or 'asked')
attempt('parent', lambda: os.kill(os.getppid(), 9) or 'asked')
attempt('group', lambda: os.killpg(0, 18) or 'asked')
for number in range(2, 400, 7):
    if number != os.getpid(): attempt('guess', lambda: os.kill(number, 9) or 'in')
time.sleep(0.2)
said['lives'] = True`,
    hears: { lives: true, guess: 'ESRCH' },
    unseen: insideOnly,
    control: harmsMachine,
  },
  {
    name: 'stops itself, and everything around it',
    by: 'python',
    program: `print('here', file=sys.stderr, flush=True)
os.kill(1, signal.SIGSTOP)
os.kill(os.getpid(), signal.SIGSTOP)`,
    falls: 'timed-out',
    timeoutMs: 1000,
    unseen: insideOnly,
    control: harmsMachine,
  },
  {
    name: 'hears no signal, never answers, and spins in many processes',
    by: 'python',
    program: `print('here', file=sys.stderr, flush=True)
for number in range(1, 65):
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError): pass
for i in range(3): os.fork()
while True: pass`,
    falls: 'timed-out',
    timeoutMs: 1000,
    unseen: insideOnly,
    control: harmsMachine,
  },
  {
    name: 'talks to stderr without end',
    by: 'python',
    program: `while True: os.write(2, b'\\x1b]0;owned\\x07' + b'y' * 65536 + b'\\n')`,
    falls: 'timed-out',
    timeoutMs: 700,
    unseen: harmless,
    control: harmsMachine,
  },
  {
    name: 'talks to stdout without end',
    by: 'python',
    program: `while True: os.write(1, b'y' * 65536 + b'\\n')`,
    falls: 'too-much-output',
    unseen: harmless,
    control: harmsMachine,
  },
  {
    name: 'writes a line without end',
    by: 'python',
    program: `os.write(1, b'{"status":200,"body":"')
while True: os.write(1, b'y' * 65536)`,
    falls: 'too-much-output',
    unseen: harmless,
    control: harmsMachine,
  },
  {
    name: 'leaves daemons: own session, forked twice, deaf, with its output in their hands',
    by: 'python',
    program: `for i in range(4):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            libc.prctl(1, 0, 0, 0, 0)
            libc.prctl(15, b'bwrap', 0, 0, 0)
            while True:
                time.sleep(0.05)
                try: open('/tmp/alive', 'a').write('x')
                except OSError: pass
        os._exit(0)
os.system('nohup setsid sleep 600 >/dev/null 2>&1 &')
os.system('(echo "sleep 600" | at now; crontab -l; systemd-run --user sleep 600) >/dev/null 2>&1')
time.sleep(0.3)
said['left'] = os.path.exists('/tmp/alive')`,
    hears: { left: true },
    unseen: insideOnly,
    control: harmsMachine,
  },
  {
    name: 'answers, and stays',
    by: 'python',
    program: `print(json.dumps({'status': 200, 'body': {'stays': True}}), flush=True)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
time.sleep(600)`,
    hears: { stays: true },
    unseen: harmless,
    control: harmsMachine,
  },
  {
    name: 'ends well without an answer',
    by: 'sh',
    program: `echo 'all went well'
echo '{"statu'
exit 0`,
    falls: 'bad-reply',
    unseen: harmless,
    control: 'not tried: it gets nowhere',
  },
  {
    name: 'breaks its own neck, and says that others did',
    by: 'python',
    program: `os.write(2, b'Error: the runner could not be started: ENOMEM\\n{"verdict":"inconclusive"}\\n')
os.kill(os.getpid(), signal.SIGSEGV)`,
    falls: 'crashed',
    unseen: harmless,
    control: 'not tried: it gets nowhere',
  },
  {
    name: 'answers in the runner’s own words, and for another trial',
    by: 'sh',
    program: `echo '{"ready":true}'
echo '{"trial":{"id":"test/other@1","verdict":"satisfied"}}'
echo '{"status":200,"body":{"mine":true},"problem":{"kind":"not-started","why":"the machine"},"stderr":"theirs","exitCode":9,"id":"test/other@1","trial":"test/other@1","verdict":"inconclusive","__proto__":{"problem":{"kind":"held-up"}}}'
exit 0`,
    hears: { mine: true },
    unseen: harmless,
    control: 'not tried: it gets nowhere',
  },
  {
    name: 'answers with what breaks readers: depth, prototypes, odd text, terminal codes',
    by: 'python',
    program: `depth = 60000
text = '{"status":200,"body":{"deep":' + '[' * depth + ']' * depth + ',"__proto__":{"x":1},"constructor":{"prototype":{"y":1}},"toString":1,"surrogate":"\\\\ud800","zero":"\\\\u0000","code":"\\\\u001b[2J\\\\u001b]0;owned\\\\u0007","script":"</script><script>alert(1)</script>","number":1e400}}'
print(text, flush=True)
os._exit(0)`,
    mayFall: true,
    unseen: harmless,
    control: 'not tried: it gets nowhere',
  },
  {
    name: 'leaves notes for the next trial wherever something stays',
    by: 'python',
    program: `class Attributes(ctypes.Structure): _fields_ = [('flags', ctypes.c_long), ('most', ctypes.c_long), ('size', ctypes.c_long), ('now', ctypes.c_long), ('rest', ctypes.c_long * 4)]
for folder in [os.environ['HOME'], '/tmp', '/dev/shm']:
    attempt('file ' + folder, lambda: open(folder + '/note', 'w').write('x') and 'written')
for folder in ['/var/tmp', '/run', '/run/lock', '/home', '/dev', '/dev/mqueue', '/', '/etc', '/usr/local', '/sys', '/proc/self', '/var/cache']:
    attempt(folder, lambda: open(folder + '/note', 'w') and None)
def made(result):
    if result == -1: raise OSError(ctypes.get_errno(), '')
    return 'made'
attempt('memory', lambda: made(libc.shmget(42, 4096, 0o1666)))
attempt('semaphores', lambda: made(libc.semget(42, 1, 0o1666)))
attempt('messages', lambda: made(libc.msgget(42, 0o1666)))
attempt('queue', lambda: made(libc.mq_open(b'/note', os.O_CREAT | os.O_RDWR, 0o666, None)))
one = socket.socket(socket.AF_UNIX); one.bind('\\0note'); one.listen()
two = socket.socket(); two.bind(('0.0.0.0', 7777)); two.listen()
for i in range(20):
    try: socket.create_connection(('198.18.0.%d' % (i + 1), 443), 1).close()
    except OSError: pass
os.utime('/tmp', (1, 1))
if os.fork() == 0:
    os.setsid()
    while True: time.sleep(1)
said['left'] = True`,
    hears: { left: true, memory: 'made', '/run': 'EROFS', '/var/tmp': 'EROFS', '/dev': 'EROFS' },
    seen: ['connect tcp://198.18.0.1:443'],
    control: harmsMachine,
  },
  {
    name: 'asks the twins for another time, other faults and another world by headers',
    by: 'node',
    program: `const ask = async (headers = {}, path = '/api/auth.test') => { const reply = await fetch('https://slack.com' + path, { method: 'POST', headers: { authorization: 'Bearer ' + process.env.SLACK_BOT_TOKEN, ...headers } }); await reply.text(); return { status: reply.status, date: reply.headers.get('date'), depth: reply.headers.get('x-backlot-depth') } }
const first = await ask()
const odd = await ask({ date: 'Thu, 01 Jan 1970 00:00:00 GMT', 'x-backlot-now': '0', 'x-backlot-seed': '2', 'x-backlot-world': range.otherWorld, 'x-backlot-faults': 'none', 'x-backlot-min-depth': 'checked', 'x-backlot-advance': '31 days', 'x-forwarded-host': range.otherWorld + '--slack.localhost', 'x-forwarded-proto': 'http', forwarded: 'host=evil.example', 'x-http-method-override': 'DELETE', 'x-original-url': '/w/' + range.otherWorld + '/slack/api/auth.test', 'if-modified-since': 'Thu, 01 Jan 1970 00:00:00 GMT' })
said.same = first.status === odd.status && first.depth === odd.depth
said.moved = Math.abs(Date.parse(odd.date ?? 0) - Date.parse(first.date ?? 0)) > 60000
for (const path of ['/_backlot', '/__admin', '/w/' + range.otherWorld + '/slack/api/auth.test']) said[path.slice(0, 6)] = (await ask({}, path)).status`,
    hears: { same: true, moved: false, '/__adm': 404 },
    unseen: 'it stays at the twin’s own host, where these words mean nothing',
    control: 'not tried: the server outside is as deaf',
  },
]
