/** What Slack does not tell and we had to decide; FACTS.md says why. A world may set it otherwise. */
export const settings = {
  /** Tokens in the query string, as apps from before February 2021 may use them. */
  queryToken: false,
  /** Bare addresses in a message's text become links. */
  autoLink: true,
  /** Messages posted with a person's token carry the app's marks too. */
  userPostsCarryApp: true,
  /** Leaving a channel one is not in answers `ok: true` (older) or `ok: false` (as documented). */
  leaveWhenAbsentIsOk: false,
  /** Archiving a channel takes the apps' bot users out of it. */
  archiveDropsBots: true,
  /** Up to so many users, users.list gives all of them to a call without a limit. */
  usersWithoutLimit: 10_000,
  /** How many emoji one person may put on one message. */
  reactionsPerUser: 23,
  /** How many different emoji one message may have. */
  emojiPerMessage: 50,
  /** `any` well-formed name may be a reaction, or only those that are `known` here. */
  emoji: 'any',
  /** The app is sold, but outside the Marketplace: histories are limited to 15 messages once a minute. */
  isNonMarketplaceApp: false,
  /** The workspace belongs to an Enterprise organisation, so that the admin methods work. */
  hasAdminApi: false,
}
