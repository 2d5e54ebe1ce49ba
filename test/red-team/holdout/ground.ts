import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  scoreHoldout,
  type HoldoutRequest,
  type HoldoutScore,
} from '../../../runner/holdout/score-holdout.ts'
import { drawKeyPair, type KeyPair } from '../../../runner/holdout/seal/age.ts'
import { openSet } from '../../../runner/holdout/seal/open-set.ts'
import { readCaseFiles } from '../../../runner/holdout/seal/read-case-files.ts'
import { writeSet } from '../../../runner/holdout/seal/sealed-set.ts'
import type { WallWord } from '../../../runner/wall/choose.ts'

/** A word that stands in the sealed cases and nowhere else, other than in what a subject is asked. */
export const secretWord = ['Quok', 'ka'].join('')

const language = pathToFileURL(join(import.meta.dirname, '../../../runner/scenario.ts')).href

/** A case of the ground; `path` is what the subject is asked. */
export function caseText(from: string, path: string, more = ''): string {
  return `import { scenario } from '${from}'
export default scenario('A case ${path}', { twins: ['slack'], tags: ['rooms'] }, async ({ subject, check, slack, changes }) => {
  changes.allow('slack.channels[*]', 'slack.memberships[*]', 'slack.messages[*]')
  const { body } = await subject.post('/${path}', {})
  ${more}
  check('it does as it should', body?.done === true)
})
`
}

/** A set, its key, a public case and subjects, in a folder of their own. */
export class Ground {
  readonly place: string
  readonly keys: KeyPair
  #subjects = 0

  private constructor(place: string, keys: KeyPair) {
    this.place = place
    this.keys = keys
  }

  /** `more` is what each of the two sealed cases does besides. */
  static async open(more = ''): Promise<Ground> {
    const place = await mkdtemp(join(tmpdir(), 'red-holdout-'))
    const ground = new Ground(place, await drawKeyPair())
    await mkdir(ground.file('hidden'))
    await mkdir(ground.file('open'))
    const hidden = `// ${secretWord}\n  ${more}`
    await writeFile(ground.file('hidden', 'one.ts'), caseText('backlot/scenario', 'one', hidden))
    await writeFile(ground.file('hidden', 'two.ts'), caseText('backlot/scenario', 'two', hidden))
    await writeFile(ground.file('open', 'three.ts'), caseText(language, 'three'))
    await writeFile(ground.keyFile, `${ground.keys.identity}\n`, { mode: 0o600 })
    await ground.seal([ground.file('hidden')])
    // The open files of sealed cases stand nowhere that the scorer's machine has.
    await rm(ground.file('hidden'), { recursive: true })
    return ground
  }

  get keyFile(): string {
    return this.file('key')
  }

  get set(): string {
    return this.file('set')
  }

  file(...path: string[]): string {
    return join(this.place, ...path)
  }

  async seal(paths: readonly string[], folder = this.set): Promise<void> {
    const now = new Date()
    const cases = await readCaseFiles(paths, { tags: [], now })
    await writeSet(folder, cases, { recipients: [this.keys.recipient], now })
  }

  /** Writes a subject in a folder of its own; returns its description's file. */
  async subject(program: string, described: object = {}): Promise<string> {
    const folder = this.file(`subject-${++this.#subjects}`)
    await mkdir(folder)
    await writeFile(join(folder, 'subject.mjs'), program)
    const file = join(folder, 'subject.json')
    const whole = {
      kind: 'command',
      command: ['node', 'subject.mjs'],
      timeoutMs: 20_000,
      ...described,
    }
    await writeFile(file, JSON.stringify(whole))
    return file
  }

  async request(subjectFile: string, wall: WallWord): Promise<HoldoutRequest> {
    const set = await openSet({ folder: this.set, keyFile: this.keyFile })
    const publicPaths = [this.file('open')]
    const secret = `of ${subjectFile}`
    return { subjectFile, set, publicPaths, trials: 1, plans: ['none'], jobs: 1, secret, wall }
  }

  async score(subjectFile: string, wall: WallWord): Promise<HoldoutScore> {
    return scoreHoldout(await this.request(subjectFile, wall))
  }

  async close(): Promise<void> {
    await rm(this.place, { recursive: true, force: true })
  }
}

/** What every trial's subject answered. */
export function answersOf({ result }: HoldoutScore): Record<string, unknown>[] {
  return result.trials.flatMap(({ requests }) =>
    requests.map(({ reply }) => (reply.body ?? {}) as Record<string, unknown>),
  )
}
