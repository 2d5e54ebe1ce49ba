import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

// 200 MB take longer than a test may: `LARGE_HAR_MB=200` asks for them.
const megabytes = Number(process.env['LARGE_HAR_MB'] ?? 24)
const cli = fileURLToPath(new URL('../../bin/backlot.js', import.meta.url))

let folder = ''
let file = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'large-har-'))
  file = join(folder, 'large.har')
  await writeLarge(file, megabytes * 1024 * 1024)
}, 60_000)
afterAll(() => rm(folder, { recursive: true }))

/** Half in small exchanges of a shop, half in few large ones: long lists, downloads, uploads. */
async function writeLarge(path: string, bytesMax: number): Promise<void> {
  const out = createWriteStream(path)
  out.write('{"log":{"version":"1.2","entries":[')
  let bytes = 0
  for (let n = 0; bytes < bytesMax; n++) {
    const texts = n % 200 === 199 ? largeOnes(n) : smallOnes(n)
    const text = (n === 0 ? '' : ',') + texts.map((one) => JSON.stringify(one)).join(',')
    bytes += text.length
    if (!out.write(text)) await once(out, 'drain')
  }
  out.end(']}}')
  await once(out, 'close')
}

function entry(method: string, path: string, status: number, sent: unknown, content: object) {
  const postData = { mimeType: 'application/json', text: JSON.stringify(sent) }
  return {
    startedDateTime: '2026-02-03T04:05:06.000Z',
    time: 12,
    request: {
      method,
      url: `https://shop.example${path}`,
      headers: [{ name: 'authorization', value: 'Bearer x' }],
      ...(sent === undefined ? {} : { postData }),
    },
    response: { status, headers: [], content: { mimeType: 'application/json', ...content } },
  }
}

function orderOf(n: number) {
  return { id: `ord_${n}zQ7w9K${n}`, state: 'OPEN', item: `book ${n}`, notes: 'x'.repeat(300) }
}

function smallOnes(n: number) {
  const order = orderOf(n)
  const { id, ...sent } = order
  const text = JSON.stringify(order)
  const gone = JSON.stringify({ error: 'not_found', id: `${id}x` })
  return [
    entry('POST', '/orders', 201, sent, { text }),
    entry('GET', `/orders/${id}`, 200, undefined, { text }),
    entry('GET', `/orders/${id}x`, 404, undefined, { text: gone }),
  ]
}

function largeOnes(n: number) {
  const list = JSON.stringify({ orders: Array.from({ length: 1500 }, (_one, i) => orderOf(i)) })
  const bytes = Buffer.alloc(600_000, n).toString('base64')
  const mimeType = 'application/octet-stream'
  return [
    entry('GET', '/orders', 200, undefined, { text: list }),
    entry('GET', '/export', 200, undefined, { text: bytes, encoding: 'base64', mimeType }),
    entry('POST', '/uploads', 201, { name: 'a', data: bytes }, { text: '{"id":"up_7Zq81kLm20"}' }),
  ]
}

/** Runs the CLI in as little memory as a small machine gives it. */
async function run(args: readonly string[]) {
  const limits = ['--max-old-space-size=256', '--import', peakTold]
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [...limits, cli, ...args],
    { maxBuffer: 1 << 26 },
  )
  const peakMb = Number(/peak (\d+) kB/.exec(stderr)?.[1]) / 1024
  return { told: JSON.parse(stdout) as Record<string, unknown>, peakMb }
}

const peakTold = `data:text/javascript,process.on('exit',()=>process.stderr.write('peak '+process.resourceUsage().maxRSS+' kB'))`

describe('a recording much larger than memory', () => {
  test(
    'is learned from and verified against, and says what was cut',
    { timeout: 600_000 },
    async () => {
      const twin = join(folder, 'twin')
      const learned = await run(['learn', 'shop', '--har', file, '--out', twin, '--json'])
      expect(learned.told).toMatchObject({ recordings: 1, unread: 0, tooLarge: 0 })
      expect(learned.told['cut']).toBeGreaterThan(0)
      expect(learned.peakMb).toBeLessThan(450)

      const verified = await run(['verify', twin, '--har', file, '--json'])
      expect(verified.told).toMatchObject({ cassettes: 1, unread: 0 })
      expect((verified.told['all'] as { status: number }).status).toBeGreaterThan(0.95)
      expect(verified.peakMb).toBeLessThan(450)
    },
  )
})
