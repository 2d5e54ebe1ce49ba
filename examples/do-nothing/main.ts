import { createInterface } from 'node:readline'

// The control: it says that all is well and does nothing. No scenario may be content with it.
for await (const text of createInterface({ input: process.stdin })) {
  const isNewTrial = 'trial' in (JSON.parse(text) as object)
  process.stdout.write(`${JSON.stringify(isNewTrial ? { ready: true } : { status: 200 })}\n`)
}
