import { namesOfTwins } from '../twin-word.ts'

/** What a twin adds to a first scenario, in both languages. */
interface Piece {
  /** Under which it is sent to the subject, and its value. */
  sent: [name: string, inTypeScript: string, inYaml: string]
  given: { ts: string[]; yaml: string[] }
  allow: string
  check: { ts: string[]; yaml: string[] }
}

const pieces: Readonly<Record<string, Piece>> = {
  okta: {
    sent: ['email', 'email', '${leaver.email}'],
    given: {
      ts: [
        'const { firstName, lastName, email } = person()',
        'const account = given.okta.user({ firstName, lastName, email })',
      ],
      yaml: [
        '- person: leaver',
        '- given: okta.user',
        '  with:',
        '    firstName: ${leaver.firstName}',
        '    lastName: ${leaver.lastName}',
        '    email: ${leaver.email}',
        '  as: account',
      ],
    },
    allow: 'okta.users[${account.id}]',
    check: {
      ts: [
        'const { status } = okta.get(`/api/v1/users/${account.id}`).body',
        "check('the account is closed', status, 'DEPROVISIONED')",
      ],
      yaml: [
        '- then: the account is closed',
        '  look: okta GET /api/v1/users/${account.id}',
        '  at: status',
        '  equals: DEPROVISIONED',
      ],
    },
  },
  jira: {
    sent: ['issue', 'issue.key', '${issue.key}'],
    given: {
      ts: [
        "given.jira.project({ key: 'WORK' })",
        "const issue = given.jira.issue({ project: 'WORK', summary: 'A piece of work' })",
      ],
      yaml: [
        '- given: jira.project',
        '  with: { key: WORK }',
        '- given: jira.issue',
        '  with: { project: WORK, summary: A piece of work }',
        '  as: issue',
      ],
    },
    allow: 'jira.issues[${issue.id}]',
    check: {
      ts: [
        'const { fields } = jira.get(`/rest/api/3/issue/${issue.id}?fields=status`).body',
        "check('the issue is done', fields.status.name, 'Done')",
      ],
      yaml: [
        '- then: the issue is done',
        '  look: jira GET /rest/api/3/issue/${issue.id}?fields=status',
        '  at: fields.status.name',
        '  equals: Done',
      ],
    },
  },
  slack: {
    sent: ['channel', 'channel.id', '${channel.id}'],
    given: {
      ts: ["const channel = given.slack.channel({ name: 'news', members: ['acmeassistant'] })"],
      yaml: [
        '- given: slack.channel',
        '  with: { name: news, members: [acmeassistant] }',
        '  as: channel',
      ],
    },
    allow: 'slack.messages[+channel=${channel.id}]',
    check: {
      ts: [
        'const { messages } = slack.get(`/api/conversations.history?channel=${channel.id}`).body',
        "check('the channel was told, once', messages.length, 1)",
      ],
      yaml: [
        '- then: the channel was told, once',
        '  look: slack GET /api/conversations.history?channel=${channel.id}',
        '  at: messages',
        '  count: 1',
      ],
    },
  },
}

const about = {
  given: 'What the story starts from.',
  allow: 'What the subject may change; anything else fails the trial.',
  when: 'What happens: the request that your code gets.',
  check: "What has to be so afterwards, seen through the vendor's own API.",
}

/** A first scenario in TypeScript. It runs, and a subject that does nothing falls short of it. */
export function typeScriptDraft(name: string, twins: readonly string[]): string {
  const known = knownOf(twins)
  const names = namesOfTwins(twins)
  const checks = names.flatMap((twin) => pieces[twin]?.check.ts ?? [countOf(twin)])
  const needsJournal = known.length < names.length ? ['journal'] : []
  const needs = known.length > 0 ? ['given', 'changes'] : []
  const lookers = names.filter((twin) => pieces[twin] !== undefined)
  const chance = lookers.includes('okta') ? ['person'] : []
  const kit = [...needs, 'subject', 'step', 'check', ...needsJournal, ...chance, ...lookers]
  const body = [
    ...sectionOf(
      '//',
      about.given,
      known.flatMap((one) => one.given.ts),
    ),
    ...sectionOf(
      '//',
      about.allow,
      known.map(({ allow }) => `changes.allow(\`${allow}\`)`),
    ),
    ...sectionOf('//', about.when, [
      "const reply = await step('it happens', () =>",
      `  subject.post('/', ${sentInTypeScript(known)}),`,
      ')',
    ]),
    `// ${about.check}`,
    "check('it says that it is done', reply.status, 200)",
    ...checks,
  ]
  return `import { scenario } from 'backlot/scenario'

export default scenario(
  ${quote(name)},
  { twins: [${twins.map(quote).join(', ')}], budget: { calls: 50, seconds: 30 } },
  async ({ ${kit.join(', ')} }) => {
${body.map((line) => (line === '' ? '' : `    ${line}`)).join('\n')}
  },
)
`
}

/** The same in YAML. */
export function yamlDraft(name: string, twins: readonly string[]): string {
  const known = knownOf(twins)
  const names = namesOfTwins(twins)
  const sent = known.map(({ sent: [key, , value] }) => `${key}: '${value}'`)
  const body = [
    ...sectionOf(
      '#',
      about.given,
      known.flatMap((one) => one.given.yaml),
    ),
    ...sectionOf(
      '#',
      about.allow,
      known.length === 0 ? [] : ['- allow:', ...known.map(({ allow }) => `    - ${allow}`)],
    ),
    ...sectionOf('#', about.when, [
      '- when: it happens',
      '  ask: POST /',
      ...(sent.length === 0 ? [] : [`  with: { ${sent.join(', ')} }`]),
      '  as: reply',
    ]),
    `# ${about.check}`,
    '- then: it says that it is done',
    '  value: ${reply.status}',
    '  equals: 200',
    ...names.flatMap(
      (twin) =>
        pieces[twin]?.check.yaml ?? [
          `- then: it has called ${twin}`,
          `  calls: ${twin}`,
          '  count: { at least: 1 }',
        ],
    ),
  ]
  return `# For completion in your editor: backlot scenario schema > backlot.schema.json, and this line:
# yaml-language-server: $schema=backlot.schema.json
scenario: ${name}
twins: [${twins.join(', ')}]
budget: { calls: 50, seconds: 30 }
steps:
${body.map((line) => (line === '' ? '' : `  ${line}`)).join('\n')}
`
}

function knownOf(twins: readonly string[]): Piece[] {
  return namesOfTwins(twins).flatMap((twin) => pieces[twin] ?? [])
}

function sectionOf(mark: string, about: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : [`${mark} ${about}`, ...lines, '']
}

function sentInTypeScript(known: readonly Piece[]): string {
  const fields = known.map(({ sent: [key, value] }) => (key === value ? key : `${key}: ${value}`))
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`
}

/** Names and twins hold neither quotes nor backslashes; paths of twins might. */
function quote(text: string): string {
  return `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`
}

function countOf(twin: string): string {
  return `check('it has called ${twin}', journal.calls('${twin}').length > 0)`
}
