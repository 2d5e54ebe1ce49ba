import type { PageTrial } from './page-trial.ts'

/**
 * What the page's list, filters and search need of every trial: columns, with each text written once.
 * The trials themselves stand beside it in packs that are opened one at a time.
 */
export interface PageIndex {
  subjectFile: string
  /** The wall that stood around the subject, where it is known. */
  wall?: string
  scenarios: { id: string; name: string; tags: readonly string[]; twins: readonly string[] }[]
  plans: string[]
  /** Texts that trials refer to: reasons, and operations such as `slack chat.postMessage`. */
  texts: string[]
  /** Lists of numbers of texts, each written once. */
  lists: number[][]
  /** One entry for each trial, in the order of the run. */
  columns: {
    scenario: number[]
    plan: number[]
    seed: string[]
    /** Number in `verdicts`. */
    verdict: number[]
    /** Number of a list: why it fell short. */
    why: number[]
    /** Number of a list: what was called in it. */
    operations: number[]
    /** Number of a passing trial to hold it against, or -1. */
    like: number[]
  }
  /** Ways of falling short, as the page lists them: numbers of trials. */
  failures: { text: string; trials: number[] }[]
  /** How many trials are in each pack. */
  packSize: number
}

export const verdicts: readonly PageTrial['verdict'][] = [
  'satisfied',
  'unsatisfied',
  'inconclusive',
]

/** A trial as a pack holds it: without what the index tells of its scenario. */
export type PackedTrial = Omit<PageTrial, 'name' | 'tags' | 'twins' | 'scenario'>
