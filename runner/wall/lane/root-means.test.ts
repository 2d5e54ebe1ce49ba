import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LaneStage, probeForTests } from '../../testing/lane-stage.ts'

const probe = await probeForTests()
const isRoot = process.getuid?.() === 0
if (!isRoot) process.stderr.write('Skipped: lanes made by root without users of their own.\n')

describe.skipIf(!('tools' in probe) || !isRoot)(
  'a lane that root made without a user namespace',
  () => {
    let stage: LaneStage
    beforeAll(async () => {
      stage = await LaneStage.open('root')
    })
    afterAll(() => stage.close())

    it('ends at the twins, and gives no power though the program has root’s number', async () => {
      const { reply, escapes } = await stage.script(`
const run = (command) => { const { status, stderr } = spawnSync('sh', ['-c', command]); return status === 0 ? 'done' : String(stderr).trim() }
said.slack = (await fetch('https://slack.com/api/api.test')).status
await attempt('ssh', () => tcp('203.0.113.80', 22))
said.capabilities = [...fs.readFileSync('/proc/self/status', 'utf8').matchAll(/Cap(?:Prm|Eff|Amb):\\s+(\\w+)/g)].map((one) => Number('0x' + one[1]))
said.own = process.getuid()
for (const [name, command] of Object.entries({
  route: 'ip route del local default dev lo', rules: 'nft flush ruleset', namespace: 'unshare -n true', other: 'nsenter -t 1 -n true',
  dumps: 'cat /proc/sys/kernel/core_pattern > /proc/sys/kernel/core_pattern', device: 'chmod 666 /dev/null', node: 'mknod /tmp/disk b 8 0',
  mount: 'mount -t tmpfs x /tmp', etc: 'echo x > /etc/passwd', system: 'touch /usr/x', host: 'hostname other', kill: 'kill -9 1',
})) said[name] = run(command)
said.processes = fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name)).length
said.shadow = fs.existsSync('/etc/shadow')
`)
      const body = reply.body as Record<string, unknown>
      expect(body).toMatchObject({
        slack: 200,
        ssh: 'ECONNRESET',
        own: 0,
        capabilities: [0, 0, 0],
        shadow: false,
      })
      const tried = ['route', 'rules', 'namespace', 'other', 'dumps', 'device', 'node']
      for (const name of [...tried, 'mount', 'etc', 'system', 'host']) {
        expect(body[name], name).not.toBe('done')
      }
      expect(body['processes']).toBeLessThan(6)
      expect(escapes).toEqual(['connect tcp://203.0.113.80:22'])
    })
  },
)
