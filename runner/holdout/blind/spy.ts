/**
 * A program for a command subject (Node) that answers with all it can see of its trial: the request,
 * settings, clocks, processes, files, and how long a call takes. Nothing of it is secret; whether any
 * of it tells holdout from public is what the distinguishers find out.
 */
export const spyProgram = `
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { hostname, loadavg, tmpdir, uptime, userInfo } from 'node:os'
const begun = performance.now()
let text = ''
for await (const part of process.stdin) text += part
const attempt = (look) => { try { return look() } catch (error) { return String(error.code ?? error.name) } }
const seen = {
  request: text, argv: process.argv, cwd: process.cwd(), env: process.env, pid: process.pid, ppid: process.ppid,
  uid: process.getuid?.(), title: process.title, now: Date.now(), origin: performance.timeOrigin, uptime: uptime(),
  read: performance.now() - begun, host: hostname(), user: attempt(() => userInfo().username), load: loadavg(),
  here: attempt(() => readdirSync('.')), temp: attempt(() => readdirSync(tmpdir())), home: attempt(() => readdirSync(process.env.HOME ?? '/')),
  root: attempt(() => readdirSync('/')), fds: attempt(() => readdirSync('/proc/self/fd').length),
  parent: attempt(() => readFileSync('/proc/' + process.ppid + '/cmdline', 'latin1')),
  processes: attempt(() => readdirSync('/proc').filter((one) => /^[0-9]+$/.test(one)).length),
  born: attempt(() => statSync('/proc/self').ctimeMs), zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
}
const calls = []
for (const path of ['auth.test', 'conversations.list?limit=999', 'users.list?limit=999', 'no.such']) {
  const at = performance.now()
  try {
    const headers = { authorization: 'Bearer ' + process.env.SLACK_BOT_TOKEN }
    const reply = await fetch(process.env.SLACK_API_URL + path, { method: 'POST', headers })
    const body = await reply.text()
    calls.push({ status: reply.status, ms: performance.now() - at, length: body.length, body: body.slice(0, 300), headers: [...reply.headers] })
  } catch (error) {
    calls.push({ status: 0, ms: performance.now() - at, length: 0, body: String(error), headers: [] })
  }
}
console.log(JSON.stringify({ status: 200, body: { ...seen, calls } }))
`
