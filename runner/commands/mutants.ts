import { UsageError } from '../../engine/usage-error.ts'
import { readCount, readFlags } from '../flags.ts'
import { interruptible, leaveWhenSaid } from '../interrupt.ts'
import { playMutants, type MutantsRequest } from '../mutants/play.ts'
import { exitCodeOfMutants } from '../mutants/result.ts'
import { tellMutants } from '../mutants/tell.ts'
import { needSubject } from '../need-subject.ts'
import { NoteLine } from '../note-line.ts'
import { readTrials, trialFlags, trialFlagsHelp } from './trial-flags.ts'

export const mutantsHelp = `backlot mutants [paths] --subject FILE – what the scenarios notice when something is broken on purpose

  backlot mutants --subject subject.json
  backlot mutants scenarios/offboarding --subject subject.json --max 200 --min 0.8
  backlot mutants offboarding/leaver --subject subject.json --only okta.deactivateUser:dropped

Breaks one thing at a time, among what the trials use: a rule of a twin (a write that does nothing, a
field that is not written, a list that forgets, a filter that is ignored, a permission that is not
checked …) or a call of the subject (not made, made twice, with another argument, in another order,
an error taken for success). The subject must satisfy without mutants.

  --subject FILE   describes the code under test; take one that satisfies
  --max N          mutants to play at most, drawn from the seed (60)
  --side S         only those of the twin, or of the subject
  --only ID        only this one; may be given several times
  --min S          end with 1 when less than this share is noticed (0.8)
  --faults P,P     fault plans under which it is played (none)
${trialFlagsHelp(1)}
  --json           everything as JSON

Ends with 0, or with 1 when less than --min is noticed or a scenario notices nothing at all, 2 when a flag
or a scenario is wrong, 3 when nothing could be judged, 130 when it was interrupted.
`

/** Runs `backlot mutants`; returns the exit code. */
export async function mutants(args: readonly string[]): Promise<number> {
  const { request, json, least } = readMutantsOptions(args)
  const note = new NoteLine()
  const onTrial = (done: number, all: number): void =>
    note.tell(`${done}/${all} trials with mutants`)
  try {
    const result = await interruptible((signal) =>
      playMutants({ ...request, signal, onTrial }).finally(() => note.end()),
    )
    const [unknown] = result.unknown
    if (unknown !== undefined) {
      const fix = 'backlot mutants --json lists all that were played.'
      throw new UsageError(`There is no mutant "${unknown}" of these trials.`, {
        field: '--only',
        fix,
      })
    }
    process.stdout.write(json ? `${JSON.stringify(result)}\n` : tellMutants(result))
    return exitCodeOfMutants(result, least)
  } finally {
    leaveWhenSaid()
  }
}

function readMutantsOptions(args: readonly string[]): {
  request: MutantsRequest
  json: boolean
  least: number
} {
  const { values, positionals } = readFlags('mutants', args, {
    ...trialFlags,
    subject: { type: 'string', short: 's' },
    max: { type: 'string', default: '60' },
    side: { type: 'string' },
    only: { type: 'string', multiple: true },
    min: { type: 'string' },
    json: { type: 'boolean', default: false },
  })
  const { side, only, min = '0', json } = values
  if (side !== undefined && side !== 'twin' && side !== 'subject') {
    throw new UsageError(`There is no side "${side}".`, {
      field: '--side',
      fix: 'Write twin or subject.',
    })
  }
  const least = Number(min)
  if (!/^\d*\.?\d+$/.test(min) || least > 1) {
    throw new UsageError(`"${min}" is no share from 0 to 1.`, { field: '--min', fix: 'Write 0.8.' })
  }
  const request: MutantsRequest = {
    ...readTrials(values, positionals, 1),
    subjectFile: needSubject('mutants', values.subject),
    most: readCount('--max', values.max, 1),
    side,
    only,
  }
  return { request, json, least }
}
