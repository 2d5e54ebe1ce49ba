import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { UsageError } from '../../engine/usage-error.ts'
import { readValue } from '../config/read-value.ts'
import { amount, like, milliseconds, someOf, strictly, textLike } from '../config/strict.ts'
import { readDocument } from '../read-document.ts'
import { dictionary, list, maybe, text, word, yesNo } from '../report/schema/shape.ts'
import { wallWords, type WallWord } from '../wall/choose.ts'

/** What the file says that `backlot serve --config` names. Paths are from its folder. */
export interface ServeConfig {
  $schema?: string
  /** Where the service keeps submissions, and its state unless DATABASE_URL leads to PostgreSQL. */
  data?: string
  /** What is developed: all who submit to it share one budget of questions. */
  project: string
  holdout: HoldoutConfig
  /** Public cases: files, folders or ids. */
  scenarios: readonly string[]
  /** Seeds per case and plan. Default: 1. */
  trials?: number
  /** Fault plans. Default: none. */
  faults?: readonly string[]
  /** Trials of one scoring that are under way at once. Default: 2. */
  jobs?: number
  /** Default: a lane. */
  wall?: WallWord
  /** What a version must hold to be accepted; see backlot gate. */
  policy?: string
  /** How many may be asked about the project and set in all. */
  questions: number
  questionsPerAuthor?: number
  /** Scorings under way at once. Default: 1. */
  workers?: number
  /** A scoring that takes longer is inconclusive. Default: 30 minutes. */
  scoringMs?: number
  /** An answer is told so long after the submission, or twice, four times … as long. Default: 5 minutes. */
  answerEveryMs?: number
  limits?: LimitsConfig
  /** Where commits may come from: `{ desk: 'https://git.example.com/desk.git' }`. */
  repositories?: Readonly<Record<string, string>>
  /** Whether repositories may lie on this machine. */
  localRepositories?: boolean
  /** Names of images that are taken, each pinned by its digest: `registry.example.com/desk`. */
  images?: readonly string[]
  /** Where people reach the service: `https://scores.example.com`. Default: where it listens. */
  url?: string
  /** A proxy of ours stands in front, and says who asks in `x-forwarded-for`. */
  behindProxy?: boolean
  /** How release managers log in; without it nobody can. */
  login?: LoginConfig
}

export interface HoldoutConfig {
  /** The folder of the set. */
  set: string
  /** Default: BACKLOT_HOLDOUT_KEY_FILE, or ~/.config/backlot/holdout.key. */
  key?: string
  /** The key is no secret (a demonstration). */
  knownKey?: boolean
}

/** Limits of each author. */
export interface LimitsConfig {
  /** Submissions that wait or are scored at once. Default: 3. */
  waiting?: number
  /** Default: 20. */
  perDay?: number
  /** Default: 64. */
  packedMb?: number
  /** Default: 512. */
  unpackedMb?: number
  /** Default: 20,000. */
  files?: number
}

/** OpenID Connect. */
export interface LoginConfig {
  /** `https://acme.okta.com/oauth2/default` */
  issuer: string
  clientId: string
  /** A file with the client's secret, for its owner alone. */
  clientSecretFile: string
  scopes?: readonly string[]
  /** Who is a release manager, by e-mail or by a group of the claim `groups`; one is enough. */
  managers: { emails?: readonly string[]; groups?: readonly string[] }
}

const words = Object.fromEntries(wallWords.map((one) => [one, true])) as Record<WallWord, true>

const holdout = strictly<HoldoutConfig>('a holdout', {
  set: text,
  key: maybe(text),
  knownKey: maybe(yesNo),
})

const limits = strictly<LimitsConfig>('limits', {
  waiting: maybe(amount),
  perDay: maybe(amount),
  packedMb: maybe(amount),
  unpackedMb: maybe(amount),
  files: maybe(amount),
})

const texts = someOf<readonly string[]>(text)

const login = strictly<LoginConfig>('a login', {
  issuer: like(
    'The identity provider.',
    'https://acme.okta.com/oauth2/default',
    textLike('^https?://'),
  ),
  clientId: text,
  clientSecretFile: text,
  scopes: maybe(texts),
  managers: strictly<LoginConfig['managers']>('managers', {
    emails: maybe(list<readonly string[]>(text)),
    groups: maybe(list<readonly string[]>(text)),
  }),
})

const shape = strictly<ServeConfig>('the configuration of the scoring service', {
  $schema: maybe(text),
  data: maybe(text),
  project: like('What is developed.', 'it-desk', textLike('^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$')),
  holdout,
  scenarios: like('Public cases.', ['scenarios'], texts),
  trials: maybe(amount),
  faults: maybe(texts),
  jobs: maybe(amount),
  wall: maybe(like('What stands around a subject.', 'lane', word<WallWord>(words))),
  policy: maybe(text),
  questions: like('How many may be asked in all.', 50, amount),
  questionsPerAuthor: maybe(amount),
  workers: maybe(amount),
  scoringMs: maybe(milliseconds),
  answerEveryMs: maybe(milliseconds),
  limits: maybe(limits),
  repositories: maybe(dictionary(text)),
  localRepositories: maybe(yesNo),
  images: maybe(texts),
  url: maybe(
    like('Where people reach it.', 'https://scores.example.com', textLike('^https?://[^/]+$')),
  ),
  behindProxy: maybe(yesNo),
  login: maybe(login),
})

/** Reads the configuration and makes its paths whole. Throws a UsageError with the line of what is wrong. */
export async function readServeConfig(file: string): Promise<ServeConfig> {
  if (!existsSync(file)) {
    throw new UsageError('There is no configuration to serve.', {
      file,
      fix: 'Write one, or name it with --config; docs/serving.md shows the least that it holds.',
    })
  }
  const { value, at } = await readDocument(file)
  readValue(value, shape.schema, at)
  const given = value as ServeConfig
  const from = (path: string): string => resolve(dirname(file), path)
  const { holdout, login } = given
  checkLogin(given, at('login'))
  return {
    ...given,
    data: from(given.data ?? '.backlot/serve'),
    holdout: {
      ...holdout,
      set: from(holdout.set),
      ...(holdout.key !== undefined && { key: from(holdout.key) }),
    },
    scenarios: given.scenarios.map((one) => (/^\.{0,2}\//.test(one) ? from(one) : one)),
    ...(given.policy !== undefined && { policy: from(given.policy) }),
    ...(login !== undefined && {
      login: { ...login, clientSecretFile: from(login.clientSecretFile) },
    }),
  }
}

function checkLogin({ login, url }: ServeConfig, where: object): void {
  if (login === undefined) return
  const { emails = [], groups = [] } = login.managers
  if (emails.length + groups.length === 0) {
    const fix = 'Name e-mails or groups under managers.'
    throw new UsageError('Nobody could log in.', { ...where, fix })
  }
  for (const one of [login.issuer, url ?? 'http://127.0.0.1']) {
    if (one.startsWith('https://') || isLoopback(new URL(one).hostname)) continue
    throw new UsageError(`${one} is not encrypted: whoever listens could log in.`, {
      ...where,
      fix: 'Use https.',
    })
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.[0-9.]+$/.test(host)
}
