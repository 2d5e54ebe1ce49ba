import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/**
 * A tiny subject as a process, cold or warm, with some bad habits to try the runner on: what it
 * does depends on the path of the request.
 */
interface Request {
  path: string
  body?: { id?: string; title?: string }
  trial?: { env: Record<string, string> }
}

let env: Record<string, string | undefined> = process.env
let seen = 0

function say(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}

async function callBoard(method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(`${env['BACKLOT_BOARD_URL']}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${env['BACKLOT_BOARD_TOKEN']}`,
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

const habits: Record<string, (body: Request['body']) => unknown> = {
  '/pin': async ({ id, title } = {}) => {
    console.log('about to pin, said on stdout as a log would')
    const reply = await callBoard('PUT', `/notes/${id}`, { title, pinned: true })
    return { status: reply.status, body: { seen: ++seen } }
  },
  '/patient': async () => {
    for (;;) {
      const reply = await callBoard('GET', '/notes')
      if (reply.status !== 429) return { status: reply.status }
      const waitMs = Number(reply.headers.get('retry-after')) * 1000
      await new Promise((resolve) => setTimeout(resolve, waitMs))
    }
  },
  '/env': () => ({ status: 200, body: { ...process.env, ...env } }),
  '/crash': () => {
    console.error('this is what went wrong')
    process.exit(7)
  },
  '/hang': () => {
    // A child of its own, which must not be left behind either.
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
      stdio: 'inherit',
    })
    console.error(`child ${child.pid}`)
    return new Promise(() => setInterval(() => {}, 1000))
  },
  '/flood': () => {
    for (let i = 0; i < 100; i++) process.stdout.write('x'.repeat(100_000))
    return new Promise(() => setInterval(() => {}, 1000))
  },
  '/silent': () => undefined,
  '/nonsense': () => ({ status: 'fine' }),
}

createInterface({ input: process.stdin }).on('line', async (line) => {
  const request = JSON.parse(line) as Request
  if (request.trial !== undefined) {
    env = request.trial.env
    return say({ ready: true })
  }
  const reply = await habits[request.path]!(request.body)
  if (reply !== undefined) say(reply)
})
