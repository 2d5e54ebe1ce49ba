import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { UsageError } from '../../engine/usage-error.ts'
import type { Scoring } from '../attest/make-statements.ts'
import { observePackages } from '../attest/packages/observe.ts'
import { readCount, readFlags } from '../flags.ts'
import { readPolicy } from '../gate/policy.ts'
import { findPlan } from '../fault-plans.ts'
import { digestSubject } from '../history/digest.ts'
import { ask } from '../holdout/feedback/ask.ts'
import { ladderFor } from '../holdout/feedback/ladder.ts'
import { Ledger, type Allowance, type Answer, type Question } from '../holdout/feedback/ledger.ts'
import { openSqliteLedger } from '../holdout/feedback/sqlite-ledger.ts'
import {
  answerAsJson,
  answerInWords,
  exitCodeOfAnswer,
  waitForAnswerTime,
} from '../holdout/feedback/tell-answer.ts'
import { writeFull, type FullPlace } from '../holdout/keep-full.ts'
import { needApart, scoreHoldout, type HoldoutRequest } from '../holdout/score-holdout.ts'
import { defaultKeyFile } from '../holdout/seal/keys.ts'
import { readManifest, type Manifest } from '../holdout/seal/manifest.ts'
import { openSet } from '../holdout/seal/open-set.ts'
import { failed, unheard } from '../holdout/unheard.ts'
import { interruptible, leaveWhenSaid } from '../interrupt.ts'
import { loadScenarios } from '../load-scenarios.ts'
import { needSubject } from '../need-subject.ts'
import { readDocument } from '../read-document.ts'
import { needWritable } from '../report/files.ts'
import { loadSubject } from '../subject/load.ts'
import { readTrials, trialFlags, type AskedTrials } from './trial-flags.ts'

export const scoreHelp = `backlot score [public paths] --subject FILE – asks how a subject fares on the holdout

  backlot score scenarios --subject subject.json --project desk --author ann
  backlot score --subject subject.json --policy policy.yaml --full scoring.age --trials 5 --faults none,flaky

Plays public and sealed cases as one run and tells the author very little: whether the score is a step
above the best so far, the best so far, and how many questions are left. A step is 1/√(number of cases).
The same subject gets the same answer again, at no cost. All else goes to --full, sealed.

  --subject FILE   describes the code under test: a command or a service
  --set FOLDER     the sealed set (holdout)
  --key FILE       the key that opens it (BACKLOT_HOLDOUT_KEY_FILE, or ~/.config/backlot/holdout.key)
  --known-key      the key is no secret (a demonstration): its file may be readable by all
  --ledger FILE    where every question is entered (.backlot/holdout-ledger.db); it must outlive the job
  --project P      what is developed; all who ask about it climb one ladder (the subject's name)
  --author A       who asks (GITHUB_ACTOR, GITLAB_USER_LOGIN, or "anybody")
  --questions N    questions about this project and set in all (50)
  --per-author N   of these by one author (all)
  --policy FILE    says accepted or rejected with each new best score; see backlot gate
  --full FILE      writes all that was found, sealed to whom the set is sealed
  --open-full      writes it open: for release managers, where no author reads it
  --grid SECONDS   answers come after so long, twice as long, four times … and at no other time (60)
  --trials N       seeds per case and plan (3)
  --faults P,P     fault plans (none)
  --jobs J         trials under way at once (as many as there are cores)
  --min-depth D    operations shallower than this make a trial inconclusive (spec)
  --wall W         lane (the default, on Linux), or environment (unsafe, for code that you trust)
  --json           the answer as JSON

Verdicts: accepted, rejected (a step above the best, with a policy), improved (without one), unchanged,
inconclusive (our fault), refused (no question is left). Ends with 0 when it was answered and accepted, or
there is no policy; 1 when it was not accepted; 2 when a flag or file is wrong; 3 when it was inconclusive;
130 when it was interrupted, and then the question is spent.
`

const unwalled =
  'The subject runs without a wall: it can read the key and the cases. This is for code that you trust.'

const text = { type: 'string' } as const
const yes = { type: 'boolean', default: false } as const
const { seed: _seed, ...shared } = trialFlags
const flags = {
  subject: { type: 'string', short: 's' },
  set: { type: 'string', default: 'holdout' },
  key: text,
  'known-key': yes,
  ledger: { type: 'string', default: '.backlot/holdout-ledger.db' },
  project: text,
  author: text,
  questions: { type: 'string', default: '50' },
  'per-author': text,
  policy: text,
  full: text,
  'open-full': yes,
  grid: { type: 'string', default: '60' },
  ...shared,
  json: yes,
} as const

type Values = ReturnType<typeof readFlags<typeof flags>>['values']

/** What is to be scored, read and checked as far as that goes without opening a case. */
interface Prepared {
  values: Values
  subjectFile: string
  asked: AskedTrials
  manifest: Manifest
  question: Question
  allowance: Allowance
  full: FullPlace | undefined
  gridMs: number
}

/** Runs `backlot score`; returns the exit code. */
export async function score(args: readonly string[]): Promise<number> {
  const begunAt = performance.now()
  const prepared = await prepare(args)
  const { values, gridMs, full } = prepared
  const policy = values.policy === undefined ? undefined : await readPolicy(values.policy)
  const keyFile = values.key ?? defaultKeyFile()
  const anyMode = values['known-key']
  // Cases that are TypeScript run when they are opened.
  const set = await unheard(() => openSet({ folder: values.set, keyFile, anyMode }))
  const ledger = await Ledger.open(openSqliteLedger(values.ledger))
  const answer = await interruptible(async (signal) => {
    const told = await unheard((say) => {
      const play = async (): Promise<Scoring> => {
        // One of an earlier scoring must not be taken for this one's.
        if (full !== undefined) await rm(full.file, { force: true })
        return playSet(prepared, set, { signal, say })
      }
      const keep = async (value: unknown): Promise<void> => {
        if (full !== undefined) await writeFull(full, value)
      }
      const onFailure = (error: unknown): Promise<void> => keep(toFailure(error))
      const isAborted = (): boolean => signal.aborted
      const { question, allowance } = prepared
      const now = (): Date => new Date()
      return ask({ ledger, question, allowance, policy, now, play, keep, onFailure, isAborted })
    }).finally(() => ledger.close())
    await waitForAnswerTime(begunAt, gridMs, signal)
    return signal.aborted ? undefined : told
  })
  const code = tell(answer, prepared, policy !== undefined)
  leaveWhenSaid()
  return code
}

async function prepare(args: readonly string[]): Promise<Prepared> {
  const { values, positionals } = readFlags('score', args, flags)
  const subjectFile = needSubject('score', values.subject)
  const asked = readTrials({ ...values, seed: undefined }, positionals, 3)
  const subject = await loadSubject(subjectFile, asked.wall)
  await needApart(subject, subjectFile)
  if (subject.wall?.unsafe !== false) process.stderr.write(`${unwalled}\n`)
  await subject.close()
  // What is the author's to put right is said before a question is spent.
  for (const { error } of (await loadScenarios(asked.paths)).broken) throw error
  await Promise.all(asked.plans.map(findPlan))
  const { manifest, digest } = await readManifest(values.set)
  const { GITHUB_ACTOR, GITLAB_USER_LOGIN } = process.env
  const question = {
    project: values.project ?? subject.name,
    set: digest,
    author: values.author ?? GITHUB_ACTOR ?? GITLAB_USER_LOGIN ?? 'anybody',
    subject: await digestSubject(subjectFile.replace(/#[^#]*$/, '')),
  }
  const questions = readCount('--questions', values.questions, 1)
  const own = values['per-author']
  const allowance: Allowance = { cases: manifest.count, questions }
  if (own !== undefined) allowance.perAuthor = readCount('--per-author', own, 1)
  const full = await readFull(values, manifest)
  const gridMs = readCount('--grid', values.grid, 0) * 1000
  return { values, subjectFile, asked, manifest, question, allowance, full, gridMs }
}

async function readFull(values: Values, { recipients }: Manifest): Promise<FullPlace | undefined> {
  const { full: file, 'open-full': isOpen } = values
  if (file !== undefined) {
    await needWritable(file, '--full')
    return { file, to: isOpen ? 'open' : recipients }
  }
  if (!isOpen) return undefined
  throw new UsageError('Where shall it be written?', {
    field: '--open-full',
    fix: 'Add --full FILE.',
  })
}

async function playSet(
  { subjectFile, asked, values }: Prepared,
  set: Awaited<ReturnType<typeof openSet>>,
  { signal, say }: { signal: AbortSignal; say: (text: string) => void },
): Promise<Scoring> {
  const { paths, seeds, plans, jobs, wall, minDepth } = asked
  const isShown = process.stderr.isTTY && !values.json
  const request: HoldoutRequest = {
    subjectFile,
    set,
    publicPaths: paths,
    trials: seeds.length,
    plans,
    jobs,
    wall,
    minDepth,
    signal,
    secret: randomBytes(32).toString('hex'),
    // How many, and never how they went.
    onTrial: (_result, done, all) => {
      if (isShown) say(`\r\x1b[2K${done === all ? '' : `${done}/${all} trials`}`)
    },
  }
  const { value, observed } = await observePackages(await foldersOf(subjectFile), () =>
    scoreHoldout(request),
  )
  return { ...value, observed }
}

/** Where a subject's program runs and its description lies: from there it finds its packages. */
async function foldersOf(subjectFile: string): Promise<string[]> {
  const file = subjectFile.replace(/#[^#]*$/, '')
  const folder = dirname(resolve(file))
  if (!/\.(?:json|ya?ml)$/.test(file)) return [folder]
  const { cwd } = ((await readDocument(file)).value ?? {}) as { cwd?: unknown }
  return typeof cwd === 'string' ? [folder, resolve(folder, cwd)] : [folder]
}

function toFailure(error: unknown): object {
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  return { format: 'backlot.scoring-failure/1', at: new Date().toISOString(), message, stack }
}

function tell(
  answer: Answer | undefined,
  { values, full, allowance }: Prepared,
  hasPolicy: boolean,
): number {
  if (answer === undefined) {
    process.stderr.write('Interrupted: nothing is told, and the question is spent.\n')
    return 130
  }
  const ladder = ladderFor(allowance.cases, allowance.questions)
  process.stdout.write(values.json ? answerAsJson(answer, ladder) : answerInWords(answer, ladder))
  if (answer.verdict === 'inconclusive') process.stderr.write(`${failed}\n`)
  if (full?.to === 'open') {
    process.stderr.write(`All that was found stands open in ${full.file}: no author may read it.\n`)
  }
  return exitCodeOfAnswer(answer, hasPolicy)
}
