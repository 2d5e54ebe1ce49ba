import {
  Client,
  DefaultRequestExecutor,
  type Group,
  type OktaApiError,
  type User,
} from '@okta/okta-sdk-nodejs'
import {
  Patience,
  troubleOf,
  UnreadableAnswer,
  type PatienceOptions,
  type Trouble,
} from './patience.ts'
import type { OktaSettings } from './settings.ts'

/** An Okta account of the person, as far as off-boarding is concerned. */
export interface Account {
  id: string
  email: string
  name: string
  isGuest: boolean
  /** When it was deactivated, if it is. */
  closedAt: Date | undefined
}

/** The directory of accounts. */
export class Okta {
  readonly #client: Client
  readonly #patience: Patience

  constructor({ orgUrl, token }: OktaSettings, patience: PatienceOptions = {}) {
    this.#patience = new Patience(diagnose, patience)
    this.#client = new Client({
      orgUrl,
      token,
      // The client would keep what it reads; we look to see whether a write got through.
      cacheMiddleware: null,
      // It would wait out a 429 and nothing else; our patience knows the other troubles as well.
      requestExecutor: new DefaultRequestExecutor({ maxRetries: 0, requestTimeout: 0 }),
    })
  }

  /**
   * The person's own account first, then the guest accounts that belong to it: those have the
   * person's work address as their second one.
   */
  async findAccounts(email: string): Promise<Account[]> {
    const quoted = JSON.stringify(email)
    const search = `profile.email eq ${quoted} or profile.secondEmail eq ${quoted}`
    const byLogin = await this.#findByLogin(email)
    const found = await this.#list<User>(() => this.#client.userApi.listUsers({ search }))
    const users = new Map<string, User>()
    for (const user of [...(byLogin ? [byLogin] : []), ...found]) users.set(user.id!, user)
    return [...users.values()]
      .map(toAccount)
      .filter((one) => one.isGuest || isSame(one.email, email) || one.id === byLogin?.id)
      .sort((a, b) => Number(a.isGuest) - Number(b.isGuest))
  }

  /** Ends every session, wherever the person is signed in. */
  async endSessions(account: Account): Promise<void> {
    await this.#patience.repeat(() =>
      this.#client.userApi.revokeUserSessions({ userId: account.id, oauthTokens: true }),
    )
  }

  /** Takes the account out of its groups; returns how many. Okta itself keeps Everyone and the groups of apps. */
  async leaveGroups(account: Account): Promise<number> {
    const groups = await this.#list<Group>(() =>
      this.#client.userApi.listUserGroups({ userId: account.id }),
    )
    const own = groups.filter((group) => group.type === 'OKTA_GROUP')
    for (const group of own) {
      const membership = { groupId: group.id!, userId: account.id }
      await this.#patience.repeat(() => this.#client.groupApi.unassignUserFromGroup(membership))
    }
    return own.length
  }

  /** Closes the account for good; returns since when it is. Okta refuses a second deactivation. */
  async deactivate(account: Account): Promise<Date> {
    const userId = account.id
    await this.#patience.once(
      () => this.#client.userApi.deactivateUser({ userId, sendEmail: false }),
      async () => toAccount(await this.#client.userApi.getUser({ userId })).closedAt !== undefined,
    )
    return this.#patience.repeat(async () => {
      const { closedAt } = toAccount(await this.#client.userApi.getUser({ userId }))
      if (closedAt === undefined) throw new UnreadableAnswer('a user as it was before')
      return closedAt
    })
  }

  async #findByLogin(login: string): Promise<User | undefined> {
    try {
      return await this.#patience.repeat(() => this.#client.userApi.getUser({ userId: login }))
    } catch (error) {
      if (isApiError(error) && error.status === 404) return undefined
      throw error
    }
  }

  /** All pages. A page that fails in the middle begins the list anew, as the client may have moved on. */
  #list<T>(open: () => Promise<AsyncIterable<T | null>>): Promise<T[]> {
    return this.#patience.repeat(async () => {
      const all: T[] = []
      // The client ends an empty list with a null.
      for await (const one of await open()) if (one !== null) all.push(one)
      return all
    })
  }
}

function toAccount(user: User): Account {
  const { id, status, statusChanged, profile } = user
  if (id === undefined || profile === undefined) throw new UnreadableAnswer('a user without id')
  return {
    id,
    email: profile.email ?? '',
    name: `${profile.firstName} ${profile.lastName}`,
    isGuest: profile.userType === 'Guest',
    closedAt: status === 'DEPROVISIONED' ? new Date(statusChanged ?? 0) : undefined,
  }
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

function diagnose(error: unknown): Trouble {
  if (!isApiError(error)) return { kind: 'unclear' }
  return troubleOf(error.status, error.status === 429 ? untilReset(error.headers) : undefined)
}

function isApiError(error: unknown): error is OktaApiError {
  return error instanceof Error && typeof (error as { status?: unknown }).status === 'number'
}

/** Okta says when its window ends and not how long to wait. */
function untilReset(headers: OktaApiError['headers'] | undefined): number | undefined {
  const reset = Number(headers?.get('x-rate-limit-reset') ?? undefined)
  const now = Date.parse(headers?.get('date') ?? '')
  return Number.isFinite(reset) && Number.isFinite(now)
    ? Math.max(0, reset * 1000 - now)
    : undefined
}
