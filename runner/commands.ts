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

/** What a newcomer reads first. */
export function overview(): string {
  return `Backlot gives code a place to be wrong: it stands up twins of Okta, Jira and Slack, runs your
code against them with everything that can go wrong, and says how far it can be trusted.

See it
  backlot demo                                 three bundled subjects, scored: good, hurried, idle

Develop against twins
  backlot up                                   all twins on this machine, with tokens to paste
  backlot twins                                what each twin can do, and how well it is known

Judge code
  backlot run --subject subject.json           every scenario, a score, and what fell short
  backlot run scenarios/offboarding --subject subject.json --trials 20 --faults none,flaky,lost-after-write
  backlot report .backlot/result.json --out junit.xml
                                               page, JUnit XML or Markdown of a run that was stored
  backlot faults                               what can go wrong, and how a plan is written
  backlot run --subject subject.json --trials 200 --gate 0.9
                                               ends as soon as it is sure; 0 or 1
  backlot run --resume                         goes on with a run that was cut off
  backlot history                              the runs that were played here
  backlot merge 1.json 2.json                  the shards of a run as one result
  backlot replay 'offboarding/leaver@3+flaky' --subject subject.json
                                               one trial again, exchange by exchange
  backlot shrink 'offboarding/leaver@3+flaky' --subject subject.json
                                               the least that a trial needs to fail
  backlot sweep --subject subject.json         what it does when each dependency fails in each way
  backlot mutants --subject subject.json       what the scenarios notice when something is broken
  backlot prove --before HEAD~1:subject.json --after subject.json
                                               a change repairs what it is for, and breaks nothing

May it go out?
  backlot holdout init                         a key; then seal cases that the author never sees
  backlot score --subject subject.json         a coarse score on the sealed cases, question by question
  backlot gate --policy policy.yaml --score scoring.json
                                               a policy's rules, each with its reason; 0 or 1
  backlot release --score scoring.age --policy policy.yaml --out release.html
                                               may it go out and why, on one page for release managers
  backlot attest sign --score scoring.age --policy policy.yaml --subject subject.json --out desk.intoto.jsonl
                                               a signed verdict; attest verify checks it with the public key

Write scenarios
  backlot scenario new offboarding/leaver      a first one that runs; --yaml for who writes no TypeScript
  backlot scenario check                       can they fail?
  backlot scenario record --twins okta,slack --out scenarios/joiner.yaml
                                               one of what you do against the twins by hand

Any other API
  backlot up ./openapi.yaml                    a twin from its document alone
  backlot record --target https://api.vendor.com
                                               its traffic as HAR, without secrets and people
  backlot learn shop --har session.har         a twin from recorded traffic, as lines you can correct
  backlot verify okta --har session.har        how far a twin agrees with recorded traffic
  backlot import openapi.yaml --out contract.json
                                               a document stripped to the bare facts of its contract

A subject is your code: { "kind": "command", "command": ["node", "service.js"] }. It gets the settings
that the official clients read (SLACK_API_URL, OKTA_CLIENT_ORGURL, JIRA_HOST …), one request as a line
of JSON on stdin, and answers with one: {"status":200,"body":{…}}. A service listens on a port and hears
of events there: { "kind": "service", … }. backlot.config.ts holds subjects and flags; see backlot config.

A scenario is a file:
  import { scenario } from 'backlot/scenario'
  export default scenario('A leaver keeps no access', { twins: ['okta'] }, async (kit) => {
    const { given, subject, step, check, okta, changes } = kit
    const leaver = given.okta.user({ status: 'ACTIVE' })
    changes.allow(\`okta.users[\${leaver.id}].status\`)
    await step('HR reports the leaver', () => subject.post('/hr/leavers', { email: leaver.profile.email }))
    check('the account is closed', okta.get(\`/api/v1/users/\${leaver.id}\`).body.status, 'DEPROVISIONED')
  })

Every command: --help. Everything a person reads: --json. Exit codes: 0 yes, 1 the subject fell short,
2 your mistake, 3 ours, 130 interrupted.
`
}
