/** Something in a document or contract that was left out or read in a certain way. */
export interface ContractWarning {
  /** What was wrong and what was done about it. */
  message: string
  /** JSON pointer into the document or contract. */
  pointer: string
}

/** A document, contract or patch that cannot be used: what was wrong, where, and what to do. */
export class ContractError extends Error {
  readonly pointer: string
  readonly fix: string

  constructor(message: string, at: { pointer: string; fix: string }) {
    super(`${message} (at ${at.pointer || 'the top'}). ${at.fix}`)
    this.name = 'ContractError'
    this.pointer = at.pointer
    this.fix = at.fix
  }
}
