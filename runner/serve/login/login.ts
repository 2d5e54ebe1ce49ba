import { createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRemoteJWKSet, EncryptJWT, jwtDecrypt, jwtVerify, type JWTPayload } from 'jose'
import { UsageError } from '../../../engine/usage-error.ts'
import type { LoginConfig } from '../config.ts'
import { Problem } from '../web/problem.ts'
import { discover, fetchJson, type Provider } from './provider.ts'
import { isSame } from './sessions.ts'

/** Algorithms of ID tokens that are taken; `none` and those with a shared secret are not. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'EdDSA']

/** What the browser keeps between the way out and the way back, where only we can read it. */
interface Flow {
  state: string
  nonce: string
  verifier: string
}

/** Who came back from the identity provider. */
export interface Visitor {
  subject: string
  name: string
  isManager: boolean
}

/**
 * Log-in by OpenID Connect Core 1.0: authorization code with PKCE (RFC 7636), state and nonce; the ID token
 * is held against the provider's keys.
 */
export class Login {
  readonly #config: LoginConfig
  readonly #secret: string
  readonly #redirectUri: string
  readonly #key = randomBytes(32)
  #provider: Promise<Provider & { keys: ReturnType<typeof createRemoteJWKSet> }> | undefined

  private constructor(config: LoginConfig, secret: string, redirectUri: string) {
    this.#config = config
    this.#secret = secret
    this.#redirectUri = redirectUri
  }

  /** Throws a UsageError when the client's secret can't be read. */
  static async create(config: LoginConfig, url: string): Promise<Login> {
    const { clientSecretFile: file } = config
    const secret = await readFile(file, 'utf8').catch((error: Error) => {
      throw new UsageError(`The client's secret can't be read: ${error.message}.`, { file })
    })
    return new Login(config, secret.trim(), `${url}/login/callback`)
  }

  /** Where a browser is sent, and what it keeps until it comes back. */
  async leave(): Promise<{ to: string; kept: string }> {
    const provider = await this.#discover()
    const flow: Flow = { state: draw(), nonce: draw(), verifier: draw() }
    const to = new URL(provider.authorization_endpoint)
    const query = {
      response_type: 'code',
      client_id: this.#config.clientId,
      redirect_uri: this.#redirectUri,
      scope: (this.#config.scopes ?? ['openid', 'profile', 'email']).join(' '),
      state: flow.state,
      nonce: flow.nonce,
      code_challenge: createHash('sha256').update(flow.verifier).digest('base64url'),
      code_challenge_method: 'S256',
    }
    for (const [name, value] of Object.entries(query)) to.searchParams.set(name, value)
    const kept = await new EncryptJWT({ ...flow })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setExpirationTime('10m')
      .encrypt(this.#key)
    return { to: to.href, kept }
  }

  /** Who came back. Throws a Problem when it can't be told for certain. */
  async arrive(query: Record<string, unknown>, kept: string | undefined): Promise<Visitor> {
    const flow = await this.#readKept(kept)
    if (flow === undefined || !isSame(query['state'], flow.state)) {
      throw refused('This log-in was not begun here, or too long ago. Begin again at /login.')
    }
    const { code } = query
    if (typeof code !== 'string') throw refused('The identity provider refused the log-in.')
    const { emails = [], groups = [] } = this.#config.managers
    const claims = await this.#redeem(code, flow)
    const own = Array.isArray(claims['groups']) ? (claims['groups'] as unknown[]) : []
    const { email } = claims
    const isKnown =
      claims['email_verified'] === true && typeof email === 'string' && emails.includes(email)
    return {
      subject: claims.sub!,
      name: String(claims['name'] ?? claims['email'] ?? claims.sub),
      isManager: isKnown || groups.some((one) => own.includes(one)),
    }
  }

  /** What the provider says of who gave this code: the ID token's claims, and what only userinfo tells. */
  async #redeem(code: string, { verifier, nonce }: Flow): Promise<JWTPayload> {
    const { clientId } = this.#config
    const provider = await this.#discover()
    const form = new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: this.#redirectUri,
      code_verifier: verifier,
    })
    const pair = [clientId, this.#secret].map(encodeURIComponent).join(':')
    const { status, body } = await fetchJson(provider.token_endpoint, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` },
      body: form,
    })
    const { id_token: token, access_token: access } = body
    if (status !== 200 || typeof token !== 'string') {
      throw refused('The identity provider did not honour the code.')
    }
    const claims = await this.#verify(token, nonce)
    if (provider.userinfo_endpoint === undefined || typeof access !== 'string') return claims
    const headers = { authorization: `Bearer ${access}` }
    const info = await fetchJson(provider.userinfo_endpoint, { headers })
    // OpenID Connect Core 5.3.2: what is told of another is not used.
    if (info.status !== 200 || info.body['sub'] !== claims.sub) {
      throw refused('The identity provider contradicts itself.')
    }
    return { ...info.body, ...claims }
  }

  async #verify(token: string, nonce: string): Promise<JWTPayload> {
    const { clientId, issuer } = this.#config
    const provider = await this.#discover()
    try {
      const { payload } = await jwtVerify(token, provider.keys, {
        issuer,
        audience: clientId,
        algorithms,
        requiredClaims: ['sub', 'iat', 'exp', 'nonce'],
        maxTokenAge: '10m',
        clockTolerance: 60,
      })
      const { azp } = payload
      const isOurs = isSame(payload['nonce'], nonce) && (azp === undefined || azp === clientId)
      const isPlain = !Array.isArray(payload.aud) || payload.aud.length === 1 || azp === clientId
      if (isOurs && isPlain) return payload
    } catch {
      // The message below is for both: who tries is told nothing of what was nearly right.
    }
    throw refused('The ID token is not to be trusted.')
  }

  async #readKept(kept: string | undefined): Promise<Flow | undefined> {
    if (kept === undefined) return undefined
    try {
      const { payload } = await jwtDecrypt(kept, this.#key, {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      })
      return payload as unknown as Flow
    } catch {
      return undefined
    }
  }

  #discover(): Promise<Provider & { keys: ReturnType<typeof createRemoteJWKSet> }> {
    this.#provider ??= discover(this.#config.issuer).then(
      (found) => ({ ...found, keys: createRemoteJWKSet(new URL(found.jwks_uri)) }),
      (error: unknown) => {
        this.#provider = undefined
        throw error
      },
    )
    return this.#provider
  }
}

function refused(message: string): Problem {
  return new Problem(403, 'log-in-refused', { message })
}

function draw(): string {
  return randomBytes(32).toString('base64url')
}
