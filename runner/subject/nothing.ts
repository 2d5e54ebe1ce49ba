import type { Subject } from './subject.ts'

/** The control: answers politely and does nothing. A scenario that it satisfies measures nothing. */
export const nothingSubject: Subject = {
  name: 'do-nothing',
  kind: 'nothing',
  reach: 'fetch',
  open: () =>
    Promise.resolve({
      send: () => Promise.resolve({ status: 200, body: { ok: true }, stderr: '' }),
      end: () => Promise.resolve(),
    }),
  close: () => Promise.resolve(),
}
