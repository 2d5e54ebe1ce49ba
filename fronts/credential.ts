/** The parts of a request in which a credential may stand. Node's own request has them. */
export interface CredentialSource {
  url?: string | undefined
  headers: Readonly<Record<string, string | string[] | undefined>>
}

/**
 * What a caller may have sent as a credential, likeliest first. It is only used to find the world
 * that a token was made for; whether it opens anything is for the twin to say.
 */
export function credentialsOf(
  source: CredentialSource,
  body: Uint8Array | string | undefined,
): string[] {
  const { authorization } = source.headers
  if (typeof authorization === 'string') return fromHeader(authorization)
  const search = source.url?.split('?', 2)[1]
  const inQuery = search === undefined ? undefined : new URLSearchParams(search).get('token')
  if (inQuery) return [inQuery]
  const type = source.headers['content-type']
  if (body === undefined || typeof type !== 'string') return []
  if (!type.toLowerCase().startsWith('application/x-www-form-urlencoded')) return []
  const inForm = new URLSearchParams(textOf(body)).get('token')
  return inForm ? [inForm] : []
}

/** `Bearer x`, `SSWS x`, `token x`; of `Basic`, the pair, its password and its name. */
function fromHeader(authorization: string): string[] {
  const space = authorization.indexOf(' ')
  if (space === -1) return [authorization]
  const rest = authorization.slice(space + 1).trim()
  if (authorization.slice(0, space).toLowerCase() !== 'basic') return [rest]
  const pair = Buffer.from(rest, 'base64').toString()
  const colon = pair.indexOf(':')
  return colon === -1 ? [rest, pair] : [rest, pair, pair.slice(colon + 1), pair.slice(0, colon)]
}

function textOf(body: Uint8Array | string): string {
  return typeof body === 'string'
    ? body
    : Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1')
}
