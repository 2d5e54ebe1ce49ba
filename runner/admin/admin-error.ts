/** What the admin API refuses: status, what was wrong, where, and what to do about it. */
export class AdminError extends Error {
  override name = 'AdminError'
  readonly status: number
  readonly where: string | undefined
  readonly fix: string | undefined

  constructor(status: number, what: string, { where, fix }: { where?: string; fix?: string } = {}) {
    super(what)
    this.status = status
    this.where = where
    this.fix = fix
  }
}
