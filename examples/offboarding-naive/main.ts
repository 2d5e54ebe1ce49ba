import { createInterface } from 'node:readline'
import { offboard } from './leaver.ts'

let env: Record<string, string | undefined> = process.env
for await (const text of createInterface({ input: process.stdin })) {
  const line = JSON.parse(text) as {
    trial?: { env: Record<string, string> }
    body?: { email: string }
  }
  if (line.trial !== undefined) {
    env = { ...process.env, ...line.trial.env }
    say({ ready: true })
    continue
  }
  try {
    say({ status: 200, body: await offboard(line.body!.email, env) })
  } catch (error) {
    say({ status: 500, body: { error: String(error) } })
  }
}

function say(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}
