import type { Exchange } from '../../../engine/exchange.ts'

const credentialLinks = new Set([
  'resetPassword',
  'forgotPassword',
  'expirePassword',
  'changePassword',
  'changeRecoveryQuestion',
])

/** Leaves out of a user's view what the caller's content type (`; okta-response=…`) does not want. */
export function omitted(exchange: Exchange, view: object): object {
  const type = exchange.headers['content-type']
  const at = type?.indexOf('okta-response=') ?? -1
  if (type === undefined || at === -1) return view
  const wishes = new Set(
    type
      .slice(at + 'okta-response='.length)
      .replaceAll('"', '')
      .split(/[,;\s]+/),
  )
  const shown: Record<string, unknown> = { ...view }
  if (wishes.has('omitCredentials')) delete shown['credentials']
  if (wishes.has('omitTransitioningToStatus')) delete shown['transitioningToStatus']
  if (wishes.has('omitCredentialsLinks')) {
    const links = Object.entries(shown['_links'] as Record<string, object>)
    shown['_links'] = Object.fromEntries(links.filter(([name]) => !credentialLinks.has(name)))
  }
  return shown
}
