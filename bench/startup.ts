import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Milliseconds from starting `backlot up` with all twins to its first answer, median of some starts. The first start fills Node's compile cache and is not counted. */
export async function measureStartUp(starts = 5): Promise<number[]> {
  const times: number[] = []
  for (let n = 0; n <= starts; n++) {
    const ms = await startOnce()
    if (n > 0) times.push(ms)
  }
  return times.toSorted((a, b) => a - b)
}

interface Ready {
  twins: Record<string, { url: string }>
}

async function startOnce(): Promise<number> {
  const cli = fileURLToPath(new URL('../bin/backlot.js', import.meta.url))
  const start = performance.now()
  const child = spawn(process.execPath, [cli, 'up', '--json', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const line = await new Promise<string>((resolve, reject) => {
      child.stdout.once('data', (data: Buffer) => resolve(String(data)))
      child.once('exit', (code) => reject(new Error(`backlot up ended with ${code}`)))
    })
    const { twins } = JSON.parse(line) as Ready
    const answer = await fetch(`${twins['slack']!.url}/api/api.test`)
    if (!answer.ok) throw new Error(`api.test answered ${answer.status}`)
    return performance.now() - start
  } finally {
    child.removeAllListeners('exit')
    child.kill('SIGKILL')
  }
}
