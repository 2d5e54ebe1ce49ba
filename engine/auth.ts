import { defineTable } from './table.ts'

/** A credential as a row of the world: what it opens, for whom, until when. */
export interface Token {
  /** The credential itself, as a caller sends it. */
  id: string
  twin: string
  /** What kind of credential, in the vendor's words: `bot`, `user`, `ssws`, `basic` … */
  kind: string
  /** The id of the account that it acts for. */
  account: string
  /** What it may do; absent: everything the account may. */
  scopes?: readonly string[]
  /** Virtual ms. */
  expiresAt?: number
  /** Why it no longer opens anything, in the vendor's words. */
  revoked?: string
  /** Whatever else the vendor ties to it (team, app, installation). */
  facts?: Readonly<Record<string, unknown>>
}

export const tokens = defineTable({
  name: 'engine.tokens',
  id: (row: Token) => row.id,
  indexes: {
    twin: (row: Token) => row.twin,
    account: (row: Token) => `${row.twin}\u0001${row.account}`,
  },
})

/** Who makes a call, as far as the service can tell. */
export interface Caller {
  /** The account's id. */
  account: string
  kind: string
  scopes?: readonly string[]
  token?: Token
  /** True for the scenario's own looks: no limit, no fault, no scope stands in the way. */
  allSeeing?: true
}
