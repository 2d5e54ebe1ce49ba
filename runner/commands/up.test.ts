import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { ask } from '../../test/ask.ts'

const file = fileURLToPath(new URL('up.ts', import.meta.url))
const program = `
  import { pathToFileURL } from 'node:url'
  const { up } = await import(pathToFileURL(process.argv[1]).href)
  process.exitCode = await up(process.argv.slice(2))`

interface Ready {
  ready: true
  twins: Record<string, { url: string; tokens: Record<string, string> }>
  admin: { url: string; token: string }
}

describe('backlot up', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'says one line when it is ready, answers, and ends well on %s',
    async (signal) => {
      const args = ['--input-type=module', '-e', program, '--', file, 'okta', '--json']
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
      const lines: string[] = []
      const reader = createInterface(child.stdout)
      reader.on('line', (line) => lines.push(line))
      await once(reader, 'line')
      const ready = JSON.parse(lines[0]!) as Ready
      const { url, tokens } = ready.twins['okta']!
      const headers = { authorization: `SSWS ${tokens['api']}` }
      const me = await ask({ url: `${url}/api/v1/users/me`, headers })
      expect([ready.ready, me.status]).toEqual([true, 200])
      expect(me.text).toContain(`${url}/api/v1/users/`)
      child.kill(signal)
      const [code] = (await once(child, 'exit')) as [number | null]
      expect([code, lines.length]).toEqual([0, 1])
    },
  )
})
