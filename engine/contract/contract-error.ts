/** Something in a document that was left out or read in a certain way. */
export interface ContractWarning {
  /** What was wrong and what was done about it. */
  message: string
  /** JSON pointer into the document or contract. */
  pointer: string
  /** What its author can do about it. */
  fix?: string
}

/** A document, contract or patch that cannot be used: what was wrong, where, and what to do. */
export class ContractError extends Error {
  readonly pointer: string
  readonly fix: string
  /** The first sentence alone, without place and remedy. */
  readonly what: string

  constructor(what: string, at: { pointer: string; fix: string }) {
    super(`${what} (at ${at.pointer || 'the top'}). ${at.fix}`)
    this.name = 'ContractError'
    this.what = what
    this.pointer = at.pointer
    this.fix = at.fix
  }
}
