import { relative } from 'node:path'
import { UsageError } from '../../engine/usage-error.ts'
import { configSchema } from '../config/config-shape.ts'
import { findConfig } from '../config/find-config.ts'
import { readFlags } from '../flags.ts'

export const configHelp = `backlot config – what backlot.config.ts says, held against what it may say

  backlot config                     names the file and what it sets, or says what is wrong with it
  backlot config --json              the same as JSON
  backlot config --schema            the JSON Schema, for editors: backlot config --schema > config.schema.json

The configuration is the first of backlot.config.ts, .mts, .js, .mjs, .json, .yaml and .yml in this
folder. Every command reads it; whatever a flag says goes before it.

  import { defineConfig } from 'backlot/config'
  export default defineConfig({
    subjects: { desk: { kind: 'command', command: ['node', 'desk.js'] } },
    faults: ['none', 'flaky', 'lost-after-write'],
    trials: 20,
  })
`

/** Runs `backlot config`; returns the exit code. */
export function config(args: readonly string[]): Promise<number> {
  const { values, positionals } = readFlags('config', args, {
    schema: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  })
  if (positionals.length > 0) {
    const fix = 'It reads the configuration of this folder.'
    throw new UsageError('backlot config takes no path.', { fix })
  }
  if (values.schema) {
    process.stdout.write(`${JSON.stringify(configSchema, null, 2)}\n`)
    return Promise.resolve(0)
  }
  const found = findConfig()
  if (found === undefined) {
    throw new UsageError('There is no configuration in this folder.', {
      fix: 'Write backlot.config.ts; see backlot config --help.',
    })
  }
  const { file, config: said } = found
  const shown = { file: relative(process.cwd(), file), config: said }
  process.stdout.write(values.json ? `${JSON.stringify(shown)}\n` : tell(shown))
  return Promise.resolve(0)
}

function tell({ file, config: said }: { file: string; config: object }): string {
  const lines = Object.entries(said).map(([name, value]) => {
    const text = name === 'subjects' ? tellSubjects(value as object) : JSON.stringify(value)
    return `  ${name.padEnd(10)} ${text}`
  })
  return `${[file, ...lines].join('\n')}\n`
}

function tellSubjects(subjects: object): string {
  const all = Object.entries(subjects) as [string, { kind: string }][]
  return all.map(([name, { kind }]) => `${name} (${kind})`).join(', ')
}
