/** What could not be settled, with the value that we take. FACTS.md says why. */
export const settings = {
  /** Whose quotas count: `free`, `enterprise`, `workforce`. */
  plan: 'workforce',
  /** Whether deactivating takes a user out of the groups. */
  deactivationClearsGroups: false,
  /** Whether suspending ends the open sessions. */
  suspensionEndsSessions: false,
  /** What an update of a deprovisioned user does: `ignored`, `not-found` or `applied`. */
  updateDeprovisioned: 'ignored',
  /** Whether activating without mail answers with a token even for those who become active at once. */
  activationTokenForActive: true,
  /** How long work takes that a caller prefers not to wait for. */
  asyncWorkMs: 2000,
  /** How long searches take to learn of a new user. */
  searchLagMs: 0,
  /** How long the System Log takes to show an event. */
  logLagMs: 0,
  /** Whether the org set up a scope and a claim `groups` on its default authorization server. */
  groupsClaim: false,
} as const
