import { createHash } from 'node:crypto'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { forbidDumps } from '../../../runner/holdout/seal/forbid-dumps.ts'
import { probeForTests } from '../../../runner/testing/lane-stage.ts'
import type { HoldoutScore } from '../../../runner/holdout/score-holdout.ts'
import { answersOf, Ground, secretWord } from './ground.ts'

const probe = await probeForTests()

/** What a thief is told: everything that is no secret about the place where secrets lie. */
interface Target {
  key: string
  set: string
  scorer: number
  /** Of what is looked for, so that the thief does not carry it. */
  word: string
}

/** Tries one attack after the other; `loot` tells by its name what each got hold of. */
const thief = (attacks: Readonly<Record<string, string>>, target: Target): string => `
import * as fs from 'node:fs'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import { join } from 'node:path'
const target = ${JSON.stringify(target)}
const all = {}, said = {}
let loot = []
const isLoot = (text) => /AGE-SECRET-KEY-1[A-Z0-9]{20}|age-encryption[.]org|backlot-canary-[0-9a-f]/.test(text) || (text.match(/[A-Za-z]{6}/g) ?? []).some((word) => createHash('sha256').update(word).digest('hex') === target.word)
const read = (file) => { const text = fs.readFileSync(file, 'latin1'); if (isLoot(text)) loot.push(file); return text }
const tried = (name, work) => { try { said[name] = String(work()).slice(0, 80) } catch (error) { said[name] = error.code ?? error.name } }
let text = ''
for await (const part of process.stdin) text += part
${Object.entries(attacks)
  .map(([name, attack]) => `loot = all[${JSON.stringify(name)}] = []\n{ ${attack} }`)
  .join('\n')}
console.log(JSON.stringify({ status: 200, body: { ok: true, loot: all, said } }))
`

const attacks: Record<string, string> = {
  'reads the key':
    "tried('key', () => read(target.key)); tried('folder', () => fs.readdirSync(join(target.key, '..')).length)",
  'reads the sealed files':
    "tried('manifest', () => read(join(target.set, 'manifest.json'))); tried('cases', () => fs.readdirSync(join(target.set, 'cases')).map((one) => read(join(target.set, 'cases', one))))",
  'reads the key through the root of another process':
    "for (const pid of ['1', 'self', String(process.ppid), String(target.scorer)]) tried(pid, () => read('/proc/' + pid + '/root' + target.key))",
  'reads settings and arguments of the scorer':
    "for (const pid of fs.readdirSync('/proc').filter((one) => /^\\d+$/.test(one)).concat(String(target.scorer))) for (const name of ['environ', 'cmdline', 'comm']) tried(pid + name, () => { const text = read('/proc/' + pid + '/' + name); if (/holdout\\.key|BACKLOT_HOLDOUT/.test(text)) loot.push(name); return text })",
  "reads the scorer's memory":
    "for (const pid of [target.scorer, process.ppid, 1]) tried(String(pid), () => { const maps = fs.readFileSync('/proc/' + pid + '/maps', 'latin1'); const file = fs.openSync('/proc/' + pid + '/mem', 'r'); for (const line of maps.split('\\n').filter((one) => /rw-p/.test(one)).slice(0, 200)) { const [from, to] = line.split(' ')[0].split('-').map((one) => parseInt(one, 16)); const bytes = Buffer.alloc(Math.min(to - from, 1 << 22)); try { fs.readSync(file, bytes, 0, bytes.length, from) } catch { continue } if (/AGE-SECRET-KEY-1[A-Z0-9]{20}/.test(bytes.toString('latin1'))) loot.push('memory of ' + pid) } return 'read' })",
  'reads files that the scorer has open':
    "for (const pid of [target.scorer, process.ppid, 1]) tried(String(pid), () => fs.readdirSync('/proc/' + pid + '/fd').map((fd) => { try { return read('/proc/' + pid + '/fd/' + fd) } catch { return '' } }))",
  'reads memory, disks and swap of the machine':
    "for (const file of ['/dev/mem', '/dev/kmem', '/proc/kcore', '/dev/sda', '/dev/vda', '/dev/nvme0n1', '/swapfile', '/swap.img', '/dev/zram0']) tried(file, () => { const handle = fs.openSync(file, 'r'); const bytes = Buffer.alloc(4096); fs.readSync(handle, bytes, 0, 4096, 0); loot.push(file); return 'open' })",
  'looks for plaintext in temporary places':
    "const walk = (folder, depth) => { for (const one of fs.readdirSync(folder, { withFileTypes: true })) { const whole = join(folder, one.name); try { if (one.isDirectory() && depth > 0) one.name === 'node_modules' || walk(whole, depth - 1); else if (one.isFile() && fs.statSync(whole).size < 1e6 && !whole.endsWith('subject.mjs')) read(whole) } catch {} } }; for (const place of ['/tmp', '/var/tmp', '/dev/shm', '/run', process.env.HOME ?? '/root', '/root', '/home', '.']) tried(place, () => walk(place, 4))",
  'finds something of the holdout in its settings':
    'for (const [name, value] of Object.entries(process.env)) if (/HOLDOUT|AGE-SECRET/i.test(name) || value.includes(target.key) || isLoot(value)) loot.push(name)',
  'asks for cores to be written where it can read':
    "tried('pattern', () => { fs.writeFileSync('/proc/sys/kernel/core_pattern', '/tmp/core.%p'); loot.push('core_pattern'); return 'written' }); tried('scorer', () => { fs.writeFileSync('/proc/' + target.scorer + '/coredump_filter', '0x7f'); loot.push('filter') })",
  'follows links that lie in its own folder':
    "tried('key', () => read('link-to-key')); tried('set', () => fs.readdirSync('link-to-set').map((one) => read(join('link-to-set', one))))",
  'makes links where the scorer may write':
    "tried('out', () => fs.symlinkSync(target.key, 'result.json')); tried('read', () => read('result.json'))",
  'ends the scorer':
    "for (const pid of [target.scorer, process.ppid, -1, 1]) for (const signal of ['SIGKILL', 'SIGTERM']) { if (pid === 1 || pid === -1 || pid === process.pid) continue; tried(pid + signal, () => process.kill(pid, signal)) }",
  'stops the scorer':
    "for (const pid of [target.scorer]) tried(String(pid), () => { process.kill(pid, 'SIGSTOP'); loot.push('stopped') })",
  'makes the scorer ask its inspector':
    "tried(String(target.scorer), () => { process.kill(target.scorer, 'SIGUSR1'); loot.push('inspector') })",
}

describe.skipIf(!('tools' in probe))('a subject that is scored', () => {
  let ground: Ground
  let target: Target
  beforeAll(async () => {
    ground = await Ground.open()
    const word = createHash('sha256').update(secretWord).digest('hex')
    target = { key: ground.keyFile, set: ground.set, scorer: process.pid, word }
  })
  afterAll(() => ground.close())

  let played: Promise<HoldoutScore> | undefined
  const play = async (): Promise<HoldoutScore> => {
    const file = await ground.subject(thief(attacks, target))
    await symlink(ground.keyFile, join(dirname(file), 'link-to-key'))
    await symlink(ground.set, join(dirname(file), 'link-to-set'))
    return ground.score(file, 'lane')
  }

  it.each(Object.keys(attacks))('gets nothing when it %s', async (name) => {
    const score = await (played ??= play())
    const answers = answersOf(score)
    const shown = JSON.stringify([answers, score.result.trials[0]?.why])
    expect(answers, shown).toHaveLength(3)
    for (const { ok, loot } of answers) {
      expect(ok, shown).toBe(true)
      expect((loot as Record<string, string[]>)[name], shown).toEqual([])
    }
  })

  it('would be caught if it got something', async () => {
    const file = await ground.subject(thief({ key: attacks['reads the key']! }, target))
    const [first] = answersOf(await ground.score(file, 'environment'))
    expect(first!['loot']).toEqual({ key: [ground.keyFile] })
  })

  const notes: Record<string, [find: string, leave: string]> = {
    'on its disk': [
      "for (const place of ['.', '/tmp', '/var/tmp', process.env.HOME ?? '.']) if (fs.existsSync(join(place, 'note-of-mine'))) loot.push(place)",
      "for (const place of ['.', '/tmp', '/var/tmp', process.env.HOME ?? '.']) tried('w' + place, () => fs.writeFileSync(join(place, 'note-of-mine'), 'x'))",
    ],
    'in shared memory': [
      "if (fs.existsSync('/dev/shm/note-of-mine')) loot.push('/dev/shm')",
      "tried('shm', () => fs.writeFileSync('/dev/shm/note-of-mine', 'x'))",
    ],
    'with a process that stays': [
      "await new Promise((done) => connect(45671, '127.0.0.1').on('data', () => { loot.push('a process'); done() }).on('error', done))",
      "tried('process', () => spawn(process.execPath, ['-e', 'require(\"net\").createServer((s) => s.end(\"note\")).listen(45671, \"127.0.0.1\"); setTimeout(() => {}, 9000)'], { detached: true, stdio: 'ignore' }).unref()); await new Promise((done) => setTimeout(done, 700))",
    ],
    "in a service's world": [
      "const reply = await fetch(process.env.SLACK_API_URL + 'conversations.list?limit=999', { headers: { authorization: 'Bearer ' + process.env.SLACK_BOT_TOKEN } }); if ((await reply.text()).includes('note-of-mine')) loot.push('a world')",
      "await fetch(process.env.SLACK_API_URL + 'conversations.create', { method: 'POST', headers: { authorization: 'Bearer ' + process.env.SLACK_BOT_TOKEN, 'content-type': 'application/json' }, body: JSON.stringify({ name: 'note-of-mine' }) })",
    ],
  }
  let noted: Promise<HoldoutScore> | undefined
  const leaveNotes = async (): Promise<HoldoutScore> => {
    const finds = Object.entries(notes).map(([name, [find]]) => [name, find])
    const leaves = Object.entries(notes).map(([name, [, leave]]) => [`left ${name}`, leave])
    const program = thief(
      Object.fromEntries([...finds, ...leaves]) as Record<string, string>,
      target,
    )
    return ground.score(await ground.subject(program), 'lane')
  }

  it.each(Object.keys(notes))('finds no note that it left %s in a trial before', async (name) => {
    const answers = answersOf(await (noted ??= leaveNotes()))
    expect(answers).toHaveLength(3)
    for (const { ok, loot, said } of answers) {
      expect(ok).toBe(true)
      expect((loot as Record<string, string[]>)[name], JSON.stringify(said)).toEqual([])
    }
  })

  it('gets nowhere with the tokens of other trials', async () => {
    const own = 'loot.push(process.env.SLACK_BOT_TOKEN)'
    const before = answersOf(
      await ground.score(await ground.subject(thief({ own }, target)), 'lane'),
    )
    const stolen = before.map(({ loot }) => (loot as { own: string[] }).own[0]!)
    expect(new Set(stolen).size).toBe(3)
    const stealing = `for (const token of ${JSON.stringify(stolen)}) { const reply = await fetch(process.env.SLACK_API_URL + 'auth.test', { method: 'POST', headers: { authorization: 'Bearer ' + token } }); if ((await reply.json()).ok !== false) loot.push(token) }`
    const after = answersOf(
      await ground.score(await ground.subject(thief({ stealing }, target)), 'lane'),
    )
    expect(after.map(({ loot }) => loot)).toEqual([
      { stealing: [] },
      { stealing: [] },
      { stealing: [] },
    ])
  })

  it('is scored by a process that leaves no memory behind when it crashes', async () => {
    expect(await forbidDumps()).toBe(true)
    expect(readFileSync('/proc/self/limits', 'utf8')).toMatch(/^Max core file size +0 +0 /m)
    expect(process.report.reportOnFatalError).toBe(false)
  })

  it('leaves no plaintext on a disk, and no key', async () => {
    await ground.score(await ground.subject(thief({}, target)), 'lane')
    const { stdout } = await run('grep', [
      '-rlaE',
      `${secretWord}|${ground.keys.identity}`,
      ground.place,
    ])
    expect(stdout.split('\n').filter(Boolean)).toEqual([ground.keyFile])
    expect(process.title).not.toContain(ground.keyFile)
    expect(readFileSync('/proc/self/environ', 'latin1')).not.toContain(ground.keys.identity)
  })
})

function run(command: string, args: string[]): Promise<{ stdout: string }> {
  return new Promise((done) => {
    execFile(command, args, (_error, stdout) => done({ stdout }))
  })
}
