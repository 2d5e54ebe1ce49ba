const text = { type: 'string' } as const
const count = { type: 'integer', minimum: 0 } as const
const time = { type: 'integer', description: 'ms since 1970.' } as const
const fraction = { type: 'number', minimum: 0, maximum: 1 } as const
const orNull = <T extends object>(schema: T) => ({ anyOf: [schema, { type: 'null' }] })

/** A record whose fields are all there, and no others. */
function record(properties: Record<string, object>, optional: readonly string[] = []): object {
  const required = Object.keys(properties).filter((name) => !optional.includes(name))
  return { type: 'object', properties, required, additionalProperties: false }
}

const digest = { type: 'string', pattern: '^[0-9a-f]{64}$' } as const
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` })

const answer = record({
  verdict: {
    enum: ['accepted', 'rejected', 'improved', 'unchanged', 'inconclusive', 'refused'],
  },
  score: orNull(fraction),
  questionsLeft: count,
})

const submission = {
  number: count,
  ticket: text,
  author: text,
  source: text,
  digest,
  state: { enum: ['waiting', 'running', 'done'] },
  question: orNull(count),
  attempts: count,
  created: time,
  begun: orNull(time),
  finished: orNull(time),
  problem: orNull(text),
}

const figures = {
  type: 'object',
  description: 'A scoring without its trials (backlot.scoring/1).',
  required: [
    'startedAt',
    'subject',
    'set',
    'public',
    'holdout',
    'gap',
    'byTag',
    'escapes',
    'decision',
  ],
}

/** The shapes of what is sent and answered. */
export const schemas = {
  Health: record({ status: { const: 'ok' } }),
  Problem: record({ error: record({ code: text, message: text }) }),
  Named: {
    anyOf: [
      record({ repository: text, ref: text }),
      record({ image: text, subject: { type: 'object' } }, ['subject']),
    ],
  },
  Answer: answer,
  Ticket: record({
    ticket: { type: 'string', pattern: '^[0-9a-f]{32}$' },
    state: { enum: ['waiting', 'answered'] },
    answer: orNull(ref('Answer')),
  }),
  Submission: record({ ...submission, answer: orNull(text) }),
  Figures: figures,
  AuditLine: record(
    { number: count, at: text, who: text, what: text, on: text, detail: { type: 'object' } },
    ['on', 'detail'],
  ),
  Release: record({
    project: text,
    set: record({
      digest,
      root: digest,
      count,
      tags: { type: 'object', additionalProperties: count },
      sealed: text,
    }),
    excess: { type: 'number', minimum: 0 },
    allowance: record({ questions: count, perAuthor: orNull(count) }),
    usage: {
      type: 'array',
      items: record({
        project: text,
        set: digest,
        author: text,
        questions: count,
        best: orNull(fraction),
      }),
    },
    ledger: record({ rows: count, head: digest }),
    submissions: {
      type: 'array',
      items: record({
        ...submission,
        answer: orNull(ref('Answer')),
        figures: orNull(ref('Figures')),
      }),
    },
    accepted: orNull(record({ ticket: text, figures: ref('Figures') })),
    audit: record(
      {
        entries: count,
        head: digest,
        broken: record({ number: count, how: text }),
        latest: { type: 'array', items: ref('AuditLine') },
      },
      ['broken'],
    ),
  }),
  Scoring: record({
    submission: ref('Submission'),
    score: { type: 'object', required: ['format', 'result', 'holdout', 'asked'] },
    decision: orNull({ type: 'object', required: ['format', 'verdict', 'findings'] }),
  }),
}
