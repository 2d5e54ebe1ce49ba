import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runSubject } from '../run-subject.ts'

const root = join(import.meta.dirname, '../..')
const told = join(root, 'examples/stories')
const stories = [
  'leaver-keeps-no-access.yaml',
  'told-once.yaml',
  'unknown-person-changes-nothing.json',
]

/** Verdicts and what fell short, by the story's name and plan; ids aside, the same for both spellings. */
async function judge(paths: string[], subject: string): Promise<Record<string, unknown>> {
  const result = await runSubject({
    paths,
    subjectFile: join(root, 'examples', subject, 'subject.json'),
    seeds: ['1'],
    plans: ['none', 'lost-after-write'],
    jobs: 2,
  })
  expect(result.broken).toEqual([])
  return Object.fromEntries(
    result.trials.map(({ scenario, plan, verdict, why }) => [
      `${scenario.slice(scenario.lastIndexOf('/') + 1)} ${plan.name}`,
      { verdict, kinds: [...new Set(why.map(({ kind }) => kind))] },
    ]),
  )
}

describe('a story told in YAML or JSON', () => {
  it.each([
    ['offboarding', 6],
    ['offboarding-naive', 2],
    ['do-nothing', 0],
  ])('judges %s as the same story in TypeScript does', async (subject, satisfied) => {
    const inYaml = await judge(
      stories.map((one) => join(told, one)),
      subject,
    )
    const inTypeScript = await judge(
      stories.map((one) => `offboarding/${one.replace(/\.\w+$/, '')}`),
      subject,
    )
    expect(inYaml).toEqual(inTypeScript)
    const verdicts = Object.values(inYaml).map((one) => (one as { verdict: string }).verdict)
    expect(verdicts).toHaveLength(6)
    expect(verdicts.filter((one) => one === 'satisfied')).toHaveLength(satisfied)
  })
})
