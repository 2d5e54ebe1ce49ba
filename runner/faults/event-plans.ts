import { does, type NamedPlan } from './named-plan.ts'

const events = { on: 'event', count: [1, 2], within: 4, number: 'places' } as const

/** Trouble on the way of events. */
export const eventPlans: Readonly<Record<string, NamedPlan>> = {
  'duplicate-events': {
    ...events,
    about: 'events are delivered twice',
    careful: 'knows an event again by its id',
    choices: does({ kind: 'duplicate', copies: 2 }),
  },
  'redelivered-events': {
    ...events,
    about: 'the answer to an event is lost, so that the service sends it again later',
    careful: 'knows an event again by its id, also minutes later',
    choices: does({ kind: 'drop-after' }),
  },
  'reordered-events': {
    ...events,
    about: 'an event comes after the one that follows it',
    careful: 'goes by what the event says of its time, or asks how things stand',
    choices: does({ kind: 'reorder', withinMs: 5000 }),
    time: 'withinMs',
  },
  'late-events': {
    ...events,
    about: 'events come half a minute late',
    careful: 'does not take an event for how things stand now',
    choices: does({ kind: 'delay', ms: 30_000 }),
    time: 'ms',
  },
  'lost-events': {
    ...events,
    about: 'events never come',
    careful: 'looks from time to time, and needs no event to find out',
    choices: does({ kind: 'drop-before' }),
  },
}
