import { randomBytes } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { UsageError } from '../../engine/usage-error.ts'
import { readCount, readFlags } from '../flags.ts'
import {
  findLeaksInFolder,
  findLeaksInScoring,
  LeakFinder,
  type Leak,
} from '../holdout/leaks/find-leaks.ts'
import { usualBounds, type ReadCount } from '../holdout/leaks/read-tree.ts'
import { auditBehaviour, type BehaviourAudit } from '../holdout/renaming/audit-behaviour.ts'
import type { HoldoutScore } from '../holdout/score-holdout.ts'
import { defaultKeyFile, readKeyFile } from '../holdout/seal/keys.ts'
import { readCases } from '../holdout/seal/sealed-set.ts'
import { interruptible } from '../interrupt.ts'
import { findFiles, ownScenarios } from '../load-scenarios.ts'
import { readDocument } from '../read-document.ts'
import { seedsFrom } from '../run-subject.ts'
import { readWall } from '../wall/choose.ts'

export const auditHelp = `backlot holdout audit [public paths] --subject FILE|FOLDER – has a subject seen the cases?

  backlot holdout audit --subject service/                     sources and dependencies, for traces of sealed cases
  backlot holdout audit --subject service/ --scoring full.json what it said and sent in a scoring as well
  backlot holdout audit scenarios --subject subject.json --behaviour    does it know the public cases by heart?

  --subject S      a folder, or the file that describes the code under test: then the file's folder
  --scoring FILE   what backlot score --open-full wrote
  --behaviour      plays public cases with other seeds, under other names, and with every service down
  --keep NAME      a name that subjects have to know beforehand; may be given twice
  --trials N       seeds per case and play (2)
  --jobs J         trials under way at once (2)
  --wall W         lane (the default, on Linux), or environment (unsafe, for code that you trust)
  --seconds S      how long the folder is read at most (120)
  --set, --key, --known-key, --json   as for the others

Told are file, line, the case's id and how alike: never a word of a case. Ends with 1 when something was found.
`

const flags = {
  subject: { type: 'string' },
  scoring: { type: 'string' },
  behaviour: { type: 'boolean', default: false },
  keep: { type: 'string', multiple: true, default: [] as string[] },
  trials: { type: 'string', default: '2' },
  jobs: { type: 'string', default: '2' },
  wall: { type: 'string' },
  seconds: { type: 'string', default: '120' },
  set: { type: 'string', default: 'holdout' },
  key: { type: 'string' },
  'known-key': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const

type Flags = ReturnType<typeof readFlags<typeof flags>>['values']

/** Runs `backlot holdout audit`; returns the exit code. */
export async function audit(args: readonly string[]): Promise<number> {
  const { values, positionals } = readFlags('holdout audit', args, flags)
  const { subject, json } = values
  if (subject === undefined) {
    throw new UsageError('Which subject is to be looked through?', {
      field: '--subject',
      fix: 'Name its folder, or the file that describes it.',
    })
  }
  const facts = await stat(subject).catch(() => undefined)
  if (facts === undefined) throw new UsageError(`There is no "${subject}".`, { field: '--subject' })
  if (values.behaviour && facts.isDirectory()) {
    throw new UsageError('What is to be played?', {
      field: '--subject',
      fix: 'With --behaviour, name the file that describes the subject.',
    })
  }
  const folder = facts.isDirectory() ? subject : dirname(resolve(subject))
  const paths = positionals.length > 0 ? positionals : [ownScenarios]
  const { leaks, read } = await lookThrough(values, folder, paths)
  const behaviour = values.behaviour ? await play(values, subject, paths) : undefined
  const isFound = leaks.length > 0 || behaviour?.flagged === true
  const lines = [...tellLeaks(leaks, read), ...(behaviour === undefined ? [] : tell(behaviour))]
  const value = { found: isFound, leaks, read, ...(behaviour !== undefined && { behaviour }) }
  process.stdout.write(json ? `${JSON.stringify(value)}\n` : `${lines.join('\n')}\n`)
  return isFound ? 1 : 0
}

async function lookThrough(
  values: Flags,
  folder: string,
  paths: readonly string[],
): Promise<{ leaks: Leak[]; read: ReadCount }> {
  const file = values.key ?? defaultKeyFile()
  const identities = await readKeyFile(file, { anyMode: values['known-key'] })
  const { cases } = await readCases(values.set, identities)
  const msMax = readCount('--seconds', values.seconds, 1) * 1000
  const open = await Promise.all(
    [...paths, ownScenarios].map((one) => findFiles(one, process.cwd())),
  )
  const texts = await Promise.all([...new Set(open.flat())].map((one) => readFile(one, 'utf8')))
  const finder = new LeakFinder(cases, texts)
  const found = await findLeaksInFolder(finder, folder, { ...usualBounds, msMax })
  if (values.scoring === undefined) return found
  return {
    ...found,
    leaks: [...found.leaks, ...findLeaksInScoring(finder, await scoring(values.scoring))],
  }
}

async function scoring(file: string): Promise<HoldoutScore> {
  const { value, at } = await readDocument(file)
  const given = value as Partial<HoldoutScore> | undefined
  if (given?.format === 'backlot.scoring/1') return given as HoldoutScore
  throw new UsageError('This is no scoring.', {
    ...at('format'),
    fix: 'backlot score --open-full writes one.',
  })
}

function play(
  values: Flags,
  subjectFile: string,
  publicPaths: readonly string[],
): Promise<BehaviourAudit> {
  const { keep, trials, jobs, wall } = values
  const shared = { subjectFile, publicPaths, keep, wall: readWall(wall) }
  const seeds = seedsFrom('1', readCount('--trials', trials, 1))
  const secret = randomBytes(32).toString('hex')
  return interruptible((signal) =>
    auditBehaviour({ ...shared, seeds, secret, jobs: readCount('--jobs', jobs, 1), signal }),
  )
}

function tellLeaks(leaks: readonly Leak[], { files, bytes, left }: ReadCount): string[] {
  const size = `${files} file${files === 1 ? '' : 's'}, ${(bytes / 1e6).toFixed(1)} MB`
  const unread = left === 0 ? '' : `; ${left} were not read, or not to their end`
  if (leaks.length === 0) return [`No trace of a sealed case in ${size}${unread}.`]
  return [
    `${leaks.length} trace${leaks.length === 1 ? '' : 's'} of sealed cases in ${size}${unread}:`,
    ...leaks.map(({ where, file, line, case: id, what, form, similarity }) => {
      const likeness = what === 'near-copy' ? ` (${Math.round(similarity * 100)} % of it)` : ''
      return `  ${where}: ${file}:${line}  ${what} of case ${id}${likeness}, ${form}`
    }),
  ]
}

function tell({ freshSeeds, renamed, satisfiedAlone, flagged }: BehaviourAudit): string[] {
  const of = ({ before, after, trials, p, flagged }: BehaviourAudit['freshSeeds']): string =>
    `${before} of ${trials} satisfied before, ${after} after${flagged ? '' : ': nothing'} (p = ${p.toFixed(3)})`
  return [
    `other seeds   ${of(freshSeeds)}`,
    ...freshSeeds.fell.map((id) => `  fell: ${id}`),
    `other names   ${of(renamed)}`,
    ...renamed.fell.map(
      (id) => `  fell: ${id}, where these went by others: ${renamed.names[id]!.join(', ')}`,
    ),
    ...satisfiedAlone.map((id) => `${id} was satisfied with every service down`),
    flagged
      ? 'It seems to know public cases by heart. Names that it must know beforehand go with --keep.'
      : 'It acts on what it finds.',
  ]
}
