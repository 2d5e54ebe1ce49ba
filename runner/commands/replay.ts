import { readPriceFile, type Prices } from '../budget/prices.ts'
import { UsageError } from '../../engine/usage-error.ts'
import { readCount, readDepth, readFlags } from '../flags.ts'
import { interruptible, leaveWhenSaid } from '../interrupt.ts'
import { findParting } from '../replay/compare.ts'
import { Freezer } from '../replay/freeze.ts'
import { LiveJournal } from '../replay/live.ts'
import { readRecorded } from '../replay/recorded.ts'
import { tellComparison, tellFrozen, type Comparison } from '../replay/tell.ts'
import { tellTrial } from '../report/story.ts'
import { needSubject } from '../need-subject.ts'
import { playSingle, withTrial, type SingleTrial } from '../single-trial.ts'
import type { TrialResult } from '../trial-result.ts'
import { readWall, type WallWord } from '../wall/choose.ts'

export const replayHelp = `backlot replay <trial> --subject FILE – plays one trial again and tells it exchange by exchange

  backlot replay 'offboarding/leaver@3+lost-after-write' --subject subject.json
  backlot replay 'offboarding/leaver@3' --subject subject.json --until 12
  backlot replay 'offboarding/leaver@3' --subject subject.json --against .backlot/result.json

A trial is scenario@seed+plan; a run prints it with each failure. The same trial gives the same
exchanges, as far as the subject itself does. On a terminal, they are shown as they happen.

  --bodies         requests and replies in full
  --until N        stop at exchange N: that exchange in full, and what is different in the world then
  --up             with --until: a server stands on that world until Ctrl-C, to look round in
  --port N         where that server listens; 0 takes a free port (4010, or 0 with --json)
  --against FILE   hold the replay against the result.json of a run (or the --json of a replay):
                   says which exchange first differs, and whether the subject does the same twice
  --min-depth D    as the run had it (spec)
  --wall W         as the run had it: lane (the default), or environment (unsafe)
  --prices FILE    as the run had it
  --json           the trial's result as JSON; with --until, the exchanges and changes up to there

Ends with 0 when the trial satisfies, 1 when the subject fell short, 3 when it was inconclusive; with
--against, 0 when it went as recorded and 1 when not; with --until, 0 when it got so far.
`

/** Runs `backlot replay`; returns the exit code. */
export async function replay(args: readonly string[]): Promise<number> {
  const options = await readReplayOptions(args)
  // A wrong file is told before anything is played.
  const recorded =
    options.against === undefined ? undefined : await readRecorded(options.against, options.id)
  const { id, until } = options
  try {
    return await withTrial(id, options, (trial) =>
      until === undefined
        ? replayWhole(trial, options, recorded)
        : replayUntil(trial, options, until),
    )
  } finally {
    leaveWhenSaid()
  }
}

async function replayWhole(
  trial: SingleTrial,
  { json, bodies, against = '' }: ReplayOptions,
  recorded: TrialResult | undefined,
): Promise<number> {
  const live = new LiveJournal()
  const [played, again] = await interruptible(async (signal) => {
    const freezer = new Freezer(undefined, live.tell)
    try {
      const first = await playSingle(trial, { signal, onWorld: (world) => freezer.watch(world) })
      const isSame = recorded === undefined || first === undefined || !findParting(recorded, first)
      return [first, isSame ? undefined : await playSingle(trial, { signal })]
    } finally {
      live.end()
    }
  })
  if (played === undefined) return 130
  const compared = recorded === undefined ? undefined : compare(against, recorded, played, again)
  if (json) {
    const told = compared === undefined ? played : { ...played, comparison: compared }
    process.stdout.write(`${JSON.stringify(told)}\n`)
  } else {
    process.stdout.write(tellTrial(played, { bodies }))
    if (compared !== undefined) process.stdout.write(`\n${tellComparison(compared)}`)
  }
  if (compared !== undefined) return compared.isSame ? 0 : 1
  return { satisfied: 0, unsatisfied: 1, inconclusive: 3 }[played.verdict]
}

function compare(
  against: string,
  recorded: TrialResult,
  played: TrialResult,
  again: TrialResult | undefined,
): Comparison {
  const parting = findParting(recorded, played)
  if (parting === undefined) return { against, isSame: true }
  const between = again === undefined ? undefined : findParting(played, again)
  const nondeterministic = between === undefined ? {} : { nondeterministic: between }
  return { against, isSame: false, parting, ...nondeterministic }
}

async function replayUntil(
  trial: SingleTrial,
  { id, json, up, port }: ReplayOptions,
  until: number,
): Promise<number> {
  const live = new LiveJournal()
  const freezer = new Freezer(until, live.tell)
  const reached = new AbortController()
  const played = await interruptible(async (signal) => {
    try {
      return await playSingle(trial, {
        signal: AbortSignal.any([signal, reached.signal]),
        onWorld: (world) => freezer.watch(world, () => reached.abort(new Error('reached'))),
      })
    } finally {
      live.end()
    }
  })
  const { frozen } = freezer
  if (frozen === undefined) {
    if (played === undefined) return 130
    const last = played.exchanges.at(-1)?.n ?? 0
    throw new UsageError(`The trial has no exchange ${until}.`, {
      field: '--until',
      fix: last === 0 ? 'It has none at all.' : `Its last is ${last}.`,
    })
  }
  const { n, exchanges, changes } = frozen
  const told = json
    ? `${JSON.stringify({ trial: id, until: n, exchanges, changes })}\n`
    : tellFrozen(id, frozen)
  process.stdout.write(told)
  if (up) {
    const { standOnFrozen } = await import('../replay/look-round.ts')
    await standOnFrozen(frozen.world, { json, port })
  }
  return 0
}

interface ReplayOptions {
  id: string
  subjectFile: string
  bodies: boolean
  json: boolean
  until: number | undefined
  up: boolean
  port: number | undefined
  against: string | undefined
  minDepth: ReturnType<typeof readDepth>
  wall: WallWord | undefined
  prices: Prices | undefined
}

async function readReplayOptions(args: readonly string[]): Promise<ReplayOptions> {
  const { values, positionals } = readFlags('replay', args, {
    subject: { type: 'string', short: 's' },
    bodies: { type: 'boolean', default: false },
    until: { type: 'string' },
    up: { type: 'boolean', default: false },
    port: { type: 'string', short: 'p' },
    against: { type: 'string' },
    'min-depth': { type: 'string', default: 'spec' },
    wall: { type: 'string' },
    prices: { type: 'string' },
    json: { type: 'boolean', default: false },
  })
  const [id] = positionals
  if (id === undefined || positionals.length > 1) {
    throw new UsageError('Replay takes one trial.', { fix: 'See backlot replay --help.' })
  }
  const subjectFile = needSubject('replay', values.subject)
  const { until, up, against, port } = values
  if (up && until === undefined) {
    const fix = 'Say at which exchange to stop: --until 12 --up.'
    throw new UsageError('A server stands only on a trial that was stopped.', {
      field: '--up',
      fix,
    })
  }
  if (until !== undefined && against !== undefined) {
    const fix = 'Leave one of them out.'
    throw new UsageError('A trial that was stopped has no whole to compare.', {
      field: '--against',
      fix,
    })
  }
  return {
    id,
    subjectFile,
    bodies: values.bodies,
    json: values.json,
    until: until === undefined ? undefined : readCount('--until', until, 1),
    up,
    port: port === undefined ? undefined : readCount('--port', port, 0),
    against,
    minDepth: readDepth('--min-depth', values['min-depth']),
    wall: readWall(values.wall),
    prices: values.prices === undefined ? undefined : await readPriceFile(values.prices),
  }
}
