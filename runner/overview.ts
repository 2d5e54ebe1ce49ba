/** What a newcomer reads first. */
export const overview = `Backlot gives code a place to be wrong: it stands up twins of Okta, Jira and Slack, runs your
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
  backlot serve                                a service that scores what authors hand in, and tells them little

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
