import { UsageError } from '../engine/usage-error.ts'

/** What names a trial: enough to play it again. */
export interface TrialName {
  scenario: string
  seed: string
  plan: string
}

/** `offboarding/leaver@3+lost-after-write`; without faults, `offboarding/leaver@3`. */
export function spellTrialId({ scenario, seed, plan }: TrialName): string {
  return `${scenario}@${seed}${plan === 'none' ? '' : `+${plan}`}`
}

/** Reads a trial's id. Throws a UsageError that shows the form. */
export function readTrialId(id: string): TrialName {
  const match = /^(.+?)@([^@+]+)(?:\+(.+))?$/.exec(id)
  if (match === null) {
    throw new UsageError(`"${id}" is no trial.`, {
      fix: 'A trial is scenario@seed+plan, such as offboarding/leaver@3+lost-after-write; a run prints it with each failure.',
    })
  }
  return { scenario: match[1]!, seed: match[2]!, plan: match[3] ?? 'none' }
}
