import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { crossValidate, printCrossValidation } from '../runner/learn/cross-validate.ts'
import { readSpecs } from '../runner/learn/teach.ts'
import { findCassettes } from '../runner/verify/cassettes.ts'

/**
 * The honest measure of learned twins: learned on part of the recordings, judged on the rest, beside what people use
 * today. `node bench/learn.ts [--out FILE] [service …]`; needs ../shared.
 */
const shared = fileURLToPath(new URL('../../shared/', import.meta.url))
const services: Readonly<Record<string, readonly string[]>> = {
  google: [
    'drive-v3-openapi-apisguru',
    'docs-v1-openapi-apisguru',
    'sheets-v4-openapi-apisguru',
  ].map((name) => `google-${name}.json`),
  okta: ['management', 'oauth', 'myaccount-idp', 'governance'].map(
    (name) => `okta-${name}-2026.06.3.json`,
  ),
  jira: ['jira-platform-v3-2026-05-29.json', 'jira-software-2022-07-17.json'],
  slack: ['slack-web-api-official-1.7.0-2021.json'],
}

const args = process.argv.slice(2)
const out = args.includes('--out') ? args.splice(args.indexOf('--out'), 2)[1] : undefined
if (!existsSync(shared)) {
  process.stderr.write('There are no recordings at ../shared; nothing to measure.\n')
  process.exit(0)
}
const parts: string[] = []
for (const name of args.length > 0 ? args : Object.keys(services)) {
  const specs = (services[name] ?? []).map((file) => join(shared, 'specs', file))
  const cassettes = await findCassettes([join(shared, 'recordings', name)])
  for (const [title, files] of [
    ['with its documents', specs],
    ['from recordings alone', []],
  ] as const) {
    const spec = await readSpecs(name, files)
    const result = await crossValidate(name, spec, cassettes, 5, () => undefined)
    parts.push(`### ${name}, ${title}\n\n\`\`\`\n${printCrossValidation(result)}\`\`\`\n`)
    process.stdout.write(`${parts.at(-1)}\n`)
  }
}
if (out !== undefined)
  await writeFile(
    out,
    `## Learned twins on recordings they did not learn from\n\n${parts.join('\n')}`,
  )
