import { didYouMean } from '../engine/nearest.ts'
import { UsageError } from '../engine/usage-error.ts'

/** One command: what it does with its arguments, and how it is explained. */
export interface Command {
  /** Returns the exit code. */
  run: (args: readonly string[]) => Promise<number>
  help: string
}

/** Every command, loaded when it is called: `backlot twins` need not wait for a report to load. */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  up: async () => {
    const { up, upHelp } = await import('./commands/up.ts')
    return { run: up, help: upHelp }
  },
  run: async () => {
    const { run, runHelp } = await import('./commands/run.ts')
    return { run, help: runHelp }
  },
  report: async () => {
    const { report, reportHelp } = await import('./commands/report.ts')
    return { run: report, help: reportHelp }
  },
  history: async () => {
    const { history, historyHelp } = await import('./commands/history.ts')
    return { run: history, help: historyHelp }
  },
  merge: async () => {
    const { merge, mergeHelp } = await import('./commands/merge.ts')
    return { run: merge, help: mergeHelp }
  },
  replay: async () => {
    const { replay, replayHelp } = await import('./commands/replay.ts')
    return { run: replay, help: replayHelp }
  },
  shrink: async () => {
    const { shrink, shrinkHelp } = await import('./commands/shrink.ts')
    return { run: shrink, help: shrinkHelp }
  },
  sweep: async () => {
    const { sweep, sweepHelp } = await import('./commands/sweep.ts')
    return { run: sweep, help: sweepHelp }
  },
  mutants: async () => {
    const { mutants, mutantsHelp } = await import('./commands/mutants.ts')
    return { run: mutants, help: mutantsHelp }
  },
  prove: async () => {
    const { prove, proveHelp } = await import('./commands/prove.ts')
    return { run: prove, help: proveHelp }
  },
  twins: async () => {
    const { twins, twinsHelp } = await import('./commands/twins.ts')
    return { run: twins, help: twinsHelp }
  },
  faults: async () => {
    const { faults, faultsHelp } = await import('./commands/faults.ts')
    return { run: faults, help: faultsHelp }
  },
  import: async () => {
    const { importDocument, importHelp } = await import('./commands/import.ts')
    return { run: importDocument, help: importHelp }
  },
  learn: async () => {
    const { learn, learnHelp } = await import('./commands/learn.ts')
    return { run: learn, help: learnHelp }
  },
  verify: async () => {
    const { verify, verifyHelp } = await import('./commands/verify.ts')
    return { run: verify, help: verifyHelp }
  },
  record: async () => {
    const { record, recordHelp } = await import('./commands/record.ts')
    return { run: record, help: recordHelp }
  },
  scenario: async () => {
    const { scenario, scenarioHelp } = await import('./commands/scenario.ts')
    return { run: scenario, help: scenarioHelp }
  },
  config: async () => {
    const { config, configHelp } = await import('./commands/config.ts')
    return { run: config, help: configHelp }
  },
  holdout: async () => {
    const { holdout, holdoutHelp } = await import('./commands/holdout.ts')
    return { run: holdout, help: holdoutHelp }
  },
  score: async () => {
    const { score, scoreHelp } = await import('./commands/score.ts')
    return { run: score, help: scoreHelp }
  },
  gate: async () => {
    const { gate, gateHelp } = await import('./commands/gate.ts')
    return { run: gate, help: gateHelp }
  },
  serve: async () => {
    const { serve, serveHelp } = await import('./commands/serve.ts')
    return { run: serve, help: serveHelp }
  },
  release: async () => {
    const { release, releaseHelp } = await import('./commands/release.ts')
    return { run: release, help: releaseHelp }
  },
  attest: async () => {
    const { attest, attestHelp } = await import('./commands/attest.ts')
    return { run: attest, help: attestHelp }
  },
  demo: async () => {
    const { demo, demoHelp } = await import('./commands/demo.ts')
    return { run: demo, help: demoHelp }
  },
}

/** The help of one command. Throws a UsageError when there is no such command. */
export async function findHelp(name: string): Promise<string> {
  const load = commands[name]
  if (load !== undefined) return (await load()).help
  throw new UsageError(`There is no command "${name}".`, {
    fix: didYouMean(name, Object.keys(commands)),
  })
}
