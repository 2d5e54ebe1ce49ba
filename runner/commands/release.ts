import { existsSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { UsageError } from '../../engine/usage-error.ts'
import { readFlags } from '../flags.ts'
import { decide } from '../gate/decide.ts'
import { readPolicy } from '../gate/policy.ts'
import { readScoring } from '../gate/read-scoring.ts'
import type { FullScoring } from '../holdout/feedback/ask.ts'
import { Ledger } from '../holdout/feedback/ledger.ts'
import { openSqliteLedger } from '../holdout/feedback/sqlite-ledger.ts'
import type { HoldoutScore } from '../holdout/score-holdout.ts'
import { readSweep } from '../report/read-result.ts'
import { inert } from '../report/words.ts'
import { readAttestation } from '../release/attestation.ts'
import { makeRelease, toFormer, type ReleaseSources } from '../release/make-release.ts'
import { tellVerdict, verdictWord } from '../release/page-verdict.ts'
import { renderRelease } from '../release/page.ts'
import type { ReleaseData } from '../release/release-data.ts'

export const releaseHelp = `backlot release --score FILE --out FILE – a version on one page, for release managers

  backlot release --score scoring.json --policy policy.yaml --out release.html
  backlot release --score scoring.age --key holdout.key --policy policy.yaml --accepted last.age \\
    --ledger .backlot/holdout-ledger.db --sweep .backlot/sweep.json \\
    --attestation desk.intoto.jsonl --public-key release.pub --out release.html

May it go out, and why; what goes wrong, in sentences; what changed; the score over time, public against
holdout; what was contained; what it depends on; who asked. The page needs no network and no script, and
prints on A4. It names sealed cases: keep it from whoever writes the subject.

  --score FILE         what backlot score --full wrote; a sealed one needs the key
  --policy FILE        what is asked of a version, as backlot gate takes it; without it nothing is decided
  --accepted FILE      the scoring of the last accepted version
  --former FILE        an earlier scoring, for the line of scores; may be given several times
  --ledger FILE        the ledger of questions that backlot score keeps
  --sweep FILE         the matrix of backlot sweep
  --attestation FILE   what backlot attest sign wrote about this scoring
  --accepted-attestation FILE
                       the same of the accepted version: then changed packages are told
  --public-key FILE    the key that attestations are checked with
  --key FILE           opens sealed scorings (BACKLOT_HOLDOUT_KEY_FILE, or ~/.config/backlot/holdout.key);
                       --known-key when it is no secret
  --out FILE           where the page goes, readable by its owner alone (0600)
  --json               what the page is made from, on stdout; and no page unless --out names one

Ends with 0 when the page is written, whatever it says, and 2 when a file or flag is wrong: backlot gate
says yes or no.
`

const text = { type: 'string' } as const
const yes = { type: 'boolean', default: false } as const
const flags = {
  score: text,
  policy: text,
  accepted: text,
  former: { type: 'string', multiple: true, default: [] as string[] },
  ledger: text,
  sweep: text,
  attestation: text,
  'accepted-attestation': text,
  'public-key': text,
  key: text,
  'known-key': yes,
  out: { type: 'string', short: 'o' },
  json: yes,
} as const

type Values = ReturnType<typeof readFlags<typeof flags>>['values']

/** Runs `backlot release`; returns the exit code. */
export async function release(args: readonly string[]): Promise<number> {
  const { values, positionals } = readFlags('release', args, flags)
  const { out, json } = values
  if (positionals[0] !== undefined) {
    const fix = 'Scorings go with --score, --accepted and --former.'
    throw new UsageError(`"${positionals[0]}" is one too many.`, { fix })
  }
  if (out === undefined && !json) {
    const fix = 'Write --out release.html, or --json.'
    throw new UsageError('Where is the page to go?', { field: '--out', fix })
  }
  const data = makeRelease(await readSources(values))
  if (out !== undefined) await writePage(out, data)
  process.stdout.write(json ? `${JSON.stringify(data)}\n` : tell(data, out!))
  return 0
}

async function readSources(values: Values): Promise<ReleaseSources> {
  const now = new Date()
  const { accepted: acceptedFile, sweep } = values
  const options = { keyFile: values.key, anyMode: values['known-key'] }
  const score = await readScoring(need(values.score), options)
  const accepted = acceptedFile === undefined ? undefined : await readScoring(acceptedFile, options)
  const policy = values.policy === undefined ? undefined : await readPolicy(values.policy)
  const former = []
  for (const file of values.former) former.push(toFormer(await readScoring(file, options)))
  if (values['accepted-attestation'] !== undefined && accepted === undefined) {
    throw new UsageError('There is no accepted version that this attestation could be about.', {
      field: '--accepted-attestation',
      fix: 'Name its scoring with --accepted.',
    })
  }
  const publicKeyFile = values['public-key']
  const attested = async (file: string | undefined, about = score, policyDigest?: string) =>
    file === undefined
      ? undefined
      : readAttestation({ file, publicKeyFile, score: about, policyDigest, now })
  return {
    score,
    now,
    accepted,
    former,
    ...(policy !== undefined && {
      decision: decide(policy, { score, last: accepted, now }),
      floor: policy.policy.minSatisfaction,
    }),
    ...(values.ledger !== undefined && (await readLedger(values.ledger, score))),
    sweep: sweep === undefined ? undefined : await readSweep(sweep),
    attestation: await attested(values.attestation, score, policy?.digest),
    acceptedAttestation: await attested(values['accepted-attestation'], accepted),
  }
}

function need(score: string | undefined): string {
  if (score !== undefined) return score
  throw new UsageError('The page is about a scoring.', {
    field: '--score',
    fix: 'Write --score scoring.json; backlot score --full writes one.',
  })
}

async function readLedger(
  file: string,
  score: HoldoutScore & Partial<Pick<FullScoring, 'asked'>>,
): Promise<Pick<ReleaseSources, 'questions' | 'warnings'>> {
  // Opening a ledger makes one where there is none, which would be shown as if nobody had asked.
  if (!existsSync(file)) {
    throw new UsageError('There is no such ledger.', {
      file,
      fix: 'backlot score keeps one (.backlot/holdout-ledger.db).',
    })
  }
  const ledger = await Ledger.open(openSqliteLedger(file))
  try {
    const questions = await ledger.usage()
    const known = score.asked?.ledgerHead.number ?? 0
    if (ledger.head.number >= known) return { questions }
    const warning = `The ledger ends before this scoring was entered (${ledger.head.number} rows of ${known}): it is an old copy or another one.`
    return { questions, warnings: [warning] }
  } finally {
    await ledger.close()
  }
}

/** For its owner alone from the first byte on, whatever stood there before. */
async function writePage(out: string, data: ReleaseData): Promise<void> {
  const page = renderRelease(data)
  try {
    const handle = await open(out, 'w', 0o600)
    try {
      if ((await handle.stat()).isFile()) await handle.chmod(0o600)
      await handle.writeFile(page)
    } finally {
      await handle.close()
    }
  } catch (error) {
    const what = `The page can't be written: ${(error as Error).message}.`
    throw new UsageError(what, { field: '--out', file: out })
  }
}

function tell(data: ReleaseData, out: string): string {
  const { verdict, subject } = data
  return inert(
    `${subject.name}: ${verdictWord(verdict)}. ${tellVerdict(verdict)}
written: ${out} (it names sealed cases: keep it from authors)
`,
  )
}
