import { createHash } from 'node:crypto'
import {
  ErrorCode,
  LogLevel,
  WebClient,
  type ChatPostMessageArguments,
  type WebAPICallError,
} from '@slack/web-api'
import { Patience, troubleOf, type PatienceOptions, type Trouble } from './patience.ts'
import type { SlackSettings } from './settings.ts'

export interface Member {
  id: string
  isGuest: boolean
}

/** Said of a telling that could not be done, and won't be by trying again. */
export class CannotTell extends Error {
  override name = 'CannotTell'
}

const eventType = 'person_offboarded'

/** The chat. */
export class Slack {
  readonly #client: WebClient
  readonly #patience: Patience

  constructor({ apiUrl, token }: SlackSettings, patience: PatienceOptions = {}) {
    this.#patience = new Patience(diagnose, patience)
    this.#client = new WebClient(token, {
      ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
      // Its own retries would repeat a message whose answer was lost.
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      logLevel: LogLevel.ERROR,
    })
  }

  async findMember(email: string): Promise<Member | undefined> {
    try {
      const { user } = await this.#patience.repeat(() =>
        this.#client.users.lookupByEmail({ email }),
      )
      if (user?.deleted) return undefined
      return { id: user!.id!, isGuest: Boolean(user!.is_restricted || user!.is_ultra_restricted) }
    } catch (error) {
      if (codeOf(error) === 'users_not_found') return undefined
      throw error
    }
  }

  /** Takes a member out of every channel; returns how many, and the names of those where that can't be done. */
  async leaveChannels(member: Member): Promise<{ left: number; kept: string[] }> {
    const pages = await this.#pages((page) =>
      this.#client.users.conversations({
        user: member.id,
        types: 'public_channel,private_channel',
        exclude_archived: true,
        ...page,
      }),
    )
    const channels = pages.flatMap((page) => page.channels ?? [])
    const kept: string[] = []
    for (const { id, name } of channels) {
      if (!(await this.#kick(id!, member.id))) kept.push(name!)
    }
    return { left: channels.length - kept.length, kept }
  }

  /**
   * Posts into a channel, once for each `about`: the message carries it, so that a later run finds
   * it. It can't have been told before `since`. Returns false when it had been told before.
   */
  async tell(
    channelName: string,
    { about, text, since }: { about: string; text: string; since: Date },
  ): Promise<boolean> {
    const channel = await this.#findChannel(channelName)
    const isTold = () => this.#isTold(channel, about, since)
    if (await this.#patience.repeat(isTold)) return false
    const message = {
      channel,
      text,
      metadata: { event_type: eventType, event_payload: { about } },
      // Slack takes a message with the same id only once, should history be behind.
      client_msg_id: toUuid(about),
    }
    try {
      await this.#patience.once(() => this.#post(message), isTold)
    } catch (error) {
      if (codeOf(error) === 'is_duplicate') return false
      throw toCannotTell(error, channelName)
    }
    return true
  }

  #post(message: ChatPostMessageArguments): Promise<unknown> {
    const { chat } = this.#client
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- Slack's, not the window's.
    return chat.postMessage(message)
  }

  async #kick(channel: string, user: string): Promise<boolean> {
    try {
      await this.#patience.repeat(() => this.#client.conversations.kick({ channel, user }))
    } catch (error) {
      if (codeOf(error) === undefined) throw error
      // The code for "the guest is not in there" is that for "the bot is not in there".
      return !(await this.#isIn(channel, user))
    }
    return true
  }

  async #isIn(channel: string, user: string): Promise<boolean> {
    const pages = await this.#pages((page) =>
      this.#client.conversations.members({ channel, ...page }),
    )
    return pages.some((page) => page.members?.includes(user))
  }

  async #findChannel(name: string): Promise<string> {
    const pages = await this.#pages((page) =>
      this.#client.conversations.list({ types: 'public_channel,private_channel', ...page }),
    )
    const channel = pages.flatMap((page) => page.channels ?? []).find((one) => one.name === name)
    if (channel === undefined) throw new CannotTell(`there is no channel #${name}`)
    if (channel.is_archived) throw new CannotTell(`the channel #${name} is archived`)
    return channel.id!
  }

  async #isTold(channel: string, about: string, since: Date): Promise<boolean> {
    // Two services, two clocks.
    const oldest = (since.getTime() / 1000 - 3600).toFixed(6)
    const pages = await this.#pages((page) =>
      this.#client.conversations.history({
        channel,
        oldest,
        include_all_metadata: true,
        ...page,
      }),
    )
    return pages
      .flatMap((page) => page.messages ?? [])
      .some(({ metadata }) => {
        const payload = metadata?.event_payload as { about?: unknown } | undefined
        return metadata?.event_type === eventType && payload?.about === about
      })
  }

  async #pages<T extends { response_metadata?: { next_cursor?: string } }>(
    ask: (page: { limit: number; cursor?: string }) => Promise<T>,
  ): Promise<T[]> {
    const pages: T[] = []
    let cursor: string | undefined
    do {
      const from = cursor ? { cursor } : {}
      const page = await this.#patience.repeat(() => ask({ limit: 200, ...from }))
      pages.push(page)
      cursor = page.response_metadata?.next_cursor
    } while (cursor)
    return pages
  }
}

/** A version-8 UUID that follows from the text. */
function toUuid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

function toCannotTell(error: unknown, channelName: string): unknown {
  const code = codeOf(error)
  return code === undefined ? error : new CannotTell(`#${channelName} took no message: ${code}`)
}

/** Slack's own word for a no; undefined when it said something else, or nothing. */
function codeOf(error: unknown): string | undefined {
  const said = error as WebAPICallError
  if (said?.code !== ErrorCode.PlatformError) return undefined
  const code = String(said.data.error)
  return /^[a-z_]+$/.test(code) ? code : undefined
}

const passing = new Set(['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout'])

function diagnose(error: unknown): Trouble {
  const said = error as WebAPICallError
  if (said?.code === ErrorCode.RateLimitedError) return troubleOf(429, said.retryAfter * 1000)
  if (said?.code === ErrorCode.HTTPError) return troubleOf(said.statusCode)
  if (error instanceof CannotTell) return { kind: 'final' }
  const code = codeOf(error)
  if (code === undefined || passing.has(code)) return { kind: 'unclear' }
  return code === 'ratelimited' || code === 'rate_limited' ? { kind: 'refused' } : { kind: 'final' }
}
