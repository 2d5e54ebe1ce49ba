import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text as textOf } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { CountsLine } from '../record/words.ts'
import { Bench, readHar } from '../record/testing/upstream.ts'
import { readRecordOptions } from './record.ts'

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'backlot.js')
const folder = mkdtempSync(join(tmpdir(), 'record-'))
const bench = new Bench()
const children: ChildProcess[] = []
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  await bench.close()
  rmSync(folder, { recursive: true, force: true })
})

function start(...args: string[]): ChildProcess {
  const env = { ...process.env, BACKLOT_SALT: 'pepper', XDG_DATA_HOME: join(folder, 'data') }
  const child = spawn(process.execPath, [launcher, 'record', ...args], { cwd: folder, env })
  children.push(child)
  return child
}

async function failure(...args: string[]): Promise<{ code: number | null; said: string }> {
  const child = start(...args)
  const said = textOf(child.stderr!)
  const [code] = (await once(child, 'exit')) as [number | null]
  return { code, said: await said }
}

const hello = (): Promise<string> =>
  bench.serve((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ token: 's3cr3t-value', pad: 'x'.repeat(20_000) }))
  })

describe('backlot record', () => {
  it('says a line when ready and one at the end', async () => {
    const target = await hello()
    const child = start('--target', target, '--out', 'one.har', '--json')
    const errors = textOf(child.stderr!)
    const reader = createInterface(child.stdout!)
    const ready = JSON.parse(String((await once(reader, 'line'))[0])) as Record<string, string>
    expect(ready).toMatchObject({ ready: true, file: 'one.har', target: `${target}/` })
    await (await fetch(ready['url']!)).text()
    child.kill('SIGINT')
    const ended = JSON.parse(String((await once(reader, 'line'))[0])) as object
    expect(ended).toMatchObject({
      ended: true,
      file: 'one.har',
      exchanges: 1,
      secrets: 1,
      errors: 0,
    })
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(readHar(join(folder, 'one.har'))).toHaveLength(1)
    // Quiet in a pipe.
    expect(await errors).toBe('')
  })

  it('prints what a client has to trust', async () => {
    const child = start('--forward', '--port', '0', '--out', 'two.har')
    const said = textOf(child.stdout!)
    while (!existsSync(join(folder, 'two.har'))) await wait(20)
    await wait(50)
    child.kill('SIGTERM')
    const file = join(folder, 'data', 'backlot', 'recorder-ca.pem')
    expect(await said).toContain(`export NODE_EXTRA_CA_CERTS=${file}\n`)
    expect(await said).toMatch(/HTTPS_PROXY=http:\/\/127\.0\.0\.1:\d+ /)
    expect(existsSync(file)).toBe(true)
  })

  it('leaves a whole file however it ends', { timeout: 60_000 }, async () => {
    const target = await hello()
    for (let round = 0; round < 4; round++) {
      const file = `killed-${round}.har`
      const child = start('--target', target, '--out', file, '--json')
      const reader = createInterface(child.stdout!)
      const { url } = JSON.parse(String((await once(reader, 'line'))[0])) as { url: string }
      await (await fetch(url)).text()
      const clients = Array.from({ length: 10 }, async () => {
        for (;;) await (await fetch(url)).text()
      })
      const settled = Promise.allSettled(clients)
      await wait(60 + Math.random() * 120)
      child.kill('SIGKILL')
      await settled
      const entries = readHar(join(folder, file))
      expect(entries.length).toBeGreaterThan(0)
      expect(JSON.stringify(entries)).not.toContain('s3cr3t')
    }
  })

  it('says what is wrong with what it was told', { timeout: 60_000 }, async () => {
    const server = createServer()
    const taken = String(await bench.listen(server))
    writeFileSync(join(folder, 'there.har'), '')
    writeFileSync(join(folder, 'no.pem'), 'hello')
    const to = ['--target', 'http://127.0.0.1:1']
    const cases: [string[], RegExp][] = [
      [[...to, '--port', taken, '--out', 'a.har'], /^--port: Port \d+ is in use\./],
      [[...to, '--out', 'there.har', '--port', '0'], /^--out: there\.har is there already\./],
      [[...to, '--out', 'no/such.har', '--port', '0'], /^--out: no\/such\.har can't be written/],
      [[...to, '--trust', 'no.pem'], /^--trust: no\.pem holds no certificate/],
    ]
    for (const [args, message] of cases) {
      const { code, said } = await failure(...args)
      expect([code, said]).toEqual([2, expect.stringMatching(message)])
    }
    expect(existsSync(join(folder, 'a.har'))).toBe(false)
  })

  it.each([
    [['--tarket', 'x'], /There is no flag "--tarket"\. Did you mean "--target"/],
    [[], /either --target or --forward/],
    [['--forward', '--target', 'https://a.example'], /either --target or --forward/],
    [['--target', 'api.vendor.com'], /"api\.vendor\.com" is no http or https address/],
    [['--target', 'ftp://a.example'], /no http or https address/],
    [['--target', 'https://ada:pw@a.example'], /no login, query or fragment/],
    [['--target', 'https://a.example', '--only', 'b'], /--only goes with --forward/],
    [['--forward', '--port', '65536'], /"65536" is no port/],
    [['--forward', '--port', '1e3'], /no whole number/],
    [['--forward', '--max-body', '-1'], /max-body/],
    [['--forward', '--timeout', '0'], /no whole number from 1/],
    [['--forward', '--salt', ''], /An empty salt/],
    [['https://a.example', '--forward'], /stands there without a flag/],
  ])('refuses %j', (args, message) => {
    expect(() => readRecordOptions(args)).toThrow(message)
  })
})

describe('the counts', () => {
  it('are shown on a terminal and nowhere else', async () => {
    const counts = { exchanges: 2, errors: 1, secrets: 1, people: 0, bytes: 2000 }
    for (const isTTY of [true, false]) {
      let said = ''
      const out = {
        isTTY,
        write: (text: string) => (said += text),
      } as unknown as NodeJS.WriteStream
      const line = new CountsLine(() => counts, out)
      line.show()
      await wait(20)
      line.end()
      const shown = '\r\x1b[2K2 exchanges · 1 secret · 0 people · 1 error · 2 kB\r\x1b[2K'
      expect(said).toBe(isTTY ? shown : '')
    }
  })
})
