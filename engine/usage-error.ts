/** Where a mistake of our user stands. */
export interface Whereabouts {
  file?: string | undefined
  line?: number | undefined
  column?: number | undefined
  /** The field, flag or word that is wrong. */
  field?: string | undefined
}

/**
 * Our user's mistake: what is wrong, where, and what to do about it. Printed without a stack; exit
 * code 2.
 */
export class UsageError extends Error {
  override name = 'UsageError'
  readonly what: string
  readonly where: Whereabouts
  readonly fix: string | undefined

  constructor(what: string, { fix, ...where }: Whereabouts & { fix?: string | undefined } = {}) {
    super([placeOf(where), what, fix].filter((part) => part !== undefined).join(' '))
    this.what = what
    this.where = where
    this.fix = fix
  }
}

/** `cases/x.yaml:3:5 (twins):`, as editors and terminals make it a link; `--seed:` for a flag. */
function placeOf({ file, line, column, field }: Whereabouts): string | undefined {
  const spot = [file, line, column].filter((part) => part !== undefined).join(':')
  if (spot === '') return field === undefined ? undefined : `${field}:`
  return field === undefined ? `${spot}:` : `${spot} (${field}):`
}
