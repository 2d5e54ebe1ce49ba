import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findHelp } from '../commands.ts'
import { readValue } from '../config/read-value.ts'
import { policyShape } from '../gate/policy.ts'
import { parseDocument } from '../read-document.ts'
import { ladderFor } from './feedback/ladder.ts'
import { answerInWords } from './feedback/tell-answer.ts'

const doc = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'holdout.md'), 'utf8')
const blocks = (kind: string): string[] =>
  [...doc.matchAll(new RegExp(`\`\`\`${kind}\\n([^]*?)\`\`\``, 'g'))].map(([, text]) => text!)
const commands = [
  ...blocks('sh commands').flatMap((text) => text.trim().split('\n')),
  ...[...doc.matchAll(/npx (backlot .*)/g)].map(([, text]) => text!),
]

describe('docs/holdout.md', () => {
  it.each(commands)('shows a command with flags that there are: %s', async (line) => {
    const [, name, ...words] = line.split(/\s+/)
    const help = await findHelp(name!)
    const flags = words.filter((word) => word.startsWith('--'))
    for (const flag of flags) expect(help).toMatch(new RegExp(`${flag}\\b`))
    if (['holdout', 'attest'].includes(name!)) expect(help).toContain(`backlot ${name} ${words[0]}`)
  })

  it('shows a policy with every rule that there is', () => {
    const [policy, ...others] = blocks('yaml policy')
    const { value, at } = parseDocument('policy.yaml', policy!)
    readValue(value, policyShape.schema, at)
    const rules = Object.keys(policyShape.schema['properties'] as object)
    expect(Object.keys(value as object).sort()).toEqual(
      rules.filter((one) => one !== '$schema').sort(),
    )
    expect(others).toEqual([])
  })

  it('shows an answer as it is given', () => {
    const answer = { verdict: 'accepted', score: 0.9, questionsLeft: 49 } as const
    expect(doc).toContain(answerInWords(answer, ladderFor(100, 50)).replaceAll(/ +$/gm, ''))
  })
})
