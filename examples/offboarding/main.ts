import { createInterface } from 'node:readline'
import { createService, type Request } from './service.ts'
import { readSettings } from './settings.ts'

/*
 * Speaks lines of JSON: a request in, its response out. A line `{"trial":{"env":{…}}}` sets the
 * service up anew; without one it is set up from the environment of the process.
 */
type Line = Request | { trial: { env: Record<string, string> } }

let service: ReturnType<typeof createService> | undefined
for await (const text of createInterface({ input: process.stdin })) {
  const line = JSON.parse(text) as Line
  if ('trial' in line) {
    service = createService(readSettings({ ...process.env, ...line.trial.env }))
    say({ ready: true })
  } else {
    service ??= createService(readSettings(process.env))
    say(await service(line))
  }
}

function say(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}
