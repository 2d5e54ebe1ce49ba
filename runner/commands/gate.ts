import { appendFile, writeFile } from 'node:fs/promises'
import { UsageError } from '../../engine/usage-error.ts'
import { readFlags } from '../flags.ts'
import { decide, exitCodeFor, type Decision } from '../gate/decide.ts'
import { policySchema, readPolicy, type ReadPolicy } from '../gate/policy.ts'
import { readScoring } from '../gate/read-scoring.ts'
import {
  tellDecision,
  toCodeQuality,
  toDotenv,
  toGitHub,
  toJUnit,
  toMarkdown,
} from '../gate/tell.ts'

export const gateHelp = `backlot gate --policy FILE --score FILE – may this version go out?

  backlot gate --policy policy.yaml --score scoring.json
  backlot gate --policy policy.yaml --score scoring.age --key holdout.key --last accepted.json
  backlot gate --schema > policy.schema.json

  --policy FILE        what is asked (YAML or JSON):
                       minSatisfaction: 0.9     the holdout, by the lower end of its interval
                       tagFloors: { billing: 0.8 }
                       maxGap: 0.1              public minus holdout
                       noSignificantGap: true
                       noEscapes: true
                       noLeaks: true            traces of sealed cases
                       minWall: lane
                       minDepth: behaved        of operations that the subject leaned on
                       maxInconclusive: 0.05
                       maxHoldoutAge: 90 days   since the set was sealed
                       maxScoringAge: 7 days
                       plans: [none, flaky]     that must have been played
                       minTrials: 3             seeds per case and plan
                       minCases: 30
                       noWorseThanLast: true    than --last, by more than luck
  --score FILE         what backlot score --full wrote; a sealed one needs the key
  --last FILE          the scoring of the last accepted version
  --key FILE           the key that opens sealed scorings (BACKLOT_HOLDOUT_KEY_FILE, or
                       ~/.config/backlot/holdout.key); --known-key when it is no secret
  --decision FILE      writes the decision as JSON
  --junit FILE         writes JUnit XML, a test case for every rule
  --code-quality FILE  writes GitLab's code quality report
  --dotenv FILE        writes variables for later jobs (GitLab's dotenv report)
  --markdown FILE      writes a table
  --json               the decision as JSON on stdout
  --schema             prints the JSON Schema of a policy

In a GitHub job every rule becomes an annotation at its line of the policy, and the job's summary gets the
table. Ends with 0 when every rule held, 1 when one did not, 2 when a file or flag is wrong, 3 when the
scoring is inconclusive.
`

const text = { type: 'string' } as const
const yes = { type: 'boolean', default: false } as const
const flags = {
  policy: text,
  score: text,
  last: text,
  key: text,
  'known-key': yes,
  decision: text,
  junit: text,
  'code-quality': text,
  dotenv: text,
  markdown: text,
  json: yes,
  schema: yes,
} as const

type Values = ReturnType<typeof readFlags<typeof flags>>['values']

/** Runs `backlot gate`; returns the exit code. */
export async function gate(args: readonly string[]): Promise<number> {
  const { values, positionals } = readFlags('gate', args, flags)
  if (positionals[0] !== undefined) throw new UsageError(`"${positionals[0]}" is one too many.`, {})
  if (values.schema) {
    process.stdout.write(`${JSON.stringify(policySchema, null, 2)}\n`)
    return 0
  }
  const policy = await readPolicy(need(values.policy, '--policy', 'policy.yaml'))
  const options = { keyFile: values.key, anyMode: values['known-key'] }
  const score = await readScoring(need(values.score, '--score', 'scoring.json'), options)
  const last = values.last === undefined ? undefined : await readScoring(values.last, options)
  const decision = decide(policy, { score, last, now: new Date() })
  await write(values, decision, policy)
  await tellGitHub(values, decision, policy)
  process.stdout.write(values.json ? `${JSON.stringify(decision)}\n` : tellDecision(decision))
  return exitCodeFor(decision)
}

async function write(values: Values, decision: Decision, { at }: ReadPolicy): Promise<void> {
  const files: [keyof Values, () => string][] = [
    ['decision', () => `${JSON.stringify(decision, null, 2)}\n`],
    ['junit', () => toJUnit(decision)],
    ['code-quality', () => toCodeQuality(decision, at)],
    ['dotenv', () => toDotenv(decision)],
    ['markdown', () => toMarkdown(decision)],
  ]
  for (const [flag, make] of files) {
    const file = values[flag]
    if (typeof file !== 'string') continue
    await writeFile(file, make()).catch((error: Error) => {
      throw new UsageError(`It can't be written: ${error.message}.`, { field: `--${flag}`, file })
    })
  }
}

/** A GitHub job reads annotations from stdout, which belongs to JSON where that is asked for; there they go to stderr, and are read as well. */
async function tellGitHub(values: Values, decision: Decision, { at }: ReadPolicy): Promise<void> {
  const { GITHUB_ACTIONS, GITHUB_STEP_SUMMARY: summary } = process.env
  if (GITHUB_ACTIONS === 'true') {
    const out = values.json ? process.stderr : process.stdout
    out.write(toGitHub(decision, at))
  }
  if (summary === undefined || summary === '') return
  await appendFile(summary, `${toMarkdown(decision)}\n`).catch((error: Error) => {
    process.stderr.write(`The step summary can't be written: ${error.message}.\n`)
  })
}

function need(value: string | undefined, field: string, example: string): string {
  if (value !== undefined) return value
  throw new UsageError('A gate holds a scoring against a policy.', {
    field,
    fix: `Write ${field} ${example}; see backlot gate --help.`,
  })
}
