import { existsSync } from 'node:fs'
import { didYouMean } from '../../engine/nearest.ts'
import { UsageError } from '../../engine/usage-error.ts'
import { checkScenarios } from '../author/check-scenarios.ts'
import { writeNewScenario } from '../author/new-scenario.ts'
import { exitCodeOfChecks, tellChecks, tellWritten } from '../author/tell.ts'
import { readFlags } from '../flags.ts'
import { interruptible, leaveWhenSaid } from '../interrupt.ts'
import { ownScenarios } from '../load-scenarios.ts'
import { NoteLine } from '../note-line.ts'
import { loadSubject } from '../subject/load.ts'
import { storySchema } from '../yaml-scenario/schema.ts'
import { recordScenario } from './scenario-record.ts'

export const scenarioHelp = `backlot scenario – writes scenarios, and finds out whether they can fail

  backlot scenario new offboarding/leaver                a file that runs, to begin from
  backlot scenario new offboarding/leaver --yaml --twins okta,slack
  backlot scenario check [paths]                         can they fail? are they the same every time?
  backlot scenario check offboarding --subject subject.json
                                                         … do they notice when the subject's calls break?
  backlot scenario record --twins okta,slack --out scenarios/joiner.yaml
                                                         work against the twins by hand or with a client;
                                                         Ctrl-C writes a scenario of what you did
  backlot scenario schema                                the JSON Schema of scenarios in YAML, for an editor

new:     --twins T,T      which services (okta)
         --yaml           in YAML; the same as an id that ends with .yaml
check:   --subject FILE   a subject that should satisfy them
         --seed S         the seed to play with (1)
record:  --twins T,T      which services
         --out FILE       .ts or .yaml; it must not be there
         --for TIME       ends by itself: 90s, 5m; so does the end of stdin, unless it is a terminal
         --port N         where to listen (a free port)
         --seed FILE      rows to begin with, as backlot up takes them
         --name TEXT      the story's name
all:     --json           for programs

check ends with 0 when every scenario can fail and is the same every time, 1 when the subject fell
short of one, 2 when a scenario is wrong, checks nothing, passes without a subject, notices no broken
call, or depends on the machine's clock or chance, 130 when it was interrupted.
`

const actions: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  new: writeNew,
  check,
  record: recordScenario,
  schema: printSchema,
}

/** Runs `backlot scenario …`; returns the exit code. */
export async function scenario([action, ...args]: readonly string[]): Promise<number> {
  const run = action === undefined ? undefined : actions[action]
  if (run !== undefined) return run(args)
  const known = Object.keys(actions)
  if (action === undefined || action.startsWith('-')) {
    const fix = `Write one of ${known.join(', ')}. See backlot scenario --help.`
    throw new UsageError('What about scenarios?', { fix })
  }
  throw new UsageError(`There is no "backlot scenario ${action}".`, {
    fix: didYouMean(action, known),
  })
}

async function writeNew(args: readonly string[]): Promise<number> {
  const { values, positionals } = readFlags('scenario', args, {
    twins: { type: 'string', default: 'okta' },
    yaml: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  })
  const [id, ...more] = positionals
  if (id === undefined || more.length > 0) {
    const fix = 'Write backlot scenario new offboarding/leaver.'
    throw new UsageError('New takes one id.', { fix })
  }
  const twins = values.twins.split(',').filter(Boolean)
  const written = await writeNewScenario({ id, twins, yaml: values.yaml })
  process.stdout.write(values.json ? `${JSON.stringify(written)}\n` : tellWritten(written))
  return 0
}

async function check(args: readonly string[]): Promise<number> {
  const { values, positionals } = readFlags('scenario', args, {
    subject: { type: 'string', short: 's' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  })
  const paths =
    positionals.length > 0 ? positionals : [existsSync('scenarios') ? 'scenarios' : ownScenarios]
  const subject = values.subject === undefined ? undefined : await loadSubject(values.subject)
  const note = new NoteLine()
  try {
    return await interruptible(async (signal) => {
      const checked = await checkScenarios({
        paths,
        seed: values.seed,
        subject,
        signal,
        onScenario: (id) => note.tell(id),
      })
      note.end()
      const told = values.json
        ? `${JSON.stringify({ scenarios: checked })}\n`
        : tellChecks(checked, subject?.name)
      process.stdout.write(told)
      return signal.aborted ? 130 : exitCodeOfChecks(checked)
    })
  } finally {
    note.end()
    await subject?.close()
    leaveWhenSaid()
  }
}

function printSchema(args: readonly string[]): Promise<number> {
  readFlags('scenario', args, { json: { type: 'boolean', default: false } })
  process.stdout.write(`${JSON.stringify(storySchema(), null, 2)}\n`)
  return Promise.resolve(0)
}
