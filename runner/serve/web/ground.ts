import type { ServeConfig } from '../config.ts'
import type { Database } from '../database/database.ts'
import type { Login } from '../login/login.ts'
import type { Rules } from '../turn.ts'

/** What the routes stand on. */
export interface Ground {
  database: Database
  config: ServeConfig
  rules: Rules
  /** Folders of the submissions, by ticket. */
  folders: string
  scratch: string
  /** Where people reach the service, without a slash at the end. */
  url: string
  login: Login | undefined
  /** A submission came. */
  onSubmission: () => void
  /** Trouble that is nobody's answer. */
  onError: (error: unknown) => void
}

/** Who asks as an author. */
export interface Author {
  author: string
  tokenId: string
}
