import { Problem } from '../web/problem.ts'

const TIMEOUT_MS = 10_000
const BYTES_MAX = 256 * 1024

/** What a provider says of itself (OpenID Connect Discovery 1.0). */
export interface Provider {
  issuer: string
  authorization_endpoint: string
  token_endpoint: string
  jwks_uri: string
  userinfo_endpoint?: string
}

/** Asks an issuer for its metadata. Throws a Problem when it can't be had, or is another's. */
export async function discover(issuer: string): Promise<Provider> {
  const { status, body } = await fetchJson(`${issuer}/.well-known/openid-configuration`)
  const { authorization_endpoint, token_endpoint, jwks_uri, userinfo_endpoint = issuer } = body
  const places = [authorization_endpoint, token_endpoint, jwks_uri, userinfo_endpoint]
  // Whoever could put another address here could log in: over https the issuer itself answers for it.
  const isSafe = places.every(
    (one) => typeof one === 'string' && new URL(one).protocol === new URL(issuer).protocol,
  )
  if (status !== 200 || body['issuer'] !== issuer || !isSafe) {
    throw unavailable('The identity provider does not say who it is.')
  }
  return body as unknown as Provider
}

/** Asks the provider. Throws a Problem when no JSON comes. */
export async function fetchJson(
  url: string,
  init: RequestInit = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  try {
    const response = await fetch(url, {
      ...init,
      headers: { accept: 'application/json', ...(init.headers as Record<string, string>) },
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    if (Number(response.headers.get('content-length') ?? 0) > BYTES_MAX) throw new Error('too much')
    const body: unknown = await response.json()
    if (typeof body !== 'object' || body === null) throw new Error('no object')
    return { status: response.status, body: body as Record<string, unknown> }
  } catch {
    throw unavailable('The identity provider can not be reached.')
  }
}

function unavailable(message: string): Problem {
  return new Problem(502, 'provider-unavailable', { message })
}
