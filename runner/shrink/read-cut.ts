import { didYouMean } from '../../engine/nearest.ts'
import { UsageError, type Whereabouts } from '../../engine/usage-error.ts'
import type { Cut } from './cut.ts'

const forms: Record<keyof Cut, { pattern: RegExp; example: string }> = {
  rows: { pattern: /^[^[\]]+\[.+\]$/, example: 'okta.users[00u1]' },
  given: { pattern: /^[^.#]+\.[^.#]+#[1-9]\d*$/, example: 'okta.user#2' },
  fields: { pattern: /^[^.#]+\.[^.#]+#[1-9]\d*\..+$/, example: 'okta.user#1.profile.title' },
}

/** Reads what a plan file leaves out. Throws a UsageError with the place of what is wrong. */
export function readCut(
  value: unknown,
  at: (...path: (string | number)[]) => Whereabouts,
): Cut | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const fix = 'Write cut: { given: [okta.user#2] }.'
    throw new UsageError('"cut" says what is left out.', { ...at(), fix })
  }
  for (const [name, list] of Object.entries(value)) {
    if (!Object.hasOwn(forms, name)) {
      const fix = didYouMean(name, Object.keys(forms))
      throw new UsageError(`Nothing is left out as "${name}".`, { ...at(name), fix })
    }
    const { pattern, example } = forms[name as keyof Cut]
    const fix = `Write ${name}: [${example}].`
    if (!Array.isArray(list))
      throw new UsageError(`"${name}" must be a list.`, { ...at(name), fix })
    for (const [i, one] of list.entries()) {
      if (typeof one === 'string' && pattern.test(one)) continue
      throw new UsageError(`"${String(one)}" names nothing to leave out.`, { ...at(name, i), fix })
    }
  }
  return value as Cut
}
