import { does, pageOf, type NamedPlan } from './named-plan.ts'

const anywhere = { on: 'any', count: [1, 2], within: 5, number: 'places' } as const

/** Trouble that strikes single calls. */
export const callPlans: Readonly<Record<string, NamedPlan>> = {
  'rate-limited': {
    ...anywhere,
    about: 'the service says "too many requests", and says when to come back',
    careful: 'waits as long as it is told, then asks again',
    count: [2, 3],
    choices: does({ kind: 'refuse', as: 'limited', retryAfterMs: 1000 }),
    time: 'retryAfterMs',
  },
  flaky: {
    ...anywhere,
    about: 'the service is unavailable, or the connection breaks before anything happened',
    careful: 'tries again after a pause',
    count: [2, 3],
    choices: does({ kind: 'refuse', as: 'unavailable' }, { kind: 'drop-before' }),
  },
  slow: {
    ...anywhere,
    about: 'answers come late, or drop by drop',
    careful: 'waits, and does nothing twice meanwhile',
    count: [2, 3],
    choices: does(
      // Well below the half second that a trial's clock takes for a wait.
      { kind: 'delay', ms: 200 },
      { kind: 'slow', bytesPerSecond: 20_000 },
    ),
    time: 'ms',
  },
  'lost-after-write': {
    ...anywhere,
    about: 'a write happens, and its answer is lost: a retry would do it twice',
    careful: 'looks whether it happened before it writes again',
    on: 'write',
    within: 3,
    choices: does({ kind: 'drop-after' }),
  },
  'gateway-timeout': {
    ...anywhere,
    about: 'a write happens, and a proxy that would not wait answers 504 in its place',
    careful: 'takes 504 for "perhaps", and looks before it writes again',
    on: 'write',
    within: 3,
    choices: does({
      kind: 'answer',
      status: 504,
      text: pageOf('504 Gateway Time-out'),
      happens: true,
    }),
  },
  'server-error': {
    ...anywhere,
    about: 'the service fails inside, in its own words; nothing happened',
    careful: 'tries again after a pause, and gives up in time',
    choices: does({ kind: 'refuse', as: 'internal' }),
  },
  'stale-reads': {
    ...anywhere,
    about: 'a read answers from two seconds ago',
    careful: 'does not take a read for the last word on what it has just written',
    on: 'read',
    count: [1, 3],
    within: 6,
    choices: does({ kind: 'stale', behindMs: 2000 }),
    time: 'behindMs',
  },
  malformed: {
    ...anywhere,
    about: 'a proxy answers in the place of the service, with a page of HTML',
    careful: 'looks what it was given before it believes it',
    choices: does({ kind: 'malformed' }),
  },
  truncated: {
    ...anywhere,
    about: 'the connection breaks in the middle of the answer',
    careful: 'takes half an answer for none, and looks before it writes again',
    choices: does({ kind: 'truncate' }),
  },
  'wrong-length': {
    ...anywhere,
    about: 'an answer has more or fewer bytes than it announces',
    careful: 'takes such an answer for none',
    choices: does({ kind: 'wrong-length', by: 20 }, { kind: 'wrong-length', by: -3 }),
  },
  reset: {
    ...anywhere,
    about: 'the connection is reset, before or after it happened',
    careful: 'looks whether a write happened before it repeats it',
    choices: does({ kind: 'reset' }, { kind: 'reset', happens: true }),
  },
  refused: {
    ...anywhere,
    about: 'nobody listens where the service should be',
    careful: 'tries again after a pause: nothing has happened',
    choices: does({ kind: 'refused' }),
  },
  'half-open': {
    ...anywhere,
    about: 'a call is taken and never answered; after ten seconds the connection is closed',
    careful: 'gives up after a time of its own, and looks before it writes again',
    count: [1, 1],
    choices: does(
      { kind: 'half-open', holdMs: 10_000 },
      { kind: 'half-open', holdMs: 10_000, happens: true },
    ),
    time: 'holdMs',
  },
  'slow-loris': {
    ...anywhere,
    about: 'an answer comes drop by drop, its head too, and is cut off after ten seconds',
    careful: 'bounds the whole answer, not only the wait for its first byte',
    count: [1, 1],
    choices: does({ kind: 'drip', bytesPerSecond: 50, holdMs: 10_000 }),
    time: 'holdMs',
  },
}
