import type { FullScoring } from '../holdout/feedback/ask.ts'

/** A scoring without its trials and the names of cases: what an overview needs, and what may be kept open. */
export type Figures = Pick<FullScoring, (typeof fields)[number]>

const fields = [
  'startedAt',
  'versions',
  'subject',
  'set',
  'public',
  'holdout',
  'gap',
  'byTag',
  'wall',
  'escapes',
] as const satisfies readonly (keyof FullScoring)[]

/** Takes the figures out of a scoring. */
export function figuresOf(score: FullScoring): Figures {
  return Object.fromEntries(fields.map((name) => [name, score[name]])) as Figures
}
