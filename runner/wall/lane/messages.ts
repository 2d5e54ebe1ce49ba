/** What the runner and the process inside a lane say to each other. */

/** What the process inside is told at its start, as JSON. */
export interface HelperSettings {
  /** Paths of programs. Without nft, ports other than 80 and 443 are refused unseen. */
  ip: string
  nft: string | undefined
  mount?: string | undefined
  /** Where the disk for homes and temporary folders is put, and its size; none where a container brings its own. */
  scratch?: string
  diskMb?: number
  /** A folder for devices that can't be changed, where they would be the program's own. */
  devices?: string | undefined
}

/** The devices that a program gets. */
export const deviceNames = ['null', 'zero', 'full', 'random', 'urandom', 'tty'] as const

/** The sockets that are handed over. */
export type HandleName = 'https' | 'http' | 'other' | 'dns'

export type FromHelper =
  | { kind: 'handle'; name: HandleName }
  | { kind: 'handed' }
  | { kind: 'ready'; ledger: string | undefined }
  | { kind: 'failed'; why: string }
  | { kind: 'answer'; id: number; value?: unknown; error?: string; code?: string }

export type ToHelper =
  | { kind: 'taken' }
  | { kind: 'ask'; id: number; what: 'ledger' | 'dial' | 'sweep'; port?: number }

/** One destination that was tried, as the kernel saw it. */
export interface LedgerLine {
  protocol: string
  address: string
  port?: number
}
