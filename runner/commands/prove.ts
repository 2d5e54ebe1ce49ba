import { UsageError } from '../../engine/usage-error.ts'
import { readFlags } from '../flags.ts'
import { interruptible, leaveWhenSaid } from '../interrupt.ts'
import { ProgressLine } from '../progress.ts'
import { compareVersions, exitCodeOfProof } from '../prove/prove.ts'
import { tellProof } from '../prove/tell.ts'
import { findVersion, type Version } from '../prove/version.ts'
import type { RunResult } from '../report/result.ts'
import { runSubject } from '../run-subject.ts'
import { readTrials, trialFlags, trialFlagsHelp, type AskedTrials } from './trial-flags.ts'

export const proveHelp = `backlot prove --before A --after B [paths] – shows that a change repairs what it is for

  backlot prove --before HEAD~1:subject.json --after subject.json
  backlot prove --before old.json --after new.json --scenario offboarding/leaver --faults none,flaky

Plays the same trials on two versions of a subject, and names the scenarios that are fixed, that still
fail and that are newly broken. Proved is: at least one failed before, each of those satisfies
throughout now, and none that satisfied is broken.

  --before A       a description file, or one of another commit (HEAD~1:subject.json), which is checked
  --after B        out into a temporary worktree with the node_modules of the working tree
  --scenario ID    only this scenario; may be given several times
  --faults P,P     fault plans, as in backlot run (none)
${trialFlagsHelp(3)}
  --json           everything as JSON

Ends with 0 when it is proved, 1 when it is not (and says what is missing), 2 when a flag or a scenario
is wrong, 3 when only inconclusive trials stand in the way, 130 when it was interrupted.
`

/** Runs `backlot prove`; returns the exit code. */
export async function prove(args: readonly string[]): Promise<number> {
  const { before, after, json, request } = readProveOptions(args)
  const old = await findVersion(before, '--before')
  try {
    const now = await findVersion(after, '--after')
    try {
      return await interruptible((signal) => proveWith(old, now, { ...request, signal }, json))
    } finally {
      await now.end()
    }
  } finally {
    await old.end()
    leaveWhenSaid()
  }
}

async function proveWith(
  old: Version,
  now: Version,
  request: AskedTrials,
  json: boolean,
): Promise<number> {
  const before = await playVersion(old, request)
  const after = await playVersion(now, request)
  const proof = compareVersions(
    { version: named(old), result: before },
    { version: named(now), result: after },
  )
  process.stdout.write(json ? `${JSON.stringify(proof)}\n` : tellProof(proof, request.wall))
  return exitCodeOfProof(proof)
}

async function playVersion({ file }: Version, request: AskedTrials): Promise<RunResult> {
  const progress = new ProgressLine()
  try {
    const result = await runSubject({ ...request, subjectFile: file, onTrial: progress.tell })
    const [broken] = result.broken
    if (broken !== undefined)
      throw new UsageError(broken.what, { ...broken.where, fix: broken.fix })
    return result
  } finally {
    progress.end()
  }
}

function named({ name, commit }: Version): { name: string; commit?: string } {
  return commit === undefined ? { name } : { name, commit }
}

function readProveOptions(args: readonly string[]) {
  const { values, positionals } = readFlags('prove', args, {
    before: { type: 'string' },
    after: { type: 'string' },
    scenario: { type: 'string', multiple: true },
    ...trialFlags,
    json: { type: 'boolean', default: false },
  })
  const { before, after, scenario = [], json } = values
  const request = readTrials(values, scenario.length > 0 ? scenario : positionals, 3)
  return { before: need('--before', before), after: need('--after', after), json, request }
}

function need(flag: string, text: string | undefined): string {
  if (text !== undefined) return text
  const fix = 'Give both: --before HEAD~1:subject.json --after subject.json.'
  throw new UsageError(`Which version is ${flag.slice(2)} the change?`, { field: flag, fix })
}
