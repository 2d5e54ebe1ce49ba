/** A program that does its work, and says everything that a program before it could have left in its berth. */
export const innocent = `const fs = require('node:fs')
const { createHash } = require('node:crypto')
const https = require('node:https')
const { join } = require('node:path')

const read = (file) => { try { return fs.readFileSync(file, 'utf8') } catch (error) { return error.code } }
const lines = (file) => read(file).trim().split('\\n').slice(1)
// What the lane shows of this machine below /tmp (a checkout may stand there), and the way to it.
const shown = read('/proc/self/mountinfo').split('\\n').map((line) => line.split(' ')[4] ?? '').filter((place) => place.startsWith('/tmp/'))
const isShown = (path) => shown.some((place) => place === path || place.startsWith(path + '/'))
const walk = (folder) => {
  let names
  try { names = fs.readdirSync(folder, { withFileTypes: true }) } catch (error) { return [folder + ' ' + error.code] }
  return names.map((one) => [join(folder, one.name), one]).filter(([path]) => !isShown(path)).flatMap(([path, one]) => [path, ...(one.isDirectory() ? walk(path) : [])])
}
const linkOf = (file) => { try { return fs.readlinkSync(file) } catch { return undefined } }
const digest = (text) => createHash('sha256').update(text).digest('hex').slice(0, 16)
// Waiting, listening, and closed but not forgotten; what is ours is on its way.
const ended = { '06': 'TIME_WAIT', '07': 'CLOSE', '0A': 'LISTEN' }
const sockets = (file) => lines(file).map((line) => line.trim().split(/\\s+/)).filter((one) => one[3] in ended).map((one) => one[1] + ' ' + ended[one[3]])
const fact = (file) => read(file).split('\\n').filter((line) => /^(?:Uid|Gid|Groups|Cap|NoNewPrivs|Seccomp:|SigBlk|SigIgn|Threads_max)/.test(line))

const seen = {
  processes: fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name)).map((pid) => read('/proc/' + pid + '/comm').trim()).sort(),
  files: [process.env.HOME, '/tmp', '/var/tmp', '/run', '/dev', '/home'].flatMap(walk).sort(),
  etc: walk('/etc').map((file) => file + ' ' + (linkOf(file) ?? digest(read(file)))),
  messages: ['msg', 'sem', 'shm'].flatMap((name) => lines('/proc/sysvipc/' + name)),
  unix: lines('/proc/net/unix').map((line) => line.split(' ').slice(7).join(' ')).filter((name) => /[@/]/.test(name)),
  sockets: ['tcp', 'tcp6', 'udp', 'udp6', 'raw', 'raw6', 'icmp'].flatMap((name) => sockets('/proc/net/' + name)).sort(),
  routes: [...lines('/proc/net/route'), ...read('/proc/net/ipv6_route').trim().split('\\n').map((line) => line.split(/\\s+/).filter((_, i) => i < 6 || i > 8).join(' '))],
  devices: lines('/proc/net/dev').slice(1).map((line) => line.split(':')[0].trim()),
  neighbours: lines('/proc/net/arp'),
  mounts: read('/proc/self/mountinfo').trim().split('\\n').map((line) => line.replace(/^\\d+ \\d+ \\S+ /, '')),
  limits: lines('/proc/self/limits'),
  power: fact('/proc/self/status'),
  open: fs.readdirSync('/proc/self/fd').length,
  settings: Object.keys(process.env).sort(),
  disk: (({ blocks, bfree, files, ffree }) => [blocks - bfree, files - ffree])(fs.statfsSync('/tmp')),
  clock: Math.abs(Date.now() - 1000 * Number(read('/proc/stat').match(/btime (\\d+)/)[1]) - 1000 * Number(read('/proc/uptime').split(' ')[0])) < 5000,
}
const request = https.get('https://slack.com/api/auth.test', { headers: { authorization: 'Bearer ' + process.env.SLACK_BOT_TOKEN } }, (reply) => {
  let text = ''
  reply.on('data', (data) => { text += data })
  reply.on('end', () => {
    console.log(JSON.stringify({ status: JSON.parse(text).ok ? 200 : 500, body: seen }))
    process.exit(0)
  })
})
request.on('error', (error) => { console.log(JSON.stringify({ status: 500, body: String(error) })); process.exit(0) })
`
