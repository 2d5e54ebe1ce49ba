import type { Credentials } from '../../../engine/twin.ts'
import { Bases } from '../../bases.ts'
import type { UnexpectedChange } from '../../collateral.ts'
import { playTrial } from '../../play.ts'
import type { TrialResult } from '../../trial-result.ts'
import type { Subject } from '../../subject/subject.ts'
import { nothingSubject } from '../../subject/nothing.ts'
import { placeTwin } from '../../twin-word.ts'
import { loadStoryText } from '../../yaml-scenario/load.ts'
import type { Words } from './known.ts'
import { makePlot, type Plot } from './plot.ts'
import type { Recording } from './recording.ts'
import { createRepeatingSubject } from './repeat.ts'
import { spellTypeScript } from './spell-typescript.ts'
import { sentenceOf, spellYaml } from './spell-yaml.ts'

/** A recording as a scenario, and how it was proved. */
export interface WriteUp {
  text: string
  /** What a subject that repeats the calls came to: it should satisfy. */
  repeated: Pick<TrialResult, 'verdict'> & { why: string[] }
  /** How many checks the do-nothing subject falls short of. */
  idleFallsShortOf: number
  checks: number
  calls: number
}

/** What is written up, and how. */
export interface WriteUpOptions {
  name: string
  file: string
  /** The twins as they were named: `desk=./twin`. */
  words: readonly string[]
  credentials: Readonly<Record<string, Credentials>>
}

/** Others than these are guesses that did not hold. */
const roundsMax = 3

/**
 * Writes a recording up as a scenario in the language of the file's ending, and plays it: a check that
 * does not hold for a subject which repeats the calls was a guess (a time, an order), and goes.
 */
export async function writeUp(recording: Recording, options: WriteUpOptions): Promise<WriteUp> {
  const { plot, known } = makePlot(recording, options.name)
  const { credentials, file, words } = options
  const twins = { ...plot, twins: words }
  const subject = createRepeatingSubject({ recording, plot, known, credentials })
  let trial = await play(twins, subject, options)
  for (let round = 0; round < roundsMax && trial.verdict !== 'satisfied'; round++) {
    const wrong = new Set(trial.checks.filter(({ ok }) => !ok).map(({ sentence }) => sentence))
    twins.checks = twins.checks.filter(({ sentence }) => !wrong.has(sentence))
    twins.counts = twins.counts.filter(({ op, count }) => !wrong.has(sentenceOf(op, count)))
    // What the service does beside shows only when it is done again.
    twins.allow = [...twins.allow, ...trial.unexpected.map(widened)]
    trial = await play(twins, subject, options)
  }
  const idle = await play(twins, nothingSubject, options)
  return {
    text: /\.ya?ml$/.test(file) ? spellYaml(twins) : spellTypeScript(twins),
    repeated: { verdict: trial.verdict, why: trial.why.map(({ text }) => text) },
    idleFallsShortOf:
      idle.verdict === 'unsatisfied' ? idle.checks.filter(({ ok }) => !ok).length : 0,
    checks: twins.checks.length + twins.counts.length,
    calls: recording.calls.length,
  }
}

/** A word that holds in every trial, whatever ids it has. */
function widened({ table, kind, fields }: UnexpectedChange): Words {
  if (kind === 'made') return [`${table}[+]`]
  return [`${table}[*]${kind === 'removed' ? '' : `.${fields[0]!.path.split('.')[0]}`}`]
}

const bases = new Bases()

/** Both languages say the same, so that one is played for both: it needs no file and no package. */
async function play(
  plot: Plot,
  subject: Subject,
  { file, words }: WriteUpOptions,
): Promise<TrialResult> {
  const scenario = await loadStoryText(file, spellYaml(plot))
  const base = await bases.of(words.map((word) => placeTwin(word, file)))
  return playTrial(
    { scenarioId: 'recorded', scenario, seed: '1', plan: { name: 'none', faults: [] } },
    { base, subject },
  )
}
