import { UsageError } from '../../engine/usage-error.ts'
import { didYouMean } from '../../engine/nearest.ts'
import { addToBundle, openStatements, peek, readBundle } from '../attest/bundle.ts'
import { keyIdOf, signEnvelope } from '../attest/dsse.ts'
import { loadPublicKey, loadSigningKey, makeSigningKey } from '../attest/key-file.ts'
import { makeStatements, sha256, type Scoring } from '../attest/make-statements.ts'
import { tellStatement, tellVerified } from '../attest/tell.ts'
import { verifyStatements, type Demands } from '../attest/verify.ts'
import { readFlags } from '../flags.ts'
import { decide } from '../gate/decide.ts'
import { lengthOf, policyWalls, readPolicy, type PolicyWall } from '../gate/policy.ts'
import { readScoring } from '../gate/read-scoring.ts'
import { digestSubject } from '../history/digest.ts'
import { readManifest } from '../holdout/seal/manifest.ts'

export const attestHelp = `backlot attest – a verdict that can be checked by whoever has a public key

  backlot attest key --out ~/keys/release             a pair of keys: release, and release.pub
  backlot attest sign --score scoring.age --policy policy.yaml --subject subject.json \\
    --signing-key ~/keys/release --out desk.intoto.jsonl
  backlot attest verify desk.intoto.jsonl --public-key release.pub --subject subject.json
  backlot attest show desk.intoto.jsonl               what it says, whoever signed it

sign holds the scoring against the policy itself and signs how that went, with what the subject used.
  --score FILE         what backlot score --full wrote; a sealed one needs --key (or --known-key)
  --policy FILE        what was asked
  --subject FILE       the version that goes out; it must be the one that was scored
  --last FILE          the scoring of the last accepted version
  --signing-key FILE   private, 0600, outside the repository (BACKLOT_ATTEST_KEY_FILE)
  --out FILE           where the statements are added, one line each (.intoto.jsonl)

verify checks the signature, that the policy was held, and what else it is told:
  --public-key FILE    the key that is trusted; it comes from the release manager, never with the bundle
  --subject FILE       this version, its digest reckoned anew
  --set FOLDER         this holdout
  --policy FILE        this policy
  --max-age T          of the scoring: "7 days"
  --min-wall W         environment, container or lane
  --last FILE          the bundle of the last accepted version: an older scoring is a replay

  --json               as JSON

Statements are in-toto v1 (test-result v0.1, and what was observed), in DSSE envelopes signed with Ed25519.
Ends with 0 when all holds, 1 when something does not (sign: the policy), 2 when a file or flag is wrong,
3 when the scoring was inconclusive: that is not signed.
`

const text = { type: 'string' } as const
const yes = { type: 'boolean', default: false } as const
const flags = {
  score: text,
  policy: text,
  subject: text,
  set: text,
  last: text,
  key: text,
  'known-key': yes,
  'signing-key': text,
  'public-key': text,
  out: text,
  'max-age': text,
  'min-wall': text,
  json: yes,
} as const

type Values = ReturnType<typeof readFlags<typeof flags>>['values']
type Act = (values: Values, positionals: readonly string[]) => Promise<number>

const acts: Readonly<Record<string, Act>> = { key, sign, verify, show }

/** Runs `backlot attest`; returns the exit code. */
export async function attest(args: readonly string[]): Promise<number> {
  const { values, positionals } = readFlags('attest', args, flags)
  const [name = '', ...rest] = positionals
  const act = Object.hasOwn(acts, name) ? acts[name] : undefined
  if (act !== undefined) return act(values, rest)
  const names = Object.keys(acts)
  throw new UsageError(name === '' ? 'Attest needs a word more.' : `Attest can't "${name}".`, {
    fix: `${didYouMean(name, names)} See backlot attest --help.`,
  })
}

async function key(values: Values): Promise<number> {
  const file = need(values.out, '--out', '~/keys/release')
  const { publicFile, keyId } = await makeSigningKey(file)
  return say(values, { key: file, publicKey: publicFile, keyId }, 0, [
    `The private key is in ${file}, for you alone: no author may have it.`,
    `Give ${publicFile} to whoever verifies.`,
  ])
}

async function sign(values: Values): Promise<number> {
  const subjectFile = need(values.subject, '--subject', 'subject.json')
  const out = need(values.out, '--out', 'desk.intoto.jsonl')
  const signingFile = values['signing-key'] ?? process.env['BACKLOT_ATTEST_KEY_FILE']
  const signingKey = await loadSigningKey(need(signingFile, '--signing-key', '~/keys/release'))
  const policy = await readPolicy(need(values.policy, '--policy', 'policy.yaml'))
  const options = { keyFile: values.key, anyMode: values['known-key'] }
  const score: Scoring = await readScoring(need(values.score, '--score', 'scoring.age'), options)
  const last = values.last === undefined ? undefined : await readScoring(values.last, options)
  if ((await digestOf(subjectFile)) !== score.subject.digest) {
    throw new UsageError('This is not the subject that was scored.', {
      file: subjectFile,
      fix: 'Sign the version that was scored, or score this one.',
    })
  }
  const decision = decide(policy, { score, last, now: new Date() })
  if (decision.verdict === 'inconclusive') {
    process.stderr.write('The scoring is inconclusive: there is nothing to sign.\n')
    return 3
  }
  const scoringDigest = sha256(JSON.stringify(score))
  const statements = await makeStatements({ score, scoringDigest, decision })
  await addToBundle(
    out,
    statements.map((one) => signEnvelope(JSON.stringify(one), signingKey)),
  )
  const { verdict } = decision
  const code = verdict === 'accepted' ? 0 : 1
  return say(values, { out, verdict, statements: statements.length }, code, [
    `${score.subject.name}: ${code === 0 ? 'the policy was held' : 'the policy was not held'}; signed in ${out}.`,
  ])
}

async function verify(values: Values, [file, ...others]: readonly string[]): Promise<number> {
  if (file === undefined || others.length > 0) throw new UsageError('Verify takes one bundle.', {})
  const publicKey = await loadPublicKey(need(values['public-key'], '--public-key', 'release.pub'))
  const demands = await readDemands(values)
  if (values.last !== undefined)
    demands.last = openStatements(await readBundle(values.last), publicKey)
  const found = verifyStatements(openStatements(await readBundle(file), publicKey), demands)
  const said = { ...found, keyId: keyIdOf(publicKey) }
  return say(values, said, found.verified ? 0 : 1, [tellVerified(found)])
}

async function readDemands(values: Values): Promise<Demands> {
  const { subject, set, policy, 'max-age': maxAge, 'min-wall': minWall } = values
  if (maxAge !== undefined) readAge(maxAge)
  if (minWall !== undefined && !(policyWalls as readonly string[]).includes(minWall)) {
    throw new UsageError(`There is no wall "${minWall}".`, {
      field: '--min-wall',
      fix: didYouMean(minWall, policyWalls),
    })
  }
  return {
    subject: subject === undefined ? undefined : await digestOf(subject),
    set: set === undefined ? undefined : (await readManifest(set)).digest,
    policy: policy === undefined ? undefined : (await readPolicy(policy)).digest,
    maxAge,
    minWall: minWall as PolicyWall | undefined,
    now: new Date(),
  }
}

async function show(values: Values, [file, ...others]: readonly string[]): Promise<number> {
  if (file === undefined || others.length > 0) throw new UsageError('Show takes one bundle.', {})
  const statements = (await readBundle(file)).flatMap((one) => peek(one) ?? [])
  return say(values, statements, 0, [
    'No signature was checked: backlot attest verify does.',
    ...statements.map(tellStatement),
  ])
}

function readAge(age: string): void {
  try {
    lengthOf(age)
  } catch (error) {
    throw new UsageError((error as Error).message, { field: '--max-age' })
  }
}

async function digestOf(file: string): Promise<string> {
  const plain = file.replace(/#[^#]*$/, '')
  return digestSubject(plain).catch((error: Error) => {
    throw new UsageError(`The subject can't be read: ${error.message}.`, { file: plain })
  })
}

function need(value: string | undefined, field: string, example: string): string {
  if (value !== undefined) return value
  throw new UsageError('Something is missing.', { field, fix: `Write ${field} ${example}.` })
}

function say({ json }: Values, value: object, code: number, lines: readonly string[]): number {
  process.stdout.write(json ? `${JSON.stringify(value)}\n` : `${lines.join('\n')}\n`)
  return code
}
