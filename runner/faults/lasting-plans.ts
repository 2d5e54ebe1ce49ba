import { does, pageOf, type NamedPlan } from './named-plan.ts'

const once = { on: 'any', count: [1, 1], within: 3 } as const

/** Trouble that lasts. */
export const lastingPlans: Readonly<Record<string, NamedPlan>> = {
  down: {
    ...once,
    about: 'the service is unavailable, or nobody listens, for two seconds',
    careful: 'tries again with growing pauses until it is back, or fails and changes nothing',
    choices: [
      { forMs: 2000, action: { kind: 'refuse', as: 'unavailable' } },
      { forMs: 2000, action: { kind: 'refused' } },
    ],
    number: 'places',
    time: 'forMs',
  },
  'partial-outage': {
    ...once,
    about: 'one operation is unavailable for two seconds, all others work',
    careful: 'does not take one answer for the state of the whole service',
    within: 5,
    choices: [{ forMs: 2000, stays: true, action: { kind: 'refuse', as: 'unavailable' } }],
    time: 'forMs',
  },
  'maintenance-window': {
    ...once,
    about:
      'a page of HTML with 503 and Retry-After stands in front of the service for three seconds',
    careful: 'waits as long as it is told, then goes on where it was',
    choices: [
      {
        forMs: 3000,
        action: {
          kind: 'answer',
          status: 503,
          text: pageOf('Down for maintenance'),
          tellsEnd: true,
        },
      },
    ],
    time: 'forMs',
  },
  'quota-exhausted': {
    ...once,
    about: 'from some call on everything is "too many requests", for an hour',
    careful: 'stops, says what is left undone, and does not hammer',
    within: 6,
    choices: [{ forMs: 3_600_000, action: { kind: 'refuse', as: 'limited', tellsEnd: true } }],
    time: 'forMs',
  },
  'throttled-then-banned': {
    ...once,
    about:
      'two "too many requests" with Retry-After; who does not wait is shut out for two minutes',
    careful: 'waits as long as it is told; then nothing else happens',
    choices: does({ kind: 'throttle', count: 2, retryAfterMs: 1000, banMs: 120_000 }),
    number: 'count',
    time: 'banMs',
    variants: {
      forbidden: {
        about: 'the same, and the ban reads "forbidden" instead of a longer Retry-After',
        choices: does({
          kind: 'throttle',
          count: 2,
          retryAfterMs: 1000,
          banMs: 120_000,
          banAs: 'forbidden',
        }),
      },
    },
  },
  'expired-token': {
    ...once,
    about:
      'the credential in use is refused as expired from some call on, until there is a new one',
    careful:
      'gets a new one where there is a way to, else stops and says so; repeats no write that got through',
    within: 4,
    choices: does({ kind: 'end-token', as: 'expired' }),
    variants: {
      revoked: {
        about: 'the same, refused as revoked, for good',
        choices: does({ kind: 'end-token', as: 'revoked' }),
      },
      'for-a-while': {
        about: 'the same, refused as revoked, for two seconds',
        choices: [{ forMs: 2000, action: { kind: 'end-token', as: 'revoked' } }],
        time: 'forMs',
      },
    },
  },
  latency: {
    ...once,
    about:
      'every answer takes its time: 120 ms at the median, 600 ms for one in twenty, 2 s at most',
    careful:
      'stays within its time all the same: no needless calls, none one by one that could go together',
    choices: does({ kind: 'latency', quantiles: { p50: 120, p95: 600, max: 2000 } }),
    time: 'ms',
    standing: 'typical',
    variants: {
      recorded: {
        about:
          'every answer takes as long as that operation did in the recordings a twin was learned from',
        standing: 'recorded',
        time: undefined,
      },
    },
  },
}
