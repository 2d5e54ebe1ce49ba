import { createHash } from 'node:crypto'
import type { Locate } from '../config/read-value.ts'
import { inert } from '../report/words.ts'
import { element, text, token } from '../report/xml.ts'
import type { Decision } from './decide.ts'
import type { Finding } from './rules.ts'

const verdictWords = {
  accepted: 'accepted',
  rejected: 'not accepted',
  inconclusive: 'inconclusive, which is our fault and counts as not accepted',
}

/** A decision for a person. */
export function tellDecision({ verdict, subject, findings }: Decision): string {
  const lines = findings.map(({ held, sentence }) => `  ${held ? '✓' : '✗'} ${sentence}`)
  return inert([`${subject.name}: ${verdictWords[verdict]}`, ...lines, ''].join('\n'))
}

/** A decision as Markdown, for the summary of a GitHub job or a note at a merge request. */
export function toMarkdown({ verdict, subject, findings }: Decision): string {
  const rows = findings.map(
    ({ held, rule, sentence }) => `| ${held ? '✅' : '❌'} | ${cell(rule)} | ${cell(sentence)} |`,
  )
  const head = [
    `## ${cell(subject.name)}: ${verdictWords[verdict]}`,
    '',
    '| | rule | why |',
    '|---|---|---|',
  ]
  return `${[...head, ...rows].join('\n')}\n`
}

/** Lines that a GitHub job turns into annotations at the policy's rules (`::error file=…`). */
export function toGitHub({ findings, policy }: Decision, at: Locate): string {
  const lines = findings.map(({ rule, held, sentence }) => {
    const { line = 1 } = at(...rule.split('.'))
    const title = `backlot gate: ${rule}`
    const place = `file=${property(policy.file)},line=${line},title=${property(title)}`
    return `::${held ? 'notice' : 'error'} ${place}::${data(sentence)}`
  })
  return `${lines.join('\n')}\n`
}

/** GitLab's code quality report (a subset of Code Climate's): one entry for every rule that did not hold. */
export function toCodeQuality({ findings, policy }: Decision, at: Locate): string {
  const broken = findings.filter(({ held }) => !held)
  const entries = broken.map(({ rule, sentence }) => ({
    description: sentence,
    check_name: `backlot-gate/${rule}`,
    fingerprint: createHash('sha256').update(`${policy.file} ${rule}`).digest('hex'),
    severity: 'blocker',
    location: {
      path: policy.file.replace(/^\.\//, ''),
      lines: { begin: at(...rule.split('.')).line ?? 1 },
    },
  }))
  return `${JSON.stringify(entries, null, 2)}\n`
}

/** Variables for later jobs: GitLab's `artifacts:reports:dotenv`, or GitHub's GITHUB_OUTPUT. */
export function toDotenv({ verdict, set, subject, findings }: Decision): string {
  const values = {
    BACKLOT_VERDICT: verdict,
    BACKLOT_RULES_NOT_HELD: findings.filter(({ held }) => !held).length,
    BACKLOT_SET_DIGEST: set.digest,
    BACKLOT_SUBJECT_DIGEST: subject.digest ?? '',
  }
  return Object.entries(values)
    .map(([name, value]) => `${name}=${String(value).replaceAll(/[^0-9a-z]/g, '')}\n`)
    .join('')
}

/** A decision as JUnit XML: a test case for every rule. */
export function toJUnit({ findings, verdict, subject }: Decision): string {
  const failures = findings.filter(({ held }) => !held).length
  const sums = { tests: findings.length, failures, errors: 0, skipped: 0 }
  const cases = findings.map((finding) =>
    element('testcase', { name: token(finding.rule), classname: 'backlot.gate' }, tell(finding)),
  )
  const suite = element(
    'testsuite',
    { name: token(`gate: ${subject.name} ${verdict}`), ...sums },
    cases,
  )
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', sums, [suite])}\n`
}

function tell({ held, sentence }: Finding): string[] {
  return held
    ? [element('system-out', {}, [text(sentence)])]
    : [element('failure', { message: sentence, type: 'rule' }, [text(sentence)])]
}

function cell(value: string): string {
  return inert(value)
    .replaceAll('\n', ' ')
    .replaceAll(/[\\|`*_<>[\]]/g, (one) => `\\${one}`)
}

function data(value: string): string {
  return value.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(value: string): string {
  return data(value).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
