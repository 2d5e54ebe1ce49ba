import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LaneStage, probeForTests } from '../../testing/lane-stage.ts'
import { fillLimits, limitFlags } from './limits.ts'

const probe = await probeForTests()

describe.skipIf(!('tools' in probe))('the limits of a lane', () => {
  let stage: LaneStage
  beforeAll(async () => {
    stage = await LaneStage.open()
  })
  afterAll(() => stage.close())

  it('hold for memory: the program dies, and nothing else', async () => {
    const { reply } = await stage.script(
      'const held = []\nfor (;;) held.push(Buffer.alloc(16 << 20, 1))',
      { limits: { memoryMb: 300 } },
    )
    expect(reply.problem?.kind).toBe('crashed')
  })

  it('leave room for what V8 reserves without using it: worker threads start', async () => {
    const { reply } = await stage.script(
      `const { Worker } = await import('node:worker_threads')
const online = () => new Promise((resolve, reject) => {
  const worker = new Worker('setTimeout(() => {}, 300)', { eval: true })
  worker.on('online', resolve)
  worker.on('error', reject)
})
await Promise.all([online(), online()])
said.workers = 2
`,
      { limits: { memoryMb: 256 } },
    )
    expect(reply.body).toEqual({ workers: 2 })
  })

  it('set memory for each process where no control group does', () => {
    const limits = fillLimits({ memoryMb: 512, seconds: 9 })
    expect(limitFlags(limits, false)).toContain(`--data=${2560 * 2 ** 20}`)
    expect(limitFlags(limits, true).join(' ')).not.toContain('--data')
    expect(limitFlags(limits, true)).toContain('--cpu=9')
    // No more than the runner itself is held to, which would be refused.
    const own =
      'Max open files            64                   200                  files\nMax processes             unlimited            unlimited            processes\n'
    expect(limitFlags(limits, true, own)).toEqual([
      '--nproc=272',
      '--nofile=200',
      `--fsize=${256 * 2 ** 20}`,
      '--core=0',
      '--cpu=9',
    ])
  })

  it('hold for open files, for the size of a file and for the disk', async () => {
    const { reply } = await stage.script(
      `const opened = []
await attempt('files', () => { for (;;) opened.push(fs.openSync('/dev/null')) })
for (const one of opened) fs.closeSync(one)
process.on('SIGXFSZ', () => {})
await attempt('file', () => fs.writeFileSync('/tmp/large', Buffer.alloc(5 << 20)))
fs.rmSync('/tmp/large')
await attempt('disk', () => { for (let i = 0; i < 100; i++) fs.writeFileSync('/tmp/part' + i, Buffer.alloc(1 << 20)) })
for (const folder of ['/', '/run', '/dev', '/home', '/var/tmp', '/etc', '/usr/lib']) await attempt(folder, () => { fs.writeFileSync(folder + '/x', 'x'); return 'written' })
said.shm = fs.statfsSync('/dev/shm').blocks === fs.statfsSync('/tmp').blocks
fs.writeFileSync('/dev/null', 'x')
`,
      { limits: { files: 64, fileMb: 2, diskMb: 8 } },
    )
    expect(reply.problem).toBeUndefined()
    expect(reply.body).toMatchObject({ files: 'EMFILE', file: 'EFBIG', disk: 'ENOSPC' })
    expect(Object.values(reply.body as object)).not.toContain('written')
    expect(reply.body).toHaveProperty('shm', true)
  })

  it('hold for processes, whoever runs the runner', async () => {
    const { reply } = await stage.script(
      `let [started, refused] = [0, 0]
for (let i = 0; i < 120; i++) {
  const { error, status } = spawnSync('true')
  if (error || status !== 0) break
}
for (let i = 0; i < 120; i++) {
  try { const one = spawn('sleep', ['5']); one.on('error', () => refused++); one.on('spawn', () => started++) } catch { refused++ }
}
await new Promise((resolve) => setTimeout(resolve, 300))
Object.assign(said, { started, refused })
`,
      { limits: { processes: 60 } },
    )
    const { started, refused } = reply.body as { started: number; refused: number }
    expect(started).toBeGreaterThan(10)
    expect(started).toBeLessThan(70)
    expect(started + refused).toBe(120)
  })

  it('leave nothing behind: what left its group dies with the sandbox', async () => {
    const mark = `4${process.pid}.25`
    const { reply } = await stage.script(
      `for (let i = 0; i < 5; i++) spawn('setsid', ['sh', '-c', '(sleep ${mark} &); sleep ${mark}'], { detached: true, stdio: 'ignore' }).unref()
await new Promise((resolve) => setTimeout(resolve, 200))
said.running = execFileSync('sh', ['-c', 'cat /proc/[0-9]*/cmdline | tr "\\\\0" " " | grep -o "sleep ${mark}" | wc -l']).toString().trim()
`,
    )
    expect(Number((reply.body as { running: string }).running)).toBeGreaterThanOrEqual(10)
    await expect.poll(() => countRunning(mark)).toBe(0)
  })
})

function countRunning(mark: string): number {
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(`sleep\0${mark}`)
    } catch {
      return false
    }
  }).length
}
